import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddress } from '../../../src/io/git/address.ts';
import { credentialsOf } from '../../../src/io/git/secret-source.ts';

const never = new AbortController().signal;
const address = parseAddress('https://git.example.com/shop.git');

function secret(data: Readonly<Record<string, string>> | undefined) {
  const encoded = data && Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]));
  return { namespace: 'shop', name: 'git', data: async () => encoded };
}

test('a Secret is read as the API has it', async () => {
  assert.deepEqual(await credentialsOf(secret({ username: 'robot', password: 's3crét' }), address, never), {
    type: 'basic',
    username: 'robot',
    password: 's3crét',
  });
});

test('a Secret that is not there is told, with where it is looked for', async () => {
  await assert.rejects(credentialsOf(secret(undefined), address, never), {
    code: 'git-secret-missing',
    message: 'there is no Secret `shop/git`, by which `https://git.example.com/shop.git` is to be read',
    exit: 2,
  });
});

test('all that is wrong with a Secret is told at once', async () => {
  await assert.rejects(credentialsOf(secret({ username: 'a:b', 'ca.crt': '' }), address, never), {
    code: 'git-secret-invalid',
    message:
      'the Secret `shop/git` does not say who reads `https://git.example.com/shop.git`: `password` is missing beside `username`; ' +
      '`username` has a colon, behind which a server reads the password; `ca.crt` is empty',
    help: 'put `password` into the Secret; put the user alone there; put a value there',
  });
});
