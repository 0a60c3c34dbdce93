import assert from 'node:assert/strict';
import { applySetId, parentOf, partOfLabel } from '../../../src/model/applyset.ts';
import { type ExitCode, exitCodes } from '../../../src/model/failure.ts';
import { type JsonObject, numberAt, objectAt } from '../../../src/model/json.ts';
import { type LiveObject, type Manifest, refOf } from '../../../src/model/manifest.ts';
import { keyOf } from '../../../src/model/ref.ts';
import { configMap, deployment, namespace } from '../../e2e/manifests.ts';
import type { Committed } from '../../fakes/source.ts';
import { crashSpec, type Land } from '../../support/crash.ts';

/** Something that happens while no agent runs; then one runs until it has nothing more to do. */
export interface Step {
  readonly act: (land: Land) => unknown;
  /** What the agent ends with then; `done` unless told. */
  readonly exit?: ExitCode;
}

/** A story in which an agent is killed. */
export interface Scenario {
  readonly name: string;
  /** What came before: nobody is killed there. */
  readonly given: readonly Step[];
  readonly steps: readonly Step[];
  /** The next step comes before an agent that was killed is started again. */
  readonly overtaken?: boolean;
  /** What the environment consists of in the end. */
  readonly wanted: readonly Manifest[];
  /** What others made, and nobody may touch. */
  readonly foreign?: readonly Manifest[];
  /** What the environment lets go of. */
  readonly released?: readonly Manifest[];
  /** What is deleted and made anew, once. */
  readonly remade?: readonly Manifest[];
  /** The environment is no more: it has no state. */
  readonly over?: boolean;
  /** What else must hold in the end. */
  readonly holds?: (land: Land) => void;
}

/** The ApplySet of the environment. */
export const crashSetId = applySetId(parentOf(crashSpec.environment, crashSpec.namespace));

const shop: Committed = { manifest: namespace('shop'), wave: 0 };
const attic: Committed = { manifest: namespace('attic'), wave: 0 };
const relics: Committed = {
  manifest: {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'relics.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { kind: 'Relic', plural: 'relics' },
      versions: [{ name: 'v1', served: true, storage: true }],
    },
  },
  wave: 0,
};
const urn: Committed = {
  manifest: { apiVersion: 'example.com/v1', kind: 'Relic', metadata: { name: 'urn', namespace: 'shop' }, spec: { age: 3000 } },
};
const binding: Committed = {
  manifest: {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'readers', namespace: 'shop' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
    subjects: [{ kind: 'ServiceAccount', name: 'app', namespace: 'shop' }],
  },
  dependsOn: ['reader'],
};

function role(...verbs: readonly string[]): Committed {
  return {
    manifest: {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'reader', namespace: 'shop' },
      rules: [{ apiGroups: [''], resources: ['configmaps'], verbs }],
    },
  };
}

function config(name: string, value: string, rest: Partial<Committed> = {}): Committed {
  return { manifest: configMap('shop', name, value), ...rest };
}

function job(image: string, rest: Partial<Committed> & { readonly ttl?: number } = {}): Committed {
  const { ttl, ...committed } = rest;
  const spec = {
    ...(ttl === undefined ? {} : { ttlSecondsAfterFinished: ttl }),
    template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image }] } },
  };
  return { manifest: { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'migrate', namespace: 'shop' }, spec }, ...committed };
}

function web(options: { readonly replicas?: number; readonly image?: string } = {}, rest: Partial<Committed> = {}): Committed {
  return { manifest: deployment('shop', 'web', options), ...rest };
}

/** `manifest`, a Deployment, with other fields in its spec; one that is undefined is left out. */
function withSpec(manifest: Manifest, spec: JsonObject): Manifest {
  const all = Object.entries({ ...objectAt(manifest, 'spec'), ...spec }).filter(([, value]) => value !== undefined);
  return { ...manifest, spec: Object.fromEntries(all) };
}

function manifestsOf(...objects: readonly Committed[]): readonly Manifest[] {
  return objects.map(({ manifest }) => manifest);
}

/** A step that commits `objects`. */
function committing(objects: readonly Committed[], rest: Parameters<Land['source']['commit']>[1] = {}): Step {
  return { act: ({ source }) => source.commit(objects, rest) };
}

/** The same after something that others do. */
function after(others: (land: Land) => unknown, { act, ...rest }: Step): Step {
  return {
    ...rest,
    async act(land) {
      await others(land);
      await act(land);
    },
  };
}

/** The same, refused by all slices or by some. */
function refused(step: Step): Step {
  return { ...step, exit: exitCodes.input };
}

/** What an administrator applies before the first sync: what `lockstep bootstrap` prints of it that matters here. */
async function bootstrap({ cluster }: Land): Promise<void> {
  const metadata = { name: 'shop', labels: { [partOfLabel]: crashSetId } };
  const answer = await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata }, { manager: 'administrator' });
  assert.ok(answer.ok);
}

