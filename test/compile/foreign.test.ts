import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readStream } from '../../src/codec/yaml-stream.ts';
import { judgeForeign } from '../../src/compile/foreign.ts';
import { objectsIn } from '../../src/compile/foreign-objects.ts';
import type { Diagnostic } from '../../src/model/diagnostic.ts';
import { refOf } from '../../src/model/manifest.ts';
import { formatRef } from '../../src/model/ref.ts';
import { builtinPacks } from '../../src/packs/policies.ts';

const read = (text: string) => objectsIn({ path: 'a.yaml', text, documents: readStream(text) });
const judge = (text: string, policies: readonly string[] = []): readonly Diagnostic[] => {
  const applied = builtinPacks.filter(({ name }) => policies.includes(name)).map((policy) => ({ policy, exceptions: [] }));
  return judgeForeign(read(text).value, { kubernetes: '1.35', policies: applied, isComplete: false, root: '/' }, undefined);
};
const told = (diagnostics: readonly Diagnostic[]) =>
  diagnostics.map(({ code, severity, at }) => `${severity} ${code} ${at.line}:${at.column}`);

const map = (name: string, more = '') => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${more}`;

const found: readonly (readonly [string, string, readonly string[]])[] = [
  ['documents', `${map('a')}---\n${map('b')}`, ['ConfigMap/a', 'ConfigMap/b']],
  [
    'a List, and one in it',
    `apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: p}}\n- {apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Pod, metadata: {name: q}}]}\n`,
    ['Pod/p', 'Pod/q'],
  ],
  ['the list of a kind', 'apiVersion: apps/v1\nkind: DeploymentList\nitems:\n- {metadata: {name: d, namespace: x}}\n', ['Deployment/x/d']],
  ['a generated name', 'apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: j-}\n', ['Job/j-00000']],
  [
    'objects of JSON',
    '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"}}\n{"apiVersion":"v1","kind":"Pod","metadata":{"name":"q"}}',
    ['Pod/p', 'Pod/q'],
  ],
  [
    'a kind of somebody else that is called a list',
    'apiVersion: example.com/v1\nkind: AllowList\nmetadata: {name: a}\nitems: [b, c]\n',
    ['AllowList/a'],
  ],
  ['a namespace of null', 'apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: ~}\n', ['Pod/p']],
];
for (const [title, text, expected] of found) {
  test(`objects are found in ${title}`, () => {
    const { value, diagnostics } = read(text);
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(
      value.map(({ manifest }) => formatRef(refOf(manifest))),
      expected,
    );
  });
}

const nothing: readonly (readonly [string, string])[] = [
  ['values', 'replicas: 3\nkindness: 1\n'],
  ['a chart', 'apiVersion: v2\nname: web\n'],
  ['a kustomization', 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n'],
  ['settings of a tool that look like an object', 'apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\n'],
  ['a list', '- a\n- b\n'],
  ['a text', 'hello\n'],
  ['a list of something else', 'kind: List\nitems:\n- {name: a}\n'],
  [
    'settings of a tool in a list',
    'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: kustomize.config.k8s.io/v1beta1, kind: Kustomization}\n',
  ],
  ['what cannot be read, and is not meant to be an object', 'a: !Ref b\n'],
  ['a template that is no YAML', '{{ if .Values.a }}\n'],
];
for (const [title, text] of nothing) {
  test(`no object, and no error: ${title}`, () => {
    const { value, diagnostics } = read(text);
    assert.deepEqual([value, diagnostics], [[], []]);
  });
}

const unfit: readonly (readonly [string, string, string])[] = [
  ['a key twice', `${map('a')}  name: b\n`, 'error manifest-unreadable 5:3'],
  ['no YAML', 'apiVersion: v1\nkind: [Pod\n', 'error manifest-unreadable 3:1'],
  ['no name', 'apiVersion: v1\nkind: Pod\nmetadata: {}\n', 'error object-incomplete 1:1'],
  ['no apiVersion', 'kind: Pod\nmetadata: {name: p}\n', 'error object-incomplete 1:1'],
  ['a namespace that is no text', `${map('a')}  namespace: n\n`, 'error namespace-invalid 5:3'],
  ['no object in a list', 'apiVersion: v1\nkind: PodList\nitems:\n- 3\n', 'error object-incomplete 4:3'],
  ['UTF-16', Buffer.from(`\ufeff${map('a')}`, 'utf16le').toString('utf8'), 'error manifest-unreadable 1:1'],
  ['no kind in a list', 'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, metadata: {name: a}}\n', 'error object-incomplete 4:3'],
  [
    "no name of anyone's kind in a list",
    'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: example.com/v1, kind: Widget}\n',
    'error object-incomplete 4:3',
  ],
  ['no name in a list', 'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod}\n', 'error object-incomplete 4:3'],
];
for (const [title, text, expected] of unfit) {
  test(`meant to be an object, and not right: ${title}`, () => {
    assert.deepEqual(told(read(text).diagnostics), [expected]);
  });
}

test('a character that is lost is told once, where no reader of UTF-8 knew it', () => {
  const { diagnostics } = read(`${map('a', 'data: {a: caf\ufffd, b: \ufffd}\n')}---\n${map('b')}`);
  assert.deepEqual(told(diagnostics), ['warning manifest-unreadable 5:14']);
});

test('what is wrong is told at the line of the field', () => {
  assert.deepEqual(told(judge(`${map('a')}---\n${map('b', 'data:\n  one: "1"\n  two: 2\n')}`)), ['error field-type 12:3']);
});

test('what is wrong in the item of a list is told at its line, too', () => {
  const text = 'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: a}\n  dta: {}\n';
  assert.deepEqual(told(judge(text)), ['error field-unknown 7:3']);
});

const taken: readonly (readonly [string, string, readonly string[]])[] = [
  ['an object without a namespace', map('a'), []],
  ['a namespace that nobody makes', map('a', '  namespace: x\n'), []],
  ['the same object twice', `${map('a')}---\n${map('a')}`, ['warning duplicate-object 6:1']],
  [
    'a namespace where there is none',
    'apiVersion: v1\nkind: Namespace\nmetadata: {name: a, namespace: b}\n',
    ['warning namespace-on-cluster-scoped 3:21'],
  ],
  ['a kind that nobody knows', 'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: a}\n', ['note kind-unknown 1:1']],
  [
    'a secret',
    'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {password: hunter2hunter2}\n',
    ['warning secret-in-clear 4:14'],
  ],
];
for (const [title, text, expected] of taken) {
  test(`what the API server takes is no error: ${title}`, () => {
    assert.deepEqual(told(judge(text)), expected);
  });
}

test('a secret is not told, wherever it stands', () => {
  const text =
    'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ntype: hunter2hunter2\nstringData: {password: hunter2hunter2}\ndata: {x: [hunter2hunter2]}\n';
  assert.doesNotMatch(JSON.stringify(judge(text)), /hunter2/);
});

test('packs judge by name', () => {
  const pod =
    'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: a\n    image: x:1\n    securityContext:\n      privileged: true\n';
  assert.deepEqual(told(judge(pod)), []);
  assert.deepEqual(told(judge(pod, ['baseline'])), ['error policy/baseline/privileged 9:7']);
});
