import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ForgeWords, forgeOf } from '../../src/model/forge.ts';

function place(remote: string, told?: ForgeWords): string {
  const found = forgeOf(remote, told);
  return typeof found === 'string' ? found : `${found.type} ${found.api} ${found.repository}`;
}

test('hosts that everybody knows tell their type, however git reaches them', () => {
  for (const remote of [
    'https://github.com/acme/web.git',
    'https://github.com/acme/web',
    'https://github.com/acme/web/',
    'https://x-access-token:secret@GitHub.com/acme/web.git',
    'git@github.com:acme/web.git',
    'git@github.com:/acme/web.git',
    'github.com:acme/web',
    'ssh://git@github.com/acme/web.git',
    'ssh://git@ssh.github.com:443/acme/web.git',
  ])
    assert.equal(place(remote), 'github https://api.github.com acme/web', remote);
  for (const remote of ['git@gitlab.com:acme/platform/web.git', 'ssh://git@altssh.gitlab.com:443/acme/platform/web.git'])
    assert.equal(place(remote), 'gitlab https://gitlab.com/api/v4 acme/platform/web', remote);
  assert.equal(place('https://codeberg.org/acme/web.git'), 'gitea https://codeberg.org/api/v1 acme/web');
});

test('of any other host the type has to be told', () => {
  assert.equal(place('git@git.example.com:acme/web.git'), 'host');
  assert.equal(place('git@git.example.com:acme/web.git', { url: 'https://git.example.com' }), 'host');
  assert.equal(place('git@git.example.com:acme/web.git', { type: 'github' }), 'github https://git.example.com/api/v3 acme/web');
  assert.equal(place('ssh://git@git.example.com:2222/acme/a/web', { type: 'gitlab' }), 'gitlab https://git.example.com/api/v4 acme/a/web');
  assert.equal(place('https://git.example.com:8443/acme/web.git', { type: 'gitea' }), 'gitea https://git.example.com:8443/api/v1 acme/web');
  assert.equal(place('http://127.0.0.1:3000/acme/web.git', { type: 'gitea' }), 'gitea http://127.0.0.1:3000/api/v1 acme/web');
  assert.equal(place('https://acme.ghe.com/acme/web.git', { type: 'github' }), 'github https://api.acme.ghe.com acme/web');
  assert.equal(place('git@[2001:db8::1]:acme/web.git', { type: 'gitea' }), 'gitea https://[2001:db8::1]/api/v1 acme/web');
});

test('a forge below a path is found by its URL; by the remote where that tells it', () => {
  const url = 'https://example.com/tools/gitlab';
  const expected = 'gitlab https://example.com/tools/gitlab/api/v4 acme/platform/web';
  assert.equal(place('https://example.com/tools/gitlab/acme/platform/web.git', { type: 'gitlab', url }), expected);
  assert.equal(place('git@example.com:acme/platform/web.git', { type: 'gitlab', url }), expected);
  assert.equal(place('git@example.com:acme/platform/web.git', { type: 'gitlab', url: `${url}/api/v4/` }), expected);
  assert.equal(place('https://example.com/git/acme/web.git', { type: 'gitea' }), 'gitea https://example.com/git/api/v1 acme/web');
});

test('a URL that is told wins', () => {
  assert.equal(
    place('git@github.com:acme/web.git', { type: 'gitea', url: 'https://mirror.example.com' }),
    'gitea https://mirror.example.com/api/v1 acme/web',
  );
  assert.equal(place('git@gh:acme/web.git', { type: 'github', url: 'https://api.github.com' }), 'github https://api.github.com acme/web');
  assert.equal(place('git@gh:acme/web.git', { type: 'github', url: 'https://github.com/' }), 'github https://api.github.com acme/web');
  assert.equal(
    place('git@gh:acme/web.git', { type: 'github', url: 'https://git.example.com/api/v3' }),
    'github https://git.example.com/api/v3 acme/web',
  );
});

test('what names no repository at a forge is told', () => {
  for (const remote of [
    '/srv/git/web.git',
    './web',
    'file:///srv/web.git',
    'https://github.com/acme',
    'https://github.com/a/b/c',
    '',
    'https://github.com/acme/%E0',
  ])
    assert.equal(place(remote), 'path', remote);
  for (const url of ['git.example.com', 'ssh://git.example.com', 'https://user:secret@git.example.com', 'https://git.example.com/?a=b'])
    assert.equal(place('git@git.example.com:acme/web.git', { type: 'gitea', url }), 'url', url);
});
