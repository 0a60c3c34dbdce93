import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathsOfLines } from '../../src/codec/yaml-lines.ts';
import { writeYaml } from '../../src/codec/yaml-write.ts';
import { pointer } from '../../src/model/json.ts';

const lines = (text: string): readonly (readonly [string, string])[] => {
  const paths = pathsOfLines(text);
  return text
    .trimEnd()
    .split('\n')
    .map((line, i) => [line.trim(), pointer(paths[i] ?? ['none'])]);
};

test('each line of what is written is that of the value on it', () => {
  const text = writeYaml({
    kind: 'ConfigMap',
    metadata: { name: 'web', labels: { 'a.b/c': 'x' } },
    data: { script: 'one\n\n  two\n', empty: {}, none: [], last: 'z' },
    list: [{ name: 'a', ports: [1, 2] }, [['deep']], 'text'],
  });
  assert.deepEqual(lines(text), [
    ['kind: ConfigMap', '/kind'],
    ['metadata:', '/metadata'],
    ['name: web', '/metadata/name'],
    ['labels:', '/metadata/labels'],
    ['a.b/c: x', '/metadata/labels/a.b~1c'],
    ['data:', '/data'],
    ['empty: {}', '/data/empty'],
    ['last: z', '/data/last'],
    ['none: []', '/data/none'],
    ['script: |', '/data/script'],
    ['one', '/data/script'],
    ['', '/data/script'],
    ['two', '/data/script'],
    ['list:', '/list'],
    ['- name: a', '/list/0/name'],
    ['ports:', '/list/0/ports'],
    ['- 1', '/list/0/ports/0'],
    ['- 2', '/list/0/ports/1'],
    ['- - - deep', '/list/1/0/0'],
    ['- text', '/list/2'],
  ]);
});

test('comments and flow style, which only people write, have lines, too', () => {
  assert.deepEqual(lines('# by hand\na: { b: 1,\n  c: [2, 3] } # so\n\nd: 4\n'), [
    ['# by hand', ''],
    ['a: { b: 1,', '/a/b'],
    ['c: [2, 3] } # so', '/a/c/1'],
    ['', ''],
    ['d: 4', '/d'],
  ]);
});

test('of what is no YAML, or nothing, nobody asks for more than its lines', () => {
  assert.deepEqual(pathsOfLines(''), [[]]);
  assert.deepEqual(pathsOfLines('a: [\n').length, 1);
  assert.equal(pathsOfLines(`${'['.repeat(100_000)}\n`).length, 1);
});
