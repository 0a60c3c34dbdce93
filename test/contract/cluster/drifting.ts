import assert from 'node:assert/strict';
import { at, type JsonObject, listAt, objectAt } from '../../../src/model/json.ts';
import { type LiveObject, type Manifest, refOf } from '../../../src/model/manifest.ts';
import type { ObjectRef } from '../../../src/model/ref.ts';
import { fingerprintOf } from '../../../src/reconcile/fingerprint.ts';
import { applied, appliedCustom, got, ours } from './asking.ts';
import { configMap, definition, deployment } from './manifests.ts';
import { type Case, type Change, type ContractSubject, manager, namespace } from './subject.ts';

/** What somebody else does to an object. */
type Deed = (subject: ContractSubject, ref: ObjectRef) => Promise<void>;

interface Drift {
  readonly before: LiveObject;
  readonly after: LiveObject;
}

async function drift(subject: ContractSubject, manifest: Manifest, deed: Deed): Promise<Drift> {
  const before = (await applied(subject.cluster, manifest)).object;
  await deed(subject, refOf(manifest));
  const after = await got(subject.cluster, manifest);
  assert.ok(after !== undefined);
  return { before, after };
}

const fingerprint = (object: LiveObject) => fingerprintOf(object, manager);

function withData(data: JsonObject): Change {
  return (object) => ({ ...object, data });
}

function withContainer(change: (container: JsonObject) => JsonObject): Change {
  return withPod((pod) => ({ ...pod, containers: listAt(pod, 'containers').map((container) => change(container as JsonObject)) }));
}

function withPod(change: (pod: JsonObject) => JsonObject): Change {
  return (object) => {
    const template = objectAt(object, 'spec', 'template');
    return { ...object, spec: { ...objectAt(object, 'spec'), template: { ...template, spec: change(objectAt(template, 'spec')) } } };
  };
}

function withMetadata(change: (metadata: LiveObject['metadata']) => JsonObject): Change {
  return (object) => ({ ...object, metadata: change(object.metadata) });
}

function editing(change: Change): Deed {
  return ({ edit }, ref) => edit(versionOf(ref), ref, change);
}

function putting(change: Change): Deed {
  return ({ put }, ref) => put(versionOf(ref), ref, change);
}

function versionOf({ group }: ObjectRef): string {
  return group === '' ? 'v1' : `${group}/v1`;
}

const role: Manifest = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'Role',
  metadata: { name: 'seen-role', namespace },
  rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
};

/** What shows in the entry of our manager. */
const seen: readonly (readonly [what: string, manifest: Manifest, deed: Deed])[] = [
  ['a changed scalar', configMap('seen-scalar', { data: { a: '1', b: '1' } }), editing(withData({ a: '2', b: '1' }))],
  ['a removed key', configMap('seen-key', { data: { a: '1', b: '1' } }), editing(withData({ a: '1' }))],
  [
    'a removed label',
    configMap('seen-label', { labels: { 'example.com/part-of': 'shop', tier: 'front' } }),
    editing(withMetadata((metadata) => ({ ...metadata, labels: { tier: 'front' } }))),
  ],
  ['a changed list that is one value', role, editing((object) => ({ ...object, rules: [] }))],
  [
    'another argument of a command',
    deployment('seen-list', { container: { args: ['--quiet', '--safe'] } }),
    editing(withContainer((container) => ({ ...container, args: ['--quiet'] }))),
  ],
  [
    'a changed map that is one value',
    deployment('seen-map', { pod: { nodeSelector: { disk: 'ssd', zone: 'a' } } }),
    editing(withPod((pod) => ({ ...pod, nodeSelector: { disk: 'ssd', zone: 'b' } }))),
  ],
  [
    'a changed item of a list of named items',
    deployment('seen-item', { env: { ONE: '1', TWO: '2' } }),
    editing(
      withContainer((container) => ({
        ...container,
        env: [
          { name: 'ONE', value: '1' },
          { name: 'TWO', value: '3' },
        ],
      })),
    ),
  ],
  [
    'an item that left a list of named items',
    deployment('seen-loss', { env: { ONE: '1', TWO: '2' } }),
    editing(withContainer((container) => ({ ...container, env: [{ name: 'ONE', value: '1' }] }))),
  ],
  ['a change that is put with the managedFields of before', configMap('seen-put', { data: { a: '1' } }), putting(withData({ a: '2' }))],
  ['a change of the scale', deployment('seen-scale', { replicas: 2 }), ({ scale }, ref) => scale(versionOf(ref), ref, 5)],
  [
    'managedFields that are thrown away',
    configMap('seen-reset', { data: { a: '1' } }),
    putting(withMetadata((metadata) => ({ ...metadata, managedFields: [{}] }))),
  ],
];

const visible: readonly Case[] = seen.map(([what, manifest, deed]) => [
  `${what} shows in the entry of our manager`,
  async (subject) => {
    const { before, after } = await drift(subject, manifest, deed);
    assert.notEqual(fingerprint(after).fields, fingerprint(before).fields);
  },
]);

/** A policy that lets nothing in, as long as nobody adds a way. */
function denying(name: string): Manifest {
  const spec = { podSelector: {}, policyTypes: ['Ingress'] };
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace }, spec };
}

