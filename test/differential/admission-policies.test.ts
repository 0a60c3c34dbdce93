import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { kindsServed } from '../../src/compile/served.ts';
import { judgeByPolicies } from '../../src/compile/validate/expressions/admission/policies.ts';
import { type Manifest, refOf } from '../../src/model/manifest.ts';
import { formatRef } from '../../src/model/ref.ts';
import { draftOf } from '../compile/drafts.ts';
import { eventually } from '../contract/cluster/asking.ts';
import { ask } from '../controlplane/api.ts';
import { type ControlPlane, startControlPlane } from '../controlplane/start.ts';
import { manifestsOf, objects, policies, present } from './cel/policies.ts';

/** The real API server judges the same objects by the same policies: what it takes, no policy may deny here. */
let plane: ControlPlane;
before(async () => {
  plane = await startControlPlane({ without: ['kube-controller-manager', 'kube-scheduler', 'kwok'] });
  for (const manifest of present) await create(manifest);
  await Promise.all(Object.entries(policies).flatMap(([name, one]) => manifestsOf(name, one).map(create)));
});
after(() => plane.stop());

async function create(manifest: Manifest): Promise<void> {
  const { status, value } = await ask(plane, { method: 'POST', path: pathOf(manifest), body: manifest });
  assert.equal(status, 201, JSON.stringify(value));
}

const plurals: Readonly<Record<string, string>> = {
  Namespace: '/api/v1/namespaces',
  ConfigMap: 'configmaps',
  Service: 'services',
  Deployment: 'deployments',
  ValidatingAdmissionPolicy: '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies',
  ValidatingAdmissionPolicyBinding: '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings',
};

function pathOf({ apiVersion, kind, metadata: { namespace } }: Manifest): string {
  const plural = plurals[kind] ?? '';
  return plural.startsWith('/') ? plural : `/${apiVersion === 'v1' ? 'api' : 'apis'}/${apiVersion}/namespaces/${namespace}/${plural}`;
}

/** What the API server says of an object, by the policies that say it: all of it, since their bindings only warn. */
async function theirs(manifest: Manifest): Promise<Verdicts> {
  const { status, value, warnings = [] } = await ask(plane, { method: 'POST', path: `${pathOf(manifest)}?dryRun=All`, body: manifest });
  assert.equal(status, 201, JSON.stringify(value));
  return new Map(
    warnings.flatMap((text) => {
      const [, policy, message] = /^Validation failed for ValidatingAdmissionPolicy '(\S+)' with binding '\S+': (.*)$/s.exec(text) ?? [];
      return policy === undefined || message === undefined ? [] : [[policy, message] as const];
    }),
  );
}

/** Messages by the names of policies. */
type Verdicts = ReadonlyMap<string, string>;

/** Policies are in effect a little later than they are there: the last one made is the last to be so. */
async function whenEffective(): Promise<void> {
  const probe: Manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'celjob-probe', namespace: 'celjob-a' } };
  const constraints = {
    resourceRules: [
      { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'], resourceNames: [probe.metadata.name] },
    ],
  };
  const [policy, binding] = manifestsOf('probe', { policy: { matchConstraints: constraints, validations: [{ expression: 'false' }] } });
  await create(policy);
  await create(binding);
  await eventually(async () => (await theirs(probe)).has(policy.metadata.name));
}

test('admission policies say what they say to the API server', { timeout: 120_000 }, async (context) => {
  await whenEffective();
  const wrong: string[] = [];
  let unjudged = 0;
  let broken = 0;
  for (const manifest of objects) {
    const mine = ours(manifest);
    const server = await theirs(manifest);
    for (const policy of Object.keys(policies).map((name) => manifestsOf(name, { policy: {} })[0].metadata.name)) {
      const [left, right] = [server.get(policy), mine.verdicts.get(policy)];
      if (mine.unjudged.has(policy)) unjudged++;
      if (right !== undefined) broken++;
      const isFine = left === right || (mine.unjudged.has(policy) && right === undefined);
      if (!isFine) wrong.push(`${formatRef(refOf(manifest))} by ${policy}: theirs ${left}, ours ${right}`);
    }
  }
  const pairs = objects.length * Object.keys(policies).length;
  context.diagnostic(`${pairs} pairs of objects and policies: ${broken} broken, ${unjudged} not judged, ${wrong.length} differ`);
  assert.deepEqual(wrong, []);
});

interface Ours {
  readonly verdicts: Verdicts;
  /** The policies that say nothing of the object. */
  readonly unjudged: ReadonlySet<string>;
}

function ours(manifest: Manifest): Ours {
  const all = [...present, ...Object.entries(policies).flatMap(([name, one]) => manifestsOf(name, one)), manifest];
  const drafts = all.map((one) => draftOf(one.kind, one.metadata.name, { manifest: one }));
  const found = judgeByPolicies({ drafts, kinds: kindsServed(all), minor: 35 });
  const of = formatRef(refOf(manifest));
  const about = found.filter(({ code, at }) => code === 'admission-warned' && at.object !== undefined && formatRef(at.object) === of);
  const silent = found.filter(({ code, message }) => code === 'admission-not-judged' && message.includes(`\`${of}\``));
  return {
    verdicts: new Map(about.map(({ help = '', message }) => [/`(\S+)`/.exec(help)?.[1] ?? '', message])),
    unjudged: new Set(silent.map(({ at }) => at.object?.name ?? '')),
  };
}
