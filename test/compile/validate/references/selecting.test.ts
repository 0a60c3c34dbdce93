import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Json, JsonObject } from '../../../../src/model/json.ts';
import type { Manifest } from '../../../../src/model/manifest.ts';
import { deployment, entryIn, inShort, judged, object, service } from './judged.ts';

const budget = (selector: Json) => object('policy/v1', 'PodDisruptionBudget', { spec: { selector } });
const policy = (spec: JsonObject) => object('networking.k8s.io/v1', 'NetworkPolicy', { spec });
const workload = (apiVersion: string, kind: string, spec: JsonObject) => object(apiVersion, kind, { spec });
const template = { metadata: { labels: { app: 'web' } }, spec: {} };
const custom = object('example.com/v1', 'Cluster');

describe('a selector that selects nothing is told:', () => {
  const rows: readonly (readonly [string, readonly Manifest[], string])[] = [
    ['of a Service', [service({ app: 'wbe' }), deployment()], 'error selects-nothing /spec/selector'],
    [
      'of a Service with one label too many',
      [service({ app: 'web', tier: 'front' }), deployment()],
      'error selects-nothing /spec/selector',
    ],
    [
      'of a Service in another namespace',
      [service(), object('v1', 'Pod', { namespace: 'data', metadata: { labels: { app: 'web' } } })],
      'error selects-nothing /spec/selector',
    ],
    [
      'of a Service beside a template that nobody uses',
      [service(), object('v1', 'PodTemplate', { template })],
      'error selects-nothing /spec/selector',
    ],
    ['of a budget', [budget({ matchLabels: { app: 'wbe' } }), deployment()], 'error selects-nothing /spec/selector'],
    [
      'by values',
      [budget({ matchExpressions: [{ key: 'app', operator: 'In', values: ['a', 'b'] }] }), deployment()],
      'error selects-nothing /spec/selector',
    ],
    [
      'by what must not be',
      [budget({ matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] }), deployment()],
      'error selects-nothing /spec/selector',
    ],
    [
      'by a label that must not be',
      [budget({ matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] }), deployment()],
      'error selects-nothing /spec/selector',
    ],
    [
      'by a label that must be',
      [budget({ matchExpressions: [{ key: 'tier', operator: 'Exists' }] }), deployment()],
      'error selects-nothing /spec/selector',
    ],
    [
      'of a network policy',
      [policy({ podSelector: { matchLabels: { app: 'wbe' } } }), deployment()],
      'error selects-nothing /spec/podSelector',
    ],
    [
      'of who may call',
      [policy({ ingress: [{ from: [{ podSelector: { matchLabels: { app: 'wbe' } } }] }] }), deployment()],
      'warning selects-nothing /spec/ingress/0/from/0/podSelector',
    ],
    [
      'of who may be called',
      [policy({ egress: [{ to: [{}, { podSelector: { matchLabels: { app: 'wbe' } } }] }] }), deployment()],
      'warning selects-nothing /spec/egress/0/to/1/podSelector',
    ],
    [
      'of who may call from a namespace of the environment',
      [
        policy({
          ingress: [
            {
              from: [
                {
                  podSelector: { matchLabels: { app: 'web' } },
                  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'data' } },
                },
              ],
            },
          ],
        }),
        deployment(),
        object('v1', 'ConfigMap', { namespace: 'data' }),
      ],
      'warning selects-nothing /spec/ingress/0/from/0/podSelector',
    ],
    ['where an operator may make pods', [service({ app: 'db' }), deployment(), custom], 'warning selects-nothing /spec/selector'],
    [
      'where a custom resource surely makes none',
      [service({ app: 'db' }), object('cert-manager.io/v1', 'Issuer')],
      'error selects-nothing /spec/selector',
    ],
  ];
  for (const [what, manifests, told] of rows) {
    test(what, () => {
      const [found, ...others] = judged(manifests);
      assert.equal(found && inShort(found), told);
      assert.deepEqual(others, []);
      if (!what.startsWith('by what must') && !what.startsWith('by a label that must not'))
        assert.deepEqual(judged(manifests, { external: entryIn(found?.help) }), [], found?.help);
    });
  }
});

