import assert from 'node:assert/strict';
import { test } from 'node:test';
import { consequences, happens, object } from './judged.ts';

// What a change does by what stands beside it.

test('what is kept goes with its Namespace all the same, unless that is kept, too', () => {
  const namespace = object('v1 Namespace shop');
  const inside = object('v1 PersistentVolumeClaim shop/data') + object('v1 Service shop/web');
  const kept = (kinds: readonly string[]) => ({
    before: { rulesOf: ({ kind }: { readonly kind: string }) => ({ keep: kinds.includes(kind) }) },
  });
  const all = ['PersistentVolumeClaim', 'Service'];
  assert.deepEqual(consequences(namespace + inside, '', kept(all)), [
    'Namespace/shop',
    '  deletes-data: 2 objects of this environment and all else in it go with it',
    'PersistentVolumeClaim/shop/data',
    '  deletes-data: it goes with its Namespace `shop`, which is deleted: what it holds is lost, unless its volume is retained',
    'Service/shop/web',
    '  deletes: it goes with its Namespace `shop`, which is deleted',
  ]);
  for (const lines of [
    consequences(namespace + inside, '', kept([...all, 'Namespace'])),
    consequences(inside, '', kept(all)),
    consequences(namespace + inside, namespace, kept(all)),
  ])
    assert.ok(lines.includes('  lets-go: it stays in the cluster (`keep`)') && !lines.some((line) => line.includes('deletes')), `${lines}`);
});

const policy = (name: string, spec: string): string => object(`networking.k8s.io/v1 NetworkPolicy ${name}`, `spec: { ${spec} }`);
const web = 'podSelector: { matchLabels: { app: web } }';
const from = (peer: string): string => `ingress: [{ from: [{ podSelector: { matchLabels: { app: ${peer} } } }] }]`;

test('a new NetworkPolicy allows more where others restrict its pods, and less where none does', () => {
  const deny = policy('shop/deny', 'podSelector: {}');
  const allow = policy('shop/allow', `${web}, ${from('front')}`);
  const more = ['widens-access: the pods that it selects may be reached by more, and were restricted by other policies', 'creates'];
  assert.deepEqual(happens(deny, deny + allow), more);
  assert.deepEqual(happens('', allow), ['creates']);
  const others = [
    policy('store/deny', 'podSelector: {}'),
    policy('shop/deny', 'podSelector: { matchLabels: { app: db } }'),
    policy('shop/deny', 'podSelector: {}, policyTypes: [Egress]'),
    policy('shop/same', `podSelector: {}, ${from('front')}`),
    policy('shop/all', 'podSelector: {}, ingress: [{}]'),
  ];
  for (const other of others) assert.deepEqual(happens(other, other + allow), ['creates'], other);
  assert.deepEqual(happens(deny, deny + policy('shop/none', web)), ['creates']);
  const out = policy('shop/allow', `${web}, policyTypes: [Egress], egress: [{}]`);
  const closed = policy('shop/deny', 'podSelector: {}, policyTypes: [Egress]');
  assert.deepEqual(happens(closed, closed + out), [
    'widens-access: the pods that it selects may reach more, and were restricted by other policies',
    'creates',
  ]);
  assert.deepEqual(happens(deny + out, deny + out.replace('[Egress]', '[Ingress, Egress], ingress: [{}]')), [
    'widens-access: the pods that it selects may be reached by more, and were restricted by other policies',
  ]);
});

const rbac = 'rbac.authorization.k8s.io/v1';
const roleOf = (kind: string, name: string, resource: string, verb: string, group = ''): string =>
  object(`${rbac} ${kind} ${name}`, `rules: [{ apiGroups: ['${group}'], resources: ['${resource}'], verbs: [${verb}] }]`);
const bindingOf = (head: string, kind: string, subjects: string): string =>
  object(`${rbac} ${head}`, `roleRef: { kind: ${kind}, name: reader }\nsubjects: [${subjects}]`);

