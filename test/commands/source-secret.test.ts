import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secretOf } from '../../src/commands/source-secret.ts';
import type { Answer } from '../../src/model/apierror.ts';
import type { LiveObject } from '../../src/model/manifest.ts';

const never = new AbortController().signal;

function reading(answer: Answer<LiveObject | undefined>) {
  return secretOf({ get: async () => answer }, { namespace: 'shop', name: 'git' }).read(never);
}

function secret(annotations?: Readonly<Record<string, string>>): LiveObject {
  const metadata = {
    name: 'git',
    namespace: 'shop',
    uid: 'u',
    resourceVersion: '1',
    ...(annotations === undefined ? {} : { annotations }),
  };
  return { apiVersion: 'v1', kind: 'Secret', metadata, data: { username: 'cm9ib3Q=' } };
}

test('a Secret is read with the hosts that it is for', async () => {
  const data = { username: 'cm9ib3Q=' };
  assert.deepEqual(await reading({ ok: true, value: secret() }), { data, hosts: undefined });
  const hosts = 'git.example.com,github.com';
  assert.deepEqual(await reading({ ok: true, value: secret({ 'lockstep.dev/hosts': hosts }) }), { data, hosts });
  assert.equal(await reading({ ok: true, value: undefined }), undefined);
});

test('a Secret that may not be read is told', async () => {
  const error = { reason: 'forbidden', message: 'no', status: 403 } as const;
  await assert.rejects(reading({ ok: false, error }), { code: 'environments-unreadable' });
});
