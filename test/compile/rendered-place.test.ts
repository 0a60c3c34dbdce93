import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveRenderedPlace } from '../../src/compile/rendered-place.ts';

/** What is said of a remote. */
function messagesOf(remote: string): readonly string[] {
  const definition = { name: 'prod', rendered: { remote } };
  return resolveRenderedPlace([{ definition, at: { file: 'environments/prod.ts' } }] as never).diagnostics.map(({ message }) => message);
}

test('a remote that holds a password or a token is refused, in whatever way it is written', () => {
  for (const remote of [
    'https://token@git.example.com/shop/rendered.git',
    'https://bot:token@git.example.com/shop/rendered.git/',
    'HTTPS://token@git.example.com/shop/rendered.git',
    'ssh://git:token@git.example.com/shop/rendered.git',
    'git+ssh://git:token@git.example.com/shop/rendered.git',
  ])
    assert.deepEqual(messagesOf(remote), ['`remote` holds credentials'], remote);
});

test('who asks by ssh is no secret', () => {
  for (const remote of [
    'rendered',
    '../rendered.git',
    'git@git.example.com:shop/rendered.git',
    'ssh://git@git.example.com:2222/shop/rendered/',
  ])
    assert.deepEqual(messagesOf(remote), [], remote);
});
