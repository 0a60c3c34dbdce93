import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import type { Layer } from '../../../src/compile/resolve.ts';
import { keyFilesIn, resolveSignatures } from '../../../src/compile/signatures/rules.ts';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = String(publicKey.export({ type: 'spki', format: 'pem' }));
const secret = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
const body = secret.split('\n').slice(1, -2).join('');

const told = (key: unknown, files: ReadonlyMap<string, string | undefined> = new Map()): string => {
  const layers = [{ definition: { signatures: { web: { key } } }, at: {} }] as unknown as readonly Layer[];
  const { diagnostics } = resolveSignatures(layers, files);
  return diagnostics.map(({ message, help }) => `${message}; ${help}`).join('\n');
};

const secrets: readonly (readonly [what: string, text: string])[] = [
  ['a private key with something before it', `the key: ${secret}`],
  ['a private key without its first line', `${body}\n-----END PRIVATE KEY-----\n`],
  ['the middle of a private key', body],
  ['the middle of a private key in lines', secret.split('\n').slice(1, -2).join('\n')],
  ['a private key with a path before it', `./keys/${secret}`],
];
for (const [what, text] of secrets) {
  test(`nothing of ${what} is told, nor is it taken for the name of a file`, () => {
    const message = told(text);
    assert.match(message, /^what is given as a key is no file (?:of the project|that can be read); /);
    for (let i = 0; i + 12 < body.length; i += 4) assert.ok(!message.includes(body.slice(i, i + 12)), message);
    if (text.includes('\n')) assert.deepEqual(keyFilesIn({ web: { key: text } }), []);
  });
}

test('a file that is none is told by its name', () => {
  assert.match(told('./keys'), /^`"\.\/keys"` is no file that can be read; write it from the folder of the project/);
});

test('several keys in one file or text are told, and what to do', () => {
  assert.match(told(`${pem}${pem}`), /^the key is several keys in one; give each of them/);
  assert.match(
    told('./both.pub', new Map([['./both.pub', `${pem}${pem}`]])),
    /^`"\.\/both\.pub"` is several keys in one; give each of them/,
  );
  assert.equal(told([pem, './one.pub'], new Map([['./one.pub', pem]])), '');
});