describe('nothing is said of a selector', () => {
  const rows: readonly (readonly [string, readonly Manifest[]])[] = [
    [
      'of pods of every kind that makes them',
      [
        ['v1', 'ReplicationController'],
        ['apps/v1', 'DaemonSet'],
        ['apps/v1', 'ReplicaSet'],
        ['apps/v1', 'StatefulSet'],
        ['batch/v1', 'Job'],
      ]
        .flatMap(([apiVersion = '', kind = '']) => [workload(apiVersion, kind, { template }), service()])
        .slice(0, 2),
    ],
    ['of the pods of a CronJob', [workload('batch/v1', 'CronJob', { jobTemplate: { spec: { template } } }), service()]],
    ['of a Pod', [object('v1', 'Pod', { metadata: { labels: { app: 'web', more: 'a' } } }), service()]],
    [
      'of the pods of a custom resource with a template',
      [workload('argoproj.io/v1alpha1', 'Rollout', { template: { ...template, spec: { containers: [{ name: 'a' }] } } }), service()],
    ],
    [
      'of one pod of a StatefulSet',
      [workload('apps/v1', 'StatefulSet', { template }), service({ app: 'web', 'statefulset.kubernetes.io/pod-name': 'web-0' })],
    ],
    [
      'of the pods of a Job by its name',
      [workload('batch/v1', 'Job', { template: { spec: {} } }), service({ 'batch.kubernetes.io/job-name': 'web' })],
    ],
    [
      'that is empty, or none',
      [
        service({}),
        service(null),
        budget({}),
        policy({ podSelector: {}, ingress: [{ from: [{ podSelector: {} }, { ipBlock: { cidr: '10.0.0.0/8' } }] }] }),
      ].map((manifest, i) => ({ ...manifest, metadata: { ...manifest.metadata, name: `a${i}` } })),
    ],
    ['of a Service that only renames a host', [service({ app: 'web' }, { type: 'ExternalName', externalName: 'example.com' })]],
    [
      'of callers in namespaces of others',
      [
        policy({
          ingress: [
            {
              from: [
                { podSelector: { matchLabels: { app: 'ctl' } }, namespaceSelector: {} },
                { podSelector: { matchLabels: { app: 'ctl' } }, namespaceSelector: { matchLabels: { team: 'a' } } },
                {
                  podSelector: { matchLabels: { app: 'ctl' } },
                  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress' } },
                },
                {
                  podSelector: { matchLabels: { app: 'ctl' } },
                  namespaceSelector: {
                    matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['shop', 'data'] }],
                  },
                },
              ],
            },
          ],
        }),
      ],
    ],
    [
      'by expressions that fit',
      [
        deployment(),
        budget({
          matchLabels: { app: 'web' },
          matchExpressions: [
            { key: 'app', operator: 'Exists' },
            { key: 'x', operator: 'DoesNotExist' },
            { key: 'app', operator: 'NotIn', values: ['a'] },
            { key: 'app', operator: 'In', values: ['a', 'web'] },
          ],
        }),
      ],
    ],
  ];
  for (const [what, manifests] of rows)
    test(what, () =>
      assert.deepEqual(
        judged(manifests).map(({ message }) => message),
        [],
      ),
    );
});

test('every kind that makes pods counts', () => {
  for (const [apiVersion, kind] of [
    ['v1', 'ReplicationController'],
    ['apps/v1', 'DaemonSet'],
    ['apps/v1', 'ReplicaSet'],
    ['apps/v1', 'StatefulSet'],
    ['batch/v1', 'Job'],
  ] as const)
    assert.deepEqual(judged([workload(apiVersion, kind, { template }), service()]), [], kind);
});

test('messages tell which labels there are', () => {
  const told = (selector: Json, more: readonly Manifest[] = [deployment()]) =>
    judged([service(selector), ...more]).map(({ message, help }) => [message, help?.split('?')[0]]);
  const who = '`Service/shop/web` selects pods with';
  assert.deepEqual(told({ app: 'wbe' }), [
    [`${who} \`app: wbe\`, and no pods in the namespace \`shop\` have that: for \`app\` there is \`web\``, 'did you mean `web`'],
  ]);
  assert.deepEqual(told({ ap: 'web' }), [
    [`${who} \`ap: web\`, and no pods in the namespace \`shop\` have the label \`ap\`: there is \`app\``, 'did you mean `app`'],
  ]);
  assert.deepEqual(
    told({ app: 'web' }, []).map(([message]) => message),
    [`${who} \`app: web\`, and no pods in the namespace \`shop\` are known`],
  );
  const both = [
    deployment({}, { name: 'a', labels: { app: 'web', tier: 'back' } }),
    deployment({}, { name: 'b', labels: { app: 'api', tier: 'front' } }),
  ];
  assert.deepEqual(
    told({ app: 'web', tier: 'front' }, both).map(([message]) => message),
    [`${who} \`app: web\`, \`tier: front\`, and no pods in the namespace \`shop\` have all of that together`],
  );
});

