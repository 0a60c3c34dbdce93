import { partOfLabel } from '../../../src/model/applyset.ts';
import { withLabels, withMetadata } from '../intruder.ts';
import { service } from '../manifests.ts';
import {
  autoscaler,
  by,
  configMap,
  env,
  inHome,
  pods,
  setContainer,
  setData,
  setPod,
  setSpec,
  type Tampering,
  workload,
} from './objects.ts';

/** What the branch says, changed. */
export const changed: readonly Tampering[] = [
  { what: 'a changed value', manifest: configMap('value', { a: '1' }), deed: ({ edit }) => edit(setData({ a: '2' })), by },
  {
    what: 'a removed key',
    manifest: configMap('key', { a: '1', b: '1' }),
    deed: ({ edit }) => edit((object) => ({ ...object, data: { a: '1' } })),
  },
  {
    what: 'a removed label',
    manifest: configMap('label', { a: '1' }, { tier: 'front' }),
    deed: ({ edit }) => edit(withMetadata(({ labels: { tier, ...labels } = {}, ...metadata }) => ({ ...metadata, labels }))),
  },
  {
    what: 'another command',
    manifest: workload('command', { container: { command: ['serve', '--safe'] } }),
    deed: ({ edit }) => edit(setContainer({ command: ['serve'] })),
    by,
  },
  {
    what: 'another node selector',
    manifest: workload('selector', { pod: { nodeSelector: { disk: 'ssd', zone: 'a' } } }),
    deed: ({ edit }) => edit(setPod({ nodeSelector: { disk: 'ssd', zone: 'b' } })),
    by,
  },
  {
    what: 'another value of an environment variable',
    manifest: workload('variable', { container: { env: env({ ONE: '1', TWO: '2' }) } }),
    deed: ({ edit }) => edit(setContainer({ env: env({ ONE: '1', TWO: '3' }) })),
    by,
  },
  {
    what: 'another order of environment variables',
    manifest: workload('order', { container: { env: env({ ONE: '1', TWO: '$(ONE)' }) } }),
    deed: ({ edit }) => edit(setContainer({ env: env({ TWO: '$(ONE)', ONE: '1' }) })),
  },
  {
    what: 'another target of a port',
    manifest: service('drift', 'target'),
    deed: ({ edit }) => edit(setSpec({ ports: [{ name: 'http', port: 80, targetPort: 9999 }] })),
    by,
  },
  {
    what: 'another number of a named port',
    manifest: service('drift', 'port'),
    deed: ({ edit }) => edit(setSpec({ ports: [{ name: 'http', port: 8080, targetPort: 'http' }] })),
    by,
  },
  {
    what: 'another number of a named port of a container',
    manifest: workload('container-port', { container: { ports: [{ name: 'http', containerPort: 80 }] } }),
    deed: ({ edit }) => edit(setContainer({ ports: [{ name: 'http', containerPort: 8080 }] })),
    by,
  },
  {
    what: 'a change that is put with the managedFields of before',
    manifest: configMap('put', { a: '1' }),
    deed: ({ put }) => put(setData({ a: '2' })),
    by: 'kubectl-replace',
  },
  {
    what: 'a change with all managedFields thrown away',
    manifest: workload('reset', {
      pod: { volumes: [{ name: 'data', emptyDir: {} }] },
      container: { env: env({ ONE: '1' }), ports: [{ containerPort: 80 }], volumeMounts: [{ name: 'data', mountPath: '/data' }] },
    }),
    deed: ({ put }) =>
      put((object) => setContainer({ command: ['mine'] })({ ...object, metadata: { ...object.metadata, managedFields: [{}] } })),
    removed: [`${pods}/containers/0/command`],
  },
  {
    what: 'another label with all managedFields thrown away, where the environment owns all that is there',
    manifest: configMap('strict-reset', { a: '1', b: '1' }, { tier: 'front', team: 'blue' }),
    deed: ({ put }) =>
      put((object) =>
        setData({ c: '3' })({
          ...object,
          metadata: { ...object.metadata, labels: { ...object.metadata.labels, tier: 'back' }, managedFields: [{}] },
        }),
      ),
    removed: ['/data/c'],
    rules: { ownership: 'strict' },
  },
  {
    what: 'another name of a container',
    manifest: workload('renamed', { container: { ports: [{ name: 'http', containerPort: 80 }] } }),
    deed: ({ edit }) => edit(setContainer({ name: 'web2' })),
    by,
    removed: [`${pods}/containers/0`],
  },
  { what: 'a change of the scale', manifest: workload('scale'), deed: ({ scale }) => scale(3), by: 'kubectl' },
  {
    what: 'a change in another version of the kind',
    manifest: autoscaler('version'),
    deed: ({ edit }) => edit(setSpec({ maxReplicas: 50 }), 'autoscaling/v1'),
    by,
  },
  {
    what: 'a change of an object of somebody’s own kind',
    manifest: { apiVersion: 'drift.example.com/v1', kind: 'Gadget', metadata: inHome('own'), spec: { size: 1, deep: { a: 'x' } } },
    deed: ({ edit }) => edit(setSpec({ size: 2 }), 'drift.example.com/v2'),
    by,
  },
  { what: 'a deletion', manifest: configMap('deleted', { a: '1' }), deed: ({ remove }) => remove, outcome: 'created' },
  {
    what: 'the loss of the label of the environment',
    manifest: configMap('unlabelled', { a: '1' }),
    deed: ({ edit }) => edit(withMetadata((metadata) => ({ ...metadata, labels: {} }))),
  },
  {
    what: 'the label of another ApplySet',
    manifest: configMap('relabelled', { a: '1' }),
    deed: ({ edit }) => edit(withLabels({ [partOfLabel]: 'nobody' })),
    by,
  },
];

/** What takes two steps, which an agent at work would come between. */
export const twice: readonly Tampering[] = [
  {
    what: 'a change after which somebody puts the managedFields of before',
    manifest: workload('return'),
    deed:
      ({ scale, put, live }) =>
      async (manifest) => {
        const { metadata } = await live(manifest);
        await scale(3)(manifest);
        await put(withMetadata((now) => ({ ...now, managedFields: metadata.managedFields })))(manifest);
      },
  },
  {
    what: 'a change after which a controller writes its own mark',
    manifest: workload('marked'),
    deed:
      ({ edit, as }) =>
      async (manifest) => {
        await edit(setContainer({ image: 'registry.example/web:2' }))(manifest);
        // Who wrote last is told in whole seconds.
        await new Promise((resolve) => setTimeout(resolve, 1_100));
        const mark = withMetadata((metadata) => ({ ...metadata, annotations: { 'deployment.kubernetes.io/revision': '2' } }));
        await as('kube-controller-manager', mark)(manifest);
      },
    by,
  },
];
