import { listAt } from '../../../src/model/json.ts';
import type { LiveObject } from '../../../src/model/manifest.ts';
import { withLabels } from '../intruder.ts';
import {
  addContainer,
  by,
  configMap,
  env,
  home,
  inHome,
  pods,
  rbac,
  role,
  setContainer,
  setPod,
  setSpec,
  subject,
  type Tampering,
  workload,
} from './objects.ts';

/** What the branch does not say, added where nobody may. */
export const added: readonly Tampering[] = [
  {
    what: 'an injected container',
    manifest: workload('container'),
    deed: ({ edit }) => edit(addContainer('containers')),
    by,
    removed: [`${pods}/containers/1`],
  },
  {
    what: 'an injected init container',
    manifest: workload('init-container'),
    deed: ({ edit }) => edit(addContainer('initContainers')),
    by,
    removed: [`${pods}/initContainers/0`],
  },
  {
    what: 'a volume of the host',
    manifest: workload('host-path'),
    deed: ({ edit }) => edit(setPod({ volumes: [{ name: 'root', hostPath: { path: '/' } }] })),
    by,
    removed: [`${pods}/volumes`],
  },
  {
    what: 'a mount of the host beside a volume of the branch',
    manifest: workload('host-mount', {
      pod: { volumes: [{ name: 'data', emptyDir: {} }] },
      container: { volumeMounts: [{ name: 'data', mountPath: '/data' }] },
    }),
    deed: ({ edit }) =>
      edit((object) =>
        setContainer({
          volumeMounts: [
            { name: 'root', mountPath: '/root' },
            { name: 'data', mountPath: '/data' },
          ],
        })(
          setPod({
            volumes: [
              { name: 'root', hostPath: { path: '/' } },
              { name: 'data', emptyDir: {} },
            ],
          })(object) as LiveObject,
        ),
      ),
    by,
    removed: [`${pods}/volumes/0`, `${pods}/containers/0/volumeMounts/0`],
  },
  {
    what: 'rights of the host in an empty security context',
    manifest: workload('privileged', { container: { securityContext: {} } }),
    deed: ({ edit }) => edit(setContainer({ securityContext: { privileged: true } })),
    by,
    removed: [`${pods}/containers/0/securityContext/privileged`],
  },
  {
    what: 'the network of the host',
    manifest: workload('host-network', { container: { ports: [{ containerPort: 80 }] } }),
    deed: ({ edit }) => edit(setPod({ hostNetwork: true })),
    by,
    removed: [`${pods}/hostNetwork`],
  },
  {
    what: 'another service account',
    manifest: workload('account'),
    deed: ({ edit }) => edit(setPod({ serviceAccountName: 'admin' })),
    by,
    removed: [`${pods}/serviceAccountName`, `${pods}/serviceAccount`],
  },
  {
    what: 'a way in beside a default that denies',
    manifest: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: inHome('deny'),
      spec: { podSelector: {}, policyTypes: ['Ingress'] },
    },
    deed: ({ edit }) => edit(setSpec({ ingress: [{}] })),
    by,
    removed: ['/spec/ingress'],
  },
  {
    what: 'a subject of a RoleBinding',
    manifest: {
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata: inHome('binding'),
      roleRef: { apiGroup: rbac, kind: 'Role', name: 'rule' },
      subjects: [subject('web')],
    },
    deed: ({ edit }) => edit((object) => ({ ...object, subjects: [subject('web'), subject('mallory')] })),
    by,
  },
  {
    what: 'a subject of a RoleBinding that had none',
    manifest: {
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata: inHome('empty-binding'),
      roleRef: { apiGroup: rbac, kind: 'Role', name: 'rule' },
    },
    deed: ({ edit }) => edit((object) => ({ ...object, subjects: [subject('mallory')] })),
    by,
    removed: ['/subjects'],
  },
  {
    what: 'a rule of a Role',
    manifest: role('rule'),
    deed: ({ edit }) =>
      edit((object) => ({ ...object, rules: [...listAt(object, 'rules'), { apiGroups: [''], resources: ['secrets'], verbs: ['get'] }] })),
    by,
  },
  {
    what: 'a label that lets the pods of a Namespace do anything',
    manifest: home,
    deed: ({ edit }) => edit(withLabels({ 'pod-security.kubernetes.io/enforce': 'privileged' })),
    by,
    removed: ['/metadata/labels/pod-security.kubernetes.io~1enforce'],
  },
  {
    what: 'an environment variable, where the environment owns all that is there',
    manifest: workload('strict-variable', { container: { env: env({ ONE: '1' }) } }),
    deed: ({ edit }) => edit(setContainer({ env: env({ ONE: '1', TWO: '2' }) })),
    by,
    removed: [`${pods}/containers/0/env/1`],
    rules: { ownership: 'strict' },
  },
  {
    what: 'a label, where the environment owns all that is there',
    manifest: configMap('strict-label', { a: '1' }),
    deed: ({ edit }) => edit(withLabels({ team: 'blue' })),
    by,
    removed: ['/metadata/labels/team'],
    rules: { ownership: 'strict' },
  },
];
