import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Manifest } from '../../src/model/manifest.ts';
import type { Cluster } from '../../src/ports.ts';
import { openReal } from '../contract/real.ts';
import { kubernetesVersion } from '../controlplane/programs.ts';
import { type ControlPlane, startControlPlane } from '../controlplane/start.ts';
import { askAll, type Comparison, compare, type Difference } from './compare.ts';
import { explained } from './explained.ts';
import { isOf, type Kinds } from './mutants.ts';
import { type NoPart, type Part, partOf, testdataPart } from './parts.ts';
import { renderSampleSystem } from './rendered.ts';
import { namespace, readSamples } from './samples.ts';

/** LOCKSTEP_MUTANTS=all tries all changes that are known, which takes some eleven minutes; else a share of them is tried. */
const isAll = process.env['LOCKSTEP_MUTANTS'] === 'all';

/** `1.35` of `v1.35.4`. */
const kubernetes = kubernetesVersion.replace(/^v(\d+\.\d+)\..*$/, '$1');

/** What is compared: `least` objects or more. */
interface Made {
  readonly title: string;
  readonly least: number;
  readonly make: () => Part | Promise<Part | NoPart>;
}

describe('what Lockstep refuses, and what the API server refuses', () => {
  let plane: ControlPlane;
  let cluster: Cluster;
  let kinds: Kinds;
  let samples: readonly Manifest[];
  let rendered: readonly Manifest[];

  before(async () => {
    plane = await startControlPlane({ without: ['kube-controller-manager', 'kube-scheduler', 'kwok'] });
    cluster = openReal(plane.kubeconfig);
    samples = readSamples();
    rendered = await renderSampleSystem();
    const all = [...samples, ...rendered];
    kinds = { kubernetes, definitions: all.filter(({ kind }) => kind === 'CustomResourceDefinition') };
    const served = kinds.definitions.filter((definition) => all.some((manifest) => isOf(manifest, definition)));
    // Nobody else makes the account that pods run as, and without it the server waits and refuses them all.
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } };
    for (const manifest of [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, account, ...served]) {
      const answer = await cluster.apply(manifest, { manager: 'differential' });
      assert.ok(answer.ok, JSON.stringify(answer));
    }
  });
  after(async () => {
    await cluster?.close();
    await plane?.stop();
  });

  const share = (count: number): number => (isAll ? Number.POSITIVE_INFINITY : count);
  const parts: readonly Made[] = [
    { title: 'of the samples', least: 2500, make: () => partOf(samples, kinds, share(3000)) },
    { title: 'of the sample system', least: 800, make: () => partOf(rendered, kinds, share(1000)) },
    { title: "of Kubernetes' own test data", least: 1500, make: () => testdataPart({ plane, cluster, kinds, each: isAll ? 2000 : 40 }) },
  ];
  for (const { title, least, make } of parts) {
    describe(title, () => {
      let part: Part | NoPart;
      let found: Comparison;

      before(async () => {
        part = await make();
        const mutants = 'missing' in part ? [] : part.mutants;
        found = compare(mutants, { ...kinds, verdicts: await askAll(cluster, mutants), explained });
      });

      test('there is enough to compare', (t) => {
        if ('missing' in part) return t.skip(part.missing);
        const { compared, refused, skipped } = found;
        for (const note of part.notes) t.diagnostic(note);
        t.diagnostic(
          `${compared} objects: refused for their schema ${refused.schema}, in code ${refused.code}; ` +
            `answers about others ${skipped}; differences that are meant ${found.explained}`,
        );
        assert.ok(skipped < compared / 20);
        return assert.ok(compared >= least && refused.schema > least / 10 && refused.code > least / 10);
      });

      test('nothing is refused that the API server takes', () => {
        assert.deepEqual(found.falseRejects.map(told), []);
      });

      test('of what the API server can read, nothing is said to be unreadable', () => {
        assert.deepEqual(found.misread.map(told), []);
      });

      test('nothing is taken that the API server refuses for its schema', () => {
        assert.deepEqual(found.falseAccepts.schema.map(told), []);
      });

      test('of what the API server refuses in code, less than one in a hundred is taken', (t) => {
        const { falseAccepts, refused } = found;
        for (const one of falseAccepts.code) t.diagnostic(told(one));
        assert.ok(falseAccepts.code.length <= refused.code / 100, `${falseAccepts.code.length} of ${refused.code}`);
      });
    });
  }
});

function told({ manifest, change, why }: Difference): string {
  return `${manifest.kind}/${manifest.metadata.name}: ${change}: ${why}`;
}
