import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { JsonPatch } from 'cdk8s';
import { patched } from '../../src/compile/patches.ts';

const object = () => ({ spec: { replicas: 2, ports: [{ port: 80 }], 'a/b~c': 1 } });
const apply = (...patches: readonly JsonPatch[]) => patched(object(), patches);

test('something is put into an object under any key, and into a list at its places and behind', () => {
  const { json, missed } = apply(JsonPatch.add('/spec/ports/1', 1), JsonPatch.add('/spec/ports/0', 0), JsonPatch.add('/spec/new', 2));
  assert.deepEqual(json, { spec: { ...object().spec, ports: [0, { port: 80 }, 1], new: 2 } });
  assert.deepEqual(missed, []);
});

test('patches are applied one after the other, and each finds what the one before made', () => {
  const { json, missed } = apply(
    JsonPatch.add('/spec/paused', true),
    JsonPatch.replace('/spec/paused', false),
    JsonPatch.remove('/spec/a~1b~0c'),
    JsonPatch.move('/spec/replicas', '/spec/count'),
    JsonPatch.copy('/spec/ports/0', '/spec/ports/-'),
    JsonPatch.test('/spec/count', 2),
  );
  assert.deepEqual(json, { spec: { ports: [{ port: 80 }, { port: 80 }], paused: false, count: 2 } });
  assert.deepEqual(missed, []);
});

describe('patches of what is not there:', () => {
  const cases: readonly (readonly [JsonPatch, path: string, known: readonly string[]])[] = [
    [JsonPatch.remove('/spec/replcas'), '/spec/replcas', ['replicas', 'ports', 'a/b~c']],
    [JsonPatch.replace('/spec/paused', true), '/spec/paused', ['replicas', 'ports', 'a/b~c']],
    [JsonPatch.remove('/spec/ports/1'), '/spec/ports/1', []],
    [JsonPatch.remove('/spec/replicas/deep'), '/spec/replicas/deep', []],
    [JsonPatch.move('/spec/from', '/spec/to'), '/spec/from', ['replicas', 'ports', 'a/b~c']],
    [JsonPatch.add('/spec/ports/name', 'http'), '/spec/ports/name', []],
    [JsonPatch.add('/spec/ports/3', {}), '/spec/ports/3', []],
    [JsonPatch.add('/spec/replicas/deep', 1), '/spec/replicas/deep', []],
    [JsonPatch.copy('/spec/replicas', '/spec/ports/name'), '/spec/ports/name', []],
    [JsonPatch.remove('/spec/constructor'), '/spec/constructor', ['replicas', 'ports', 'a/b~c']],
  ];
  for (const [patch, path, known] of cases) {
    test(path, () => {
      const [missed, ...others] = apply(patch).missed;
      assert.deepEqual([missed?.path, missed?.known, others], [path, known, []]);
    });
  }
});

describe('patches that cannot be applied say so without the object:', () => {
  const cases: readonly (readonly [JsonPatch, RegExp])[] = [
    [JsonPatch.test('/spec/replicas', 3), /^its patch tests `\/spec\/replicas`, and the value there is another one$/],
    [JsonPatch.add('/status/deep/x', 1), /^its patch `add \/status\/deep\/x` leads nowhere$/],
    [JsonPatch.copy('/metadata/x/y', '/spec/x'), /^its patch `copy \/metadata\/x\/y` leads nowhere$/],
  ];
  for (const [patch, message] of cases) {
    test(message.source, () => {
      assert.throws(() => apply(patch), { message });
    });
  }
});
