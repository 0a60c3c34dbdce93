import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Cluster } from '../../src/ports.ts';
import { openReal } from '../contract/real.ts';
import { kubernetesVersion } from '../controlplane/programs.ts';
import { type ControlPlane, startControlPlane } from '../controlplane/start.ts';
import { allMutants, askAll, type Comparison, compare, type Difference } from './compare.ts';
import { explained } from './explained.ts';
import type { Mutant } from './mutate.ts';
import { namespace, readSamples } from './samples.ts';

/** How many changed objects are tried; LOCKSTEP_MUTANTS=all tries them all, which takes minutes. */
const wanted = process.env['LOCKSTEP_MUTANTS'] === 'all' ? Number.POSITIVE_INFINITY : Number(process.env['LOCKSTEP_MUTANTS'] ?? 4000);

/** `1.35` of `v1.35.4`. */
const kubernetes = kubernetesVersion.replace(/^v(\d+\.\d+)\..*$/, '$1');

describe('what Lockstep refuses, and what the API server refuses', () => {
  let plane: ControlPlane;
  let cluster: Cluster;
  let found: Comparison;

  before(async () => {
    plane = await startControlPlane({ without: ['kube-controller-manager', 'kube-scheduler', 'kwok'] });
    cluster = openReal(plane.kubeconfig);
    const samples = readSamples();
    const definitions = samples.filter(({ kind }) => kind === 'CustomResourceDefinition');
    // Nobody else makes the account that pods run as, and without it the server waits and refuses them all.
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } };
    for (const manifest of [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, account, ...definitions]) {
      const answer = await cluster.apply(manifest, { manager: 'differential' });
      assert.ok(answer.ok, JSON.stringify(answer));
    }
    const mutants = chosen(allMutants(samples, kubernetes));
    found = compare(mutants, { verdicts: await askAll(cluster, mutants), kubernetes, definitions, explained });
  });
  after(async () => {
    await cluster?.close();
    await plane?.stop();
  });

  test('the samples are of every kind, valid, and enough of them are changed', (t) => {
    const { compared, refused, skipped } = found;
    t.diagnostic(
      `${compared} objects: refused for their schema ${refused.schema}, in code ${refused.code}; answers about others ${skipped}`,
    );
    assert.ok(skipped < compared / 20);
    assert.ok(compared > 3000);
    assert.ok(refused.schema > 500 && refused.code > 500);
  });

  test('nothing is refused that the API server takes', () => {
    assert.deepEqual(found.falseRejects.map(told), []);
  });

  test('nothing is taken that the API server refuses for its schema', () => {
    assert.deepEqual(found.falseAccepts.schema.map(told), []);
  });

  test('of what the API server refuses in code, less than one in a hundred is taken', (t) => {
    const { falseAccepts, refused } = found;
    for (const one of falseAccepts.code) t.diagnostic(told(one));
    assert.ok(falseAccepts.code.length < refused.code / 100, `${falseAccepts.code.length} of ${refused.code}`);
  });
});

/** The samples as they are, and changes to them spread evenly: the same ones every time. */
function chosen(mutants: readonly Mutant[]): readonly Mutant[] {
  const step = Math.max(1, mutants.length / wanted);
  return mutants.filter(({ change }, i) => change === 'nothing' || Math.floor(i / step) !== Math.floor((i - 1) / step));
}

function told({ manifest, change, why }: Difference): string {
  return `${manifest.kind}/${manifest.metadata.name}: ${change}: ${why}`;
}
