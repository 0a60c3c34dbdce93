import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { hookSecretIn, isSignedBy } from '../../src/io/hook-secret.ts';
import { temporaryFolder } from '../support/repository.ts';

test('the secret of a hook comes and changes with its file; without one it is that of the variable', async (t) => {
  const file = join(temporaryFolder(t), 'secret');
  const env = { LOCKSTEP_HOOK_SECRET_FILE: file };
  assert.equal(await hookSecretIn(env), undefined);
  assert.equal(await hookSecretIn({ ...env, LOCKSTEP_HOOK_SECRET: 'of before' }), 'of before');
  writeFileSync(file, 'one\n');
  assert.equal(await hookSecretIn({ ...env, LOCKSTEP_HOOK_SECRET: 'of before' }), 'one');
  writeFileSync(file, 'two');
  assert.equal(await hookSecretIn(env), 'two');
  rmSync(file);
  assert.equal(await hookSecretIn(env), undefined);
  assert.equal(await hookSecretIn({ LOCKSTEP_HOOK_SECRET: '', LOCKSTEP_HOOK_SECRET_FILE: '' }), undefined);
});

test('a file that is there and cannot be read is no missing one, and an empty one lets nobody in', async (t) => {
  const file = join(temporaryFolder(t), 'secret');
  mkdirSync(file);
  await assert.rejects(hookSecretIn({ LOCKSTEP_HOOK_SECRET_FILE: file }), { code: 'EISDIR' });
  rmSync(file, { recursive: true });
  writeFileSync(file, '\n');
  assert.equal(await hookSecretIn({ LOCKSTEP_HOOK_SECRET_FILE: file }), '');
  const body = Buffer.from('{}');
  const signature = `sha256=${createHmac('sha256', '').update(body).digest('hex')}`;
  assert.equal(isSignedBy('', { headers: { 'x-hub-signature-256': signature }, body }), false);
  assert.equal(isSignedBy('', { headers: { 'x-gitlab-token': '' }, body }), false);
});