test('a new role whose binding exists grants all that it says at once', () => {
  const ops = '{ kind: Group, name: ops }';
  const granted = ['widens-access: it grants `get` `pods`, and is bound already', 'creates'];
  const role = roleOf('Role', 'shop/reader', 'pods', 'get');
  const bound = bindingOf('RoleBinding shop/ops', 'Role', ops);
  assert.deepEqual(happens(bound, bound + role), granted);
  const everywhere = roleOf('ClusterRole', 'reader', 'pods', 'get');
  for (const head of ['RoleBinding shop/ops', 'ClusterRoleBinding ops']) {
    const binding = bindingOf(head, 'ClusterRole', ops);
    assert.deepEqual(happens(binding, binding + everywhere), granted);
  }
  for (const other of [
    bindingOf('RoleBinding store/ops', 'Role', ops),
    bindingOf('RoleBinding shop/ops', 'Role', ''),
    bindingOf('RoleBinding shop/ops', 'ClusterRole', ops),
  ])
    assert.deepEqual(happens(other, other + role), ['creates']);
});

test('a new role with power over secrets, processes or rights is told before it is bound', () => {
  for (const resource of ['secrets', 'pods/exec', 'pods/attach', 'serviceaccounts/token', 'nodes/proxy'])
    assert.deepEqual(happens('', roleOf('Role', 'shop/reader', resource, 'get')), [
      `widens-access: it grants \`get\` \`${resource}\``,
      'creates',
    ]);
  const roles = (verb: string): readonly string[] => happens('', roleOf('Role', 'shop/reader', 'roles', verb, 'rbac.authorization.k8s.io'));
  assert.deepEqual(roles('update'), ['widens-access: it grants `update` `roles.rbac.authorization.k8s.io`', 'creates']);
  assert.deepEqual(roles('list'), ['creates']);
});

test('admission that refuses less is told, although it stays', () => {
  const admission = 'admissionregistration.k8s.io/v1';
  const binding = (actions: string): string =>
    object(`${admission} ValidatingAdmissionPolicyBinding a`, `spec: { validationActions: [${actions}] }`);
  assert.deepEqual(happens(binding('Deny'), binding('Audit')), ['widens-access: what it refused is admitted, and reported at most']);
  assert.deepEqual(happens(binding('Audit'), binding('Deny')), ['changes']);
  assert.deepEqual(happens(binding('Deny'), binding('Deny, Audit')), ['changes']);
  const rules = (more: string): string => object(`${admission} ValidatingAdmissionPolicy a`, `spec: { matchConditions: []${more} }`);
  assert.deepEqual(happens(rules(''), rules(', failurePolicy: Ignore')), [
    'widens-access: where it fails, all is admitted (`failurePolicy: Ignore`)',
  ]);
  assert.deepEqual(happens(rules(', failurePolicy: Ignore'), rules(', failurePolicy: Fail')), ['changes']);
  for (const kind of ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration']) {
    const hooks = (...all: readonly string[]): string => object(`${admission} ${kind} a`, `webhooks: [${all.join(', ')}]`);
    const [a, b] = ['{ name: a.example.com }', '{ name: b.example.com }'] as const;
    assert.deepEqual(happens(hooks(a, b), hooks(b)), ['widens-access: nobody is asked any more: `a.example.com`']);
    assert.deepEqual(happens(hooks(a), hooks('{ name: a.example.com, failurePolicy: Ignore }')), [
      'widens-access: where they fail, all is admitted (`failurePolicy: Ignore`): `a.example.com`',
    ]);
    assert.deepEqual(happens(hooks(a), hooks(a, b)), ['changes']);
  }
});

test('a field that is left to others has no effect, and no more than that field', () => {
  const settings = (a: string, b: string): string => object('v1 ConfigMap shop/settings', `data: { a: '${a}', ab: '${b}' }`);
  const after = { rulesOf: () => ({ ignore: ['/data/a'] }) };
  assert.deepEqual(happens(settings('1', '1'), settings('2', '1'), { after }), ['none: the field is left to others (`ignore`)']);
  assert.deepEqual(happens(settings('1', '1'), settings('2', '2'), { after }), ['reconfigures: no pod of this environment reads it']);
  assert.deepEqual(happens(settings('1', '1'), settings('1', '2'), { after }), ['reconfigures: no pod of this environment reads it']);
});