const annotating = editing(
  withMetadata((metadata) => ({ ...metadata, annotations: { ...metadata.annotations, 'example.com/note': 'x' } })),
);

/** What others may do without being noticed: the whole fingerprint stays. */
const harmless: readonly (readonly [what: string, manifest: Manifest, deed: Deed])[] = [
  [
    'a status',
    deployment('harmless-status', { replicas: 2 }),
    ({ status }, ref) => status(versionOf(ref), ref, { replicas: 2, readyReplicas: 2, observedGeneration: 1 }),
  ],
  ['an annotation of somebody else', denying('harmless-annotation'), annotating],
  ['a PUT of the same', deployment('harmless-put', { replicas: 2 }), putting((object) => object)],
];

const unnoticed: readonly Case[] = harmless.map(([what, manifest, deed]) => [
  `${what} leaves the fingerprint alone`,
  async (subject) => {
    const { before, after } = await drift(subject, manifest, deed);
    assert.deepEqual(fingerprint(after), fingerprint(before));
  },
]);

/** What the entry of our manager does not tell of, although it is a change; the version of the fingerprint does. */
const hidden: readonly (readonly [what: string, manifest: Manifest, deed: Deed])[] = [
  [
    'another order of named items',
    deployment('hidden-order', { env: { ONE: '1', TWO: '2' } }),
    editing(withContainer((container) => ({ ...container, env: listAt(container, 'env').toReversed() }))),
  ],
  [
    'what is added to an object that is applied empty',
    deployment('hidden-empty', { container: { securityContext: {} } }),
    editing(withContainer((container) => ({ ...container, securityContext: { privileged: true } }))),
  ],
  ['an annotation of somebody else on a Deployment', deployment('hidden-annotation', { replicas: 2 }), annotating],
  [
    'a way in beside a default that denies',
    denying('hidden-deny'),
    editing((object) => ({ ...object, spec: { ...objectAt(object, 'spec'), ingress: [{}] } })),
  ],
  [
    'a change after which somebody puts the managedFields of before',
    deployment('hidden-return', { replicas: 2 }),
    async (subject, ref) => {
      const before = await got(subject.cluster, deployment('hidden-return', {}));
      await subject.scale('apps/v1', ref, 5);
      await subject.put(
        'apps/v1',
        ref,
        withMetadata((metadata) => ({ ...metadata, managedFields: before?.metadata.managedFields })),
      );
    },
  ],
];

const secret: readonly Case[] = hidden.map(([what, manifest, deed]) => [
  `${what} does not show in the entry of our manager, but in the generation`,
  async (subject) => {
    const { before, after } = await drift(subject, manifest, deed);
    assert.equal(fingerprint(after).fields, fingerprint(before).fields);
    assert.notEqual(fingerprint(after).version, fingerprint(before).version);
  },
]);

const gadgets = definition('Gadget', 'drift.example.com');
function gadget(name: string, version: 'v1' | 'v2', spec: JsonObject): Manifest {
  return { apiVersion: `drift.example.com/${version}`, kind: 'Gadget', metadata: { name, namespace }, spec };
}

/** What others do to an object shows, or not, in the managedFields entry of ours (`fingerprintOf`). */
export const drifting: readonly Case[] = [
  ...visible,
  ...unnoticed,
  ...secret,
  [
    'another writer under our name leaves no trace but a time, in whole seconds, and the resourceVersion',
    async ({ cluster }) => {
      const { object } = await applied(cluster, configMap('hidden-twin', { data: { a: '1' } }));
      const twin = await applied(cluster, configMap('hidden-twin', { data: { a: '2' } }));
      assert.deepEqual(ours(twin.object), ours(object));
      assert.notEqual(fingerprint(twin.object).version, fingerprint(object).version);
      assert.equal(twin.object.metadata.managedFields?.length, 1);
    },
  ],
  [
    'a change of an object of somebody’s own kind shows in the entry of our manager, in whatever version it is written',
    async (subject) => {
      const { cluster, edit } = subject;
      for (const version of ['v1', 'v2'] as const) {
        const manifest = gadget(`seen-${version}`, 'v1', { size: 1, deep: { a: 'x' } });
        const { object } = await appliedCustom(cluster, gadgets, manifest);
        await edit(`drift.example.com/${version}`, refOf(manifest), (now) => ({ ...now, spec: { ...objectAt(now, 'spec'), size: 2 } }));
        const after = await got(cluster, manifest);
        assert.deepEqual(Object.keys(objectAt(ours(after), 'f:spec')), ['f:deep']);
        assert.ok(after !== undefined && fingerprint(after).fields !== fingerprint(object).fields);
      }
    },
  ],
  [
    'an apply under our name in another version shows in our entry, and there is still one',
    async ({ cluster }) => {
      const first = await appliedCustom(cluster, gadgets, gadget('versions', 'v1', { size: 1 }));
      const second = await applied(cluster, gadget('versions', 'v2', { size: 2 }));
      assert.notEqual(fingerprint(second.object).fields, fingerprint(first.object).fields);
      assert.deepEqual(
        second.object.metadata.managedFields?.map((entry) => [entry.manager, entry.apiVersion]),
        [[manager, 'drift.example.com/v2']],
      );
      assert.equal(at(await got(cluster, gadget('versions', 'v1', {})), 'spec', 'size'), 2);
    },
  ],
];
