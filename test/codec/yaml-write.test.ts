import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isAlias, isCollection, parse, parseDocument, visit } from 'yaml';
import { writeYaml } from '../../src/codec/yaml-write.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { jsonObject, reversed, trickyTexts } from './arbitraries.ts';

test('a deployment reads as people write it', () => {
  const deployment: JsonObject = {
    spec: {
      template: {
        spec: {
          containers: [
            {
              image: 'nginx:1.27',
              args: ['--port=80', '-v', 'yes'],
              name: 'web',
              env: [{ value: '1', name: 'DEBUG' }],
              resources: {},
              volumeMounts: [],
            },
          ],
        },
        metadata: { name: 'x', labels: { app: 'web' } },
      },
      replicas: 3,
    },
    metadata: { finalizers: ['a'], annotations: { n: 'on' }, labels: { app: 'web' }, namespace: 'shop', name: 'web' },
    kind: 'Deployment',
    apiVersion: 'apps/v1',
  };
  assert.equal(
    writeYaml(deployment),
    `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
  labels:
    app: web
  annotations:
    "n": "on"
  finalizers:
  - a
spec:
  replicas: 3
  template:
    metadata:
      labels:
        app: web
      name: x
    spec:
      containers:
      - name: web
        args:
        - --port=80
        - -v
        - "yes"
        env:
        - name: DEBUG
          value: "1"
        image: nginx:1.27
        resources: {}
        volumeMounts: []
`,
  );
});

test('texts of several lines are literal blocks at the indentation of their key or dash', () => {
  const data = { 'run.sh': '#!/bin/sh\n\techo "a: b" # c\n\nexit\n', b: 'x\ny', c: '  x\ny\n', d: 'x\n\n', e: 'x\r\ny' };
  assert.equal(
    writeYaml({ data, list: ['x\ny\n', [' x\n']] }),
    `data:
  b: |-
    x
    y
  c: |2
      x
    y
  d: "x\\n\\n"
  e: "x\\r\\ny"
  run.sh: |
    #!/bin/sh
    \techo "a: b" # c

    exit
list:
- |
  x
  y
- - |2
     x
`,
  );
});

const small: readonly (readonly [string, JsonObject, string])[] = [
  ['an empty object', {}, '{}\n'],
  ['properties that are undefined', { a: undefined, b: { c: undefined } }, 'b: {}\n'],
  ['null, booleans and numbers', { a: null, b: true, c: false, d: 1e21 }, 'a: null\nb: true\nc: false\nd: 1.0e+21\n'],
  ['lists in lists', { a: [[1, [2, []]], [{ b: [3] }]] }, 'a:\n- - 1\n  - - 2\n    - []\n- - b:\n    - 3\n'],
  ['keys that are numbers in order of their code units', { 10: 'a', 9: 'b', B: 1, a: 2 }, '"10": a\n"9": b\nB: 1\na: 2\n'],
  ['the key `__proto__`', JSON.parse('{"__proto__":{"a":1}}'), '__proto__:\n  a: 1\n'],
  ['metadata that is no object', { metadata: ['a'], kind: 'X' }, 'kind: X\nmetadata:\n- a\n'],
  ['a long line, unfolded', { a: 'word '.repeat(100).trim() }, `a: ${'word '.repeat(100).trim()}\n`],
  ['the longest key of one line', { ['k'.repeat(1024)]: 1 }, `${'k'.repeat(1024)}: 1\n`],
  ['a longer key', { a: { ['k'.repeat(1025)]: [1] } }, `a:\n  ? ${'k'.repeat(1025)}\n  :\n  - 1\n`],
];

for (const [name, value, written] of small) {
  test(`writes ${name}`, () => assert.equal(writeYaml(value), written));
}

test('what is written is read as the same value by YAML 1.1 and 1.2', () => {
  const check = (value: JsonObject): void => {
    const written = writeYaml(value);
    assert.deepEqual(parse(written, { version: '1.1' }), value);
    assert.deepEqual(parse(written, { version: '1.2' }), value);
  };
  check({ values: trickyTexts, keys: Object.fromEntries(trickyTexts.map((each) => [each, each])) });
  fc.assert(fc.property(jsonObject, check), { numRuns: 500 });
});

test('the order in which keys were added makes no difference', () => {
  fc.assert(fc.property(jsonObject, (value) => assert.equal(writeYaml(reversed(value) as JsonObject), writeYaml(value))));
});

test('the text ends with one newline, and holds no line break but that of Unix', () => {
  const check = (value: JsonObject): void => {
    assert.match(writeYaml(value), /[^\n]\n$/);
    assert.doesNotMatch(writeYaml(value), /\r|\u0085|\u2028|\u2029|\ufeff/);
  };
  fc.assert(fc.property(jsonObject, check));
});

test('there are no anchors, aliases, tags or comments, and only what is empty is in flow style', () => {
  const check = (value: JsonObject): void => {
    visit(parseDocument(writeYaml(value)), {
      Node: (_, node) => {
        assert.ok(!isAlias(node) && !('anchor' in node) && node.tag === undefined && node.comment == null && node.commentBefore == null);
        if (isCollection(node)) assert.equal(node.flow === true, node.items.length === 0);
      },
    });
  };
  fc.assert(fc.property(jsonObject, check));
});
