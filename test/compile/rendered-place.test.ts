import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveRenderedPlace } from '../../src/compile/rendered-place.ts';

/** What is said of one option. */
function messagesOf(rendered: Readonly<Record<string, unknown>>): readonly string[] {
  const definition = { rendered };
  return resolveRenderedPlace('prod', [{ definition, at: { file: 'environments/prod.ts' } }] as never).diagnostics.map(
    ({ message }) => message,
  );
}

test('a remote that holds a password or a token is refused, in whatever way it is written', () => {
  for (const remote of [
    'https://token@git.example.com/shop/rendered.git',
    'https://bot:token@git.example.com/shop/rendered.git/',
    'HTTPS://token@git.example.com/shop/rendered.git',
    'ssh://git:token@git.example.com/shop/rendered.git',
    'git+ssh://git:token@git.example.com/shop/rendered.git',
  ])
    assert.deepEqual(messagesOf({ remote }), ['`remote` holds credentials'], remote);
});

test('who asks by ssh is no secret', () => {
  for (const remote of [
    'rendered',
    '../rendered.git',
    'git@git.example.com:shop/rendered.git',
    'ssh://git@git.example.com:2222/shop/rendered/',
  ])
    assert.deepEqual(messagesOf({ remote }), [], remote);
});

test('a branch that environments share has a name that git, shells and forges take, and none of proposals', () => {
  for (const branch of ['environments/fleet', 'rendered', 'eu.west/all_1']) assert.deepEqual(messagesOf({ branch }), [], branch);
  for (const branch of [
    '',
    '-x',
    '/fleet',
    'fleet/',
    'a//b',
    'a..b',
    'a/.b',
    'fleet.lock',
    'a.lock/b',
    'a b',
    'a:b',
    '@{1}',
    'x'.repeat(101),
    7,
  ])
    assert.match(messagesOf({ branch }).join(), /is no name of a branch that environments can share/, String(branch));
  for (const branch of ['environments/fleet-next', 'proposals/a', 'sets/all'])
    assert.match(messagesOf({ branch }).join(), /is a name of proposals/, branch);
});

test('an environment cannot share a branch that is called as one of its own would be', () => {
  assert.deepEqual(messagesOf({ branch: 'environments/prod' }), [
    '`"environments/prod"` cannot be shared by `prod`: a branch of its own would be called so',
  ]);
  assert.deepEqual(messagesOf({ branch: 'environments/production' }), []);
});