describe('a Service sends to a named port of its pods', () => {
  const ports = (...list: readonly JsonObject[]) => deployment({ containers: [{ ports: list }] });
  const to = (targetPort: Json, more: JsonObject = {}) => service({ app: 'web' }, { ports: [{ port: 80, targetPort, ...more }] });
  const none = 'error port-missing /spec/ports/0/targetPort';
  const rows: readonly (readonly [string, readonly Manifest[], readonly string[]])[] = [
    ['that there is', [to('http'), ports({ name: 'http', containerPort: 1 })], []],
    ['that a sidecar has', [to('http'), deployment({ initContainers: [{ restartPolicy: 'Always', ports: [{ name: 'http' }] }] })], []],
    ['that some of them have', [to('http'), ports({ name: 'http' }), deployment({}, { name: 'b', labels: { app: 'web' } })], []],
    ['by its number', [to(8080), ports()], []],
    ['that is not told', [to(null), ports()], []],
    ['that there is not', [to('htp'), ports({ name: 'http' })], [none]],
    ['of another protocol', [to('dns', { protocol: 'UDP' }), ports({ name: 'dns' })], [none]],
    ['that only a container has that ends', [to('http'), deployment({ initContainers: [{ ports: [{ name: 'http' }] }] })], [none]],
  ];
  for (const [what, manifests, told] of rows) test(what, () => assert.deepEqual(judged(manifests).map(inShort), told));

  test('and the message tells which there are', () => {
    const [found] = judged([to('htp'), ports({ name: 'http' }, { name: 'dns', protocol: 'UDP' })]);
    assert.equal(
      found?.message,
      '`Service/shop/web` sends to the TCP port `htp` of `Deployment/shop/web`, where the named ports are `dns (UDP)`, `http`',
    );
    assert.equal(found?.help, 'did you mean `http`?');
  });

  test('of which nothing is known where others run them', () => {
    const external = [{ kind: 'Pod', namespace: 'shop', labels: { app: 'web' } }] as const;
    assert.deepEqual(judged([to('http')], { external }), []);
    assert.deepEqual(judged([to('http'), ports()], { external }), []);
  });
});

describe('an autoscaler scales', () => {
  const scaling = (apiVersion: string, kind: string) =>
    object('autoscaling/v2', 'HorizontalPodAutoscaler', { spec: { scaleTargetRef: { apiVersion, kind, name: 'web' } } });
  const definition = (subresources: JsonObject) =>
    object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', {
      name: 'carts.example.com',
      namespace: '',
      spec: { group: 'example.com', names: { kind: 'Cart' }, versions: [{ subresources }] },
    });
  const cart = object('example.com/v1', 'Cart');
  const rows: readonly (readonly [string, readonly Manifest[], readonly string[]])[] = [
    ['a StatefulSet', [scaling('apps/v1', 'StatefulSet'), object('apps/v1', 'StatefulSet')], []],
    ['a ReplicationController', [scaling('v1', 'ReplicationController'), object('v1', 'ReplicationController')], []],
    ['a custom resource with `scale`', [scaling('example.com/v1', 'Cart'), cart, definition({ scale: {} })], []],
    ['a custom resource that others define', [scaling('example.com/v1', 'Cart'), cart], []],
    [
      'no custom resource without `scale`',
      [scaling('example.com/v1', 'Cart'), cart, definition({ status: {} })],
      ['error not-scalable /spec/scaleTargetRef/kind'],
    ],
    ['no DaemonSet', [scaling('apps/v1', 'DaemonSet'), object('apps/v1', 'DaemonSet')], ['error not-scalable /spec/scaleTargetRef/kind']],
    [
      'no kind that is not there',
      [scaling('batch/v1', 'Deployment'), deployment()],
      ['error not-scalable /spec/scaleTargetRef/apiVersion'],
    ],
  ];
  for (const [what, manifests, told] of rows) test(what, () => assert.deepEqual(judged(manifests).map(inShort), told));

  test('and is told how to write its group', () => {
    const [found] = judged([scaling('batch/v1', 'Deployment'), deployment()]);
    assert.equal(
      found?.message,
      '`HorizontalPodAutoscaler/shop/web` scales a `Deployment.batch`, and Kubernetes has no such kind in that group',
    );
    assert.equal(found?.help, 'write `apiVersion: apps/v1`');
  });
});