/** Makes objects as `kubectl create` does. */
function made(...manifests: readonly Manifest[]): (land: Land) => Promise<void> {
  return async ({ cluster }) => {
    for (const manifest of manifests) {
      const answer = await cluster.apply(manifest, { manager: 'kubectl-create' });
      assert.ok(answer.ok);
      cluster.others.put(refOf(manifest), (object) => ({
        ...object,
        metadata: {
          ...object.metadata,
          managedFields: (object.metadata.managedFields ?? []).map((entry) => ({ ...entry, operation: 'Update' })),
        },
      }));
    }
  };
}

const everything: readonly Committed[] = [
  shop,
  attic,
  relics,
  urn,
  role('get'),
  binding,
  { manifest: configMap('attic', 'chest', 'one') },
  config('config', 'one'),
  job('migrate:1', { dependsOn: ['config'] }),
  web({}, { wave: 2, dependsOn: ['migrate'] }),
];

const few: readonly Committed[] = [shop, config('config', 'one'), web()];
const synced = (objects: readonly Committed[], rest: Parameters<Land['source']['commit']>[1] = {}): Step =>
  after(bootstrap, committing(objects, rest));

const first: Scenario = { name: 'a first sync', given: [], steps: [synced(everything)], wanted: manifestsOf(...everything) };

const less: readonly Committed[] = [shop, role('get'), config('config', 'two'), web()];
const overtaken: Scenario = {
  name: 'a first sync, and a commit that wants less before it is finished',
  given: [],
  steps: [
    synced(everything),
    committing(less, { approvals: manifestsOf(attic, relics).map((manifest) => ({ ref: refOf(manifest), reason: 'nobody needs it' })) }),
  ],
  overtaken: true,
  wanted: manifestsOf(...less),
};

/** Somebody has to be told before it goes. */
const guarded: Committed = {
  manifest: { ...configMap('shop', 'guarded', 'one'), metadata: { name: 'guarded', namespace: 'shop', finalizers: ['example.com/guard'] } },
  wave: 2,
};
const changed: readonly Committed[] = [
  shop,
  role('get', 'list'),
  config('config', 'two'),
  config('new', 'one'),
  { manifest: namespace('cellar'), wave: 0 },
  { manifest: configMap('cellar', 'cask', 'one') },
  web({ image: 'web:2' }, { dependsOn: ['config'] }),
];
const change: Scenario = {
  name: 'a commit that changes, adds and prunes objects',
  given: [synced([shop, role('get'), binding, config('config', 'one'), config('old', 'one'), guarded, web()])],
  steps: [committing(changed)],
  wanted: manifestsOf(...changed),
};

const theirWeb = withSpec(deployment('shop', 'web', { replicas: 3, image: 'web:0' }), { paused: true });
const theirConfig: Manifest = { ...configMap('shop', 'config', 'theirs'), data: { value: 'theirs', more: 'theirs' } };
const adoption: Scenario = {
  name: 'the adoption of objects that kubectl made',
  given: [synced([shop])],
  steps: [
    after(
      made(theirConfig, theirWeb, configMap('shop', 'foreign', 'theirs')),
      committing(few, {
        adopt: [config('config', '').manifest, theirWeb].map((manifest) => ({ object: refOf(manifest), reason: 'it moves' })),
      }),
    ),
  ],
  wanted: manifestsOf(...few),
  foreign: [configMap('shop', 'foreign', 'theirs')],
  holds({ cluster }) {
    assert.deepEqual(cluster.live(refOf(theirConfig))['data'], { value: 'one' });
    assert.equal(objectAt(cluster.live(refOf(theirWeb)), 'spec')['paused'], undefined);
  },
};

const scaled = { rules: { ignore: ['/spec/replicas'] } };
const replicasOf = ({ object }: { readonly object: LiveObject }): number | undefined => numberAt(object, 'spec', 'replicas');
const handedToAutoscaler = { manifest: withSpec(web({ image: 'web:2' }).manifest, { replicas: undefined }), ...scaled };
const autoscaler: Scenario = {
  name: 'replicas that are left to an autoscaler',
  given: [synced([shop, web({ replicas: 4 })])],
  steps: [
    committing([shop, { ...handedToAutoscaler, manifest: withSpec(web().manifest, { replicas: undefined }) }]),
    after(({ cluster }) => cluster.others.scale(refOf(theirWeb), 7, 'kube-controller-manager'), committing([shop, handedToAutoscaler])),
  ],
  wanted: manifestsOf(shop, handedToAutoscaler),
  holds({ history }) {
    const states = history.filter(({ object }) => keyOf(refOf(object)) === keyOf(refOf(theirWeb)));
    assert.deepEqual([...new Set(states.map(replicasOf))], [4, 7]);
  },
};

const rebuilt = withSpec(web().manifest, {
  selector: { matchLabels: { app: 'web', tier: 'front' } },
  template: { ...objectAt(web().manifest, 'spec', 'template'), metadata: { labels: { app: 'web', tier: 'front' } } },
});
const replacing = { rules: { replace: true } };
const replaced = [shop, { manifest: rebuilt, ...replacing }, job('migrate:2', { ttl: 60, ...replacing })];
const replacement: Scenario = {
  name: 'objects that are made anew since they cannot be changed',
  given: [synced([shop, web({}, replacing), job('migrate:1', { ttl: 60, ...replacing })])],
  steps: [committing(replaced)],
  wanted: manifestsOf(...replaced),
  remade: [rebuilt, job('').manifest],
};

