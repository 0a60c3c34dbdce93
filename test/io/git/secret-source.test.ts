import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddress } from '../../../src/io/git/address.ts';
import { credentialsOf } from '../../../src/io/git/secret-source.ts';

const never = new AbortController().signal;
const address = parseAddress('https://git.example.com/shop.git');

function secret(data: Readonly<Record<string, string>> | undefined, hosts?: string) {
  const encoded = data && Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]));
  return { namespace: 'shop', name: 'git', read: async () => encoded && { data: encoded, hosts } };
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

test('a Secret that is for hosts is used for no other one', async () => {
  const data = { username: 'robot', password: 'hunter2' };
  for (const hosts of ['git.example.com', ' github.com , GIT.example.com']) {
    const { type } = await credentialsOf(secret(data, hosts), address, never);
    assert.equal(type, 'basic', hosts);
  }
  await assert.rejects(credentialsOf(secret(data, 'github.com,example.com'), address, never), {
    code: 'git-secret-invalid',
    message: 'the Secret `shop/git` is for `github.com,example.com` alone, and `https://git.example.com/shop.git` is elsewhere',
    help: 'name the host in its annotation `lockstep.dev/hosts`, or name a Secret for that server',
    exit: 2,
  });
  for (const hosts of ['', '*', 'git.example.com.evil.example'])
    await assert.rejects(credentialsOf(secret(data, hosts), address, never), { code: 'git-secret-invalid' }, hosts);
  const ssh = parseAddress('git@git.example.com:shop.git');
  await assert.rejects(credentialsOf(secret(data, 'github.com'), ssh, never), /is for `github.com` alone/);
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
