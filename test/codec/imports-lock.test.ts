import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readImportsLock, writeImportsLock } from '../../src/codec/imports-lock.ts';
import { emptyImportsLock, type ImportsLock } from '../../src/model/imports-lock.ts';

const hash = 'a1'.repeat(32);
const lock: ImportsLock = {
  sources: { 'crds/': { sha256: hash, kinds: { 'a.example.com/v1/A': '000000000000' } }, 'kubernetes@1.35': { sha256: hash, kinds: {} } },
  files: { 'a.example.com.ts': hash, 'kubernetes-1.35/apps.ts': hash },
};

test('what is written is read again, and is equal whatever the order', () => {
  const text = writeImportsLock(lock);
  assert.deepEqual(readImportsLock(text, 'a.yaml'), { value: lock, diagnostics: [] });
  const turned = { files: Object.fromEntries(Object.entries(lock.files).toReversed()), sources: lock.sources };
  assert.equal(writeImportsLock(turned), text);
  assert.deepEqual(readImportsLock('', 'a.yaml'), { value: emptyImportsLock, diagnostics: [] });
});

test('what is wrong is told, and nothing is taken of it', () => {
  const texts = {
    'sources: [x]': /`sources` of the lock of imports is no object/,
    'files: 3': /`files` of the lock of imports is no object/,
    'a: [': /^the lock of imports: the text is/,
    '- a': /no object/,
    [`sources: { a: { sha256: "${hash}" } }`]: /does not say of `a`/,
    'sources: { a: { sha256: abc, kinds: {} } }': /does not say of `a`/,
    [`sources: { a: { sha256: "${hash}", kinds: { b: 1 } } }`]: /does not say of `a`/,
    'files: { a.ts: abc }': /`a\.ts`, which is no file/,
    [`files: { ../a.ts: "${hash}" }`]: /`\.\.\/a\.ts`/,
    [`files: { /etc/a.ts: "${hash}" }`]: /`\/etc\/a\.ts`/,
    [`files: { kubernetes-1.35/../../a.ts: "${hash}" }`]: /no file/,
    [`files: { imports.lock.yaml: "${hash}" }`]: /no file/,
  };
  for (const [text, says] of Object.entries(texts)) {
    const { value, diagnostics } = readImportsLock(text, 'imports/imports.lock.yaml');
    assert.deepEqual([value, diagnostics.length, diagnostics[0]?.at.file], [emptyImportsLock, 1, 'imports/imports.lock.yaml'], text);
    assert.match(diagnostics[0]?.message ?? '', says);
  }
});