const nextVersion: readonly Committed[] = [shop, job('migrate:2', { ttl: 60 })];
const expired: Scenario = {
  name: 'the next version of a Job that its TTL removed',
  given: [synced([shop, job('migrate:1', { ttl: 60 })])],
  steps: [after(({ cluster }) => cluster.others.remove(refOf(job('').manifest)), committing(nextVersion))],
  wanted: manifestsOf(...nextVersion),
  remade: manifestsOf(job('')),
};

const release: Scenario = {
  name: 'objects that are handed over, kept and pruned',
  given: [synced([...few, config('given', 'one'), config('kept', 'one', { rules: { keep: true } }), config('old', 'one')])],
  steps: [committing(few, { handOver: [{ ref: refOf(config('given', '').manifest), to: 'other' }] })],
  wanted: manifestsOf(...few),
  released: manifestsOf(config('given', 'one'), config('kept', 'one')),
};

const inSlice = (slice: string, ...objects: readonly Committed[]): readonly Committed[] => objects.map((object) => ({ ...object, slice }));
/** No ConfigMap has such a field. */
const bad: Committed = { manifest: { ...configMap('shop', 'bad', 'one'), datum: {} } };
const blue = (value: string): readonly Committed[] => inSlice('blue', config('blue', value), config('azure', value));
const red = (value: string): readonly Committed[] => inSlice('red', config('red', value), config('crimson', value));
const partly: Scenario = {
  name: 'a commit that one of two slices refuses',
  given: [synced([shop, ...blue('one'), ...red('one'), ...inSlice('red', config('rose', 'one'))])],
  steps: [refused(committing([shop, ...blue('two'), ...red('two'), ...inSlice('red', bad)]))],
  wanted: manifestsOf(shop, ...blue('two'), ...red('one'), config('rose', 'one')),
};
const mended: Scenario = {
  name: 'a commit that one of two slices refuses, and one that mends it',
  given: partly.given,
  steps: [...partly.steps, committing([shop, ...blue('three'), ...red('three')])],
  wanted: manifestsOf(shop, ...blue('three'), ...red('three')),
};

const withdrawn: Scenario = {
  name: 'a refused commit for which a namespace was made, and one that does not want it',
  given: [synced(few)],
  steps: [refused(committing([...few, attic, relics, bad])), committing([shop, config('config', 'two'), web()])],
  wanted: manifestsOf(shop, config('config', 'two'), web()),
};

const pruned: Scenario = {
  name: 'an environment that is removed with all that it owns',
  given: [
    after(made(configMap('default', 'foreign', 'theirs')), synced([...few, attic, { manifest: configMap('attic', 'chest', 'one') }])),
  ],
  steps: [committing([], { removed: 'prune' })],
  wanted: [],
  foreign: [configMap('default', 'foreign', 'theirs')],
  over: true,
};
const kept: Scenario = {
  name: 'an environment that is removed and lets go of what it owned',
  given: [synced(few)],
  steps: [committing([], { removed: 'keep' })],
  wanted: [],
  released: manifestsOf(...few),
  over: true,
};

/** What people do to a cluster. */
function tamper({ cluster: { others } }: Land): void {
  others.edit(refOf(config('config', '').manifest), (object) => ({ ...object, data: { value: 'tampered' } }));
  others.edit(refOf(role().manifest), (object) => ({ ...object, rules: [] }));
  others.remove(refOf(config('gone', '').manifest));
  const stowaway = { name: 'stowaway', image: 'miner:1' };
  others.edit(refOf(web().manifest), (object) => {
    const spec = objectAt(object, 'spec');
    const template = objectAt(spec, 'template');
    const { containers = [], ...pod } = objectAt(template, 'spec');
    const crowded = { ...pod, containers: [...(containers as readonly JsonObject[]), stowaway] };
    return { ...object, spec: { ...spec, template: { ...template, spec: crowded } } };
  });
}

const drifted: readonly Committed[] = [...few, role('get'), config('gone', 'one')];
const drift: Scenario = {
  name: 'the repair of what was changed, deleted and added by others',
  given: [synced(drifted)],
  steps: [{ act: tamper }],
  wanted: manifestsOf(...drifted),
  remade: manifestsOf(config('gone', 'one')),
  holds({ cluster }) {
    const { containers } = objectAt(cluster.live(refOf(web().manifest)), 'spec', 'template', 'spec');
    assert.deepEqual(containers, objectAt(web().manifest, 'spec', 'template', 'spec')['containers']);
  },
};

/** All of them. */
export const scenarios: readonly Scenario[] = [
  first,
  overtaken,
  change,
  adoption,
  autoscaler,
  replacement,
  expired,
  release,
  partly,
  mended,
  withdrawn,
  pruned,
  kept,
  drift,
];
