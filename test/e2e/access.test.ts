import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { readIndex } from '../../src/codec/index-file.ts';
import { parseManifest } from '../../src/codec/yaml-read.ts';
import { bootstrapObjects } from '../../src/compile/bootstrap.ts';
import { systemClock } from '../../src/io/clock.ts';
import { openCluster } from '../../src/io/kube/cluster.ts';
import { openConfig } from '../../src/io/kube/config.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import type { AccessRule, RenderedIndex } from '../../src/model/rendered.ts';
import { isWithin, minorOf } from '../../src/schema/builtin.ts';
import { builtinKinds } from '../../src/schema/kinds.ts';
import { ask } from '../controlplane/api.ts';
import { kubeconfigFor } from '../controlplane/kubeconfig.ts';
import { kubernetesVersion } from '../controlplane/programs.ts';
import { type ControlPlane, startControlPlane } from '../controlplane/start.ts';

let plane: ControlPlane;
before(async () => {
  plane = await startControlPlane({
    // The controller manager gathers the rules of the role `view`: an empty role anybody may bind.
    without: ['kube-scheduler', 'kwok'],
    apiServerFlags: ['--runtime-config=api/all=true', '--feature-gates=AllAlpha=true,AllBeta=true'],
  });
});
after(() => plane.stop());

const golden = 'test/golden/operator';

/** The rendered tree of the golden case with definitions, custom resources, roles and bindings, in the order of its waves. */
function operator(): { readonly index: RenderedIndex; readonly manifests: readonly Manifest[] } {
  const read = readIndex(readFileSync(`${golden}/expected.index`, 'utf8'));
  assert.ok(read.ok);
  const manifests = read.value.objects
    .toSorted((a, b) => a.wave - b.wave)
    .map(({ path }) => {
      const manifest = parseManifest(readFileSync(`${golden}/expected/${path}`, 'utf8'));
      assert.ok(manifest.ok);
      return manifest.value;
    });
  return { index: read.value, manifests };
}

/** Applies `manifests` one after the other with a kubeconfig, and tells each object's outcome. */
async function applyAll(kubeconfig: string, manifests: readonly Manifest[]): Promise<Readonly<Record<string, string>>> {
  const cluster = openCluster({ config: openConfig({ env: {}, kubeconfig }), clock: systemClock });
  const outcomes: Record<string, string> = {};
  for (const manifest of manifests) outcomes[`${manifest.kind}/${manifest.metadata.name}`] = await applyOne(manifest);
  await cluster.close();
  return outcomes;

  /** A definition is served, and a right is held, some moments after it was applied. */
  async function applyOne(manifest: Manifest, attempt = 0): Promise<string> {
    const answer = await cluster.apply(manifest, { manager: 'test' });
    if (answer.ok) return 'applied';
    if (attempt === 10) return answer.error.reason;
    await systemClock.sleep(100);
    return applyOne(manifest, attempt + 1);
  }
}

/** Lets the agent of `environment` in with `access`, and applies the golden tree as it. */
async function applyAs(environment: string, access: readonly AccessRule[]): Promise<Readonly<Record<string, string>>> {
  const { index, manifests } = operator();
  const namespaces = ['operators'].map((name): Manifest => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
  const objects = bootstrapObjects({ ...index, environment, access }, { namespace: 'lockstep', setId: 'applyset-test-v1' });
  const granted = await applyAll(plane.kubeconfig, [...namespaces, ...objects]);
  assert.deepEqual([...new Set(Object.values(granted))], ['applied']);
  const account = { namespace: 'lockstep', serviceAccount: `lockstep-${environment}` };
  return applyAll(await kubeconfigFor(plane, account), manifests);
}

test('without the rights to bind and to escalate, the API server refuses exactly what needs them', async () => {
  const access = operator().index.access.filter(({ verbs }) => !verbs.includes('bind') && !verbs.includes('escalate'));
  const outcomes = await applyAs('less', access);
  const refused = Object.entries(outcomes).filter(([, outcome]) => outcome !== 'applied');
  assert.deepEqual(refused, [
    ['ClusterRole/metrics', 'forbidden'],
    ['RoleBinding/foreign', 'missing'],
    ['RoleBinding/viewer', 'forbidden'],
    ['ClusterRoleBinding/metrics', 'missing'],
  ]);
});

test('the access that a tree asks for is enough to apply all of it', async () => {
  const outcomes = await applyAs('enough', operator().index.access);
  assert.deepEqual([...new Set(Object.values(outcomes))], ['applied']);
});

test('the kinds of a minor, and their versions, are what its API server discovers', async () => {
  const minor = minorOf(kubernetesVersion);
  const known = builtinKinds().flatMap(({ group, kind, plural, namespaced, versions }): readonly Served[] => {
    const served = versions.filter(({ minors }) => isWithin(minors, minor)).map(({ version, status }) => ({ version, status }));
    return served.length === 0 ? [] : [{ group, kind, plural, namespaced, versions: served.sort(byVersion) }];
  });
  assert.deepEqual(known.sort(byPlural), (await discovered()).sort(byPlural));
});

/** What is known of a kind that an API server serves. */
interface Served {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly versions: readonly ServedVersion[];
}

interface ServedVersion {
  readonly version: string;
  /** Whether it has a status subresource. */
  readonly status: boolean;
}

/** The kinds that can be applied, as the API server tells of itself. */
async function discovered(): Promise<Served[]> {
  const groups = (await ask(plane, { method: 'GET', path: '/apis' })).value as {
    readonly groups: readonly { readonly versions: readonly { readonly groupVersion: string }[] }[];
  };
  const paths = ['/api/v1', ...groups.groups.flatMap(({ versions }) => versions.map(({ groupVersion }) => `/apis/${groupVersion}`))];
  const found = new Map<string, Served>();
  for (const path of paths.filter((one) => !one.startsWith('/apis/example.com'))) {
    const list = (await ask(plane, { method: 'GET', path })).value as {
      readonly groupVersion: string;
      readonly resources: readonly Discovered[];
    };
    const [group = '', version = ''] = list.groupVersion.includes('/') ? list.groupVersion.split('/') : ['', list.groupVersion];
    for (const { name, kind, namespaced } of list.resources.filter((one) => !one.name.includes('/') && one.verbs.includes('patch'))) {
      const status = list.resources.some((one) => one.name === `${name}/status`);
      const versions = [...(found.get(`${group}/${name}`)?.versions ?? []), { version, status }].sort(byVersion);
      found.set(`${group}/${name}`, { group, kind, plural: name, namespaced, versions });
    }
  }
  return [...found.values()];
}

function byVersion(a: ServedVersion, b: ServedVersion): number {
  return a.version < b.version ? -1 : 1;
}

function byPlural(a: Served, b: Served): number {
  return `${a.group}/${a.plural}` < `${b.group}/${b.plural}` ? -1 : 1;
}

interface Discovered {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}
