import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type GivenInstallation, judgeInstallation, judgeReport } from '../../src/compile/bootstrap-options.ts';
import { gitPort } from '../../src/model/url.ts';

const source = 'https://git.example.com/shop/deploy.git';
const image = 'ghcr.io/acme/lockstep:0.1.0';
const digest = `sha256:${'0'.repeat(64)}`;

/** The codes and messages of what is wrong. */
function told(given: Omit<GivenInstallation, 'rbac'>, rbac = false): readonly string[] {
  return judgeInstallation({ ...given, rbac }).map(({ code, message }) => `${code}: ${message}`);
}

test('an agent in the cluster is told its repository, with its image for the first environment', () => {
  assert.deepEqual(told({}), []);
  assert.deepEqual(told({ source, image }), []);
  assert.deepEqual(told({ source }), []);
  assert.deepEqual(told({ image }), ['bootstrap-incomplete: `--source` is missing: the repository of the rendered branch']);
  assert.deepEqual(told({ image, secret: 'git' }), ['bootstrap-incomplete: `--source` is missing: the repository of the rendered branch']);
  assert.deepEqual(told({ secret: 'git' }, true), []);
});

test('an option that would change nothing is told, with those that it is for', () => {
  const unfit = (option: string, others: string): string =>
    `bootstrap-options-unfit: \`${option}\` would change nothing: it is for ${others}`;
  const replicas = unfit('--replicas', '`--image`');
  const onDelete = unfit('--on-delete', '`--source`');
  assert.deepEqual(told({ replicas: 5, onDelete: 'prune' }), [onDelete, replicas]);
  assert.deepEqual(told({ replicas: 5, onDelete: 'prune' }, true), [onDelete, replicas]);
  assert.deepEqual(told({ source, replicas: 5, onDelete: 'prune' }), [replicas]);
  assert.deepEqual(told({ source, image, replicas: 5, onDelete: 'prune' }), []);
  assert.deepEqual(told({ secret: 'git' }), [unfit('--secret', '`--source` or `--rbac`')]);
});

test('what tells a forge needs a Secret, and a forge that is known', () => {
  assert.deepEqual(told({ source, report: 'forge' }), []);
  assert.deepEqual(told({ source, report: true, secret: 'git' }), []);
  assert.match(told({ source, report: true }).join(), /^bootstrap-options-unfit: `--report` needs a Secret/);
  assert.match(told({ report: 'forge' }).join(), /`--report` would change nothing: it is for `--source` or `--rbac`/);
  assert.deepEqual(told({ report: 'forge' }, true), []);
  assert.deepEqual(judgeReport(source, { type: 'gitea' }), {
    value: { forge: 'gitea', url: undefined, api: 'https://git.example.com/api/v1' },
    diagnostics: [],
  });
  assert.equal(judgeReport('git@github.com:acme/shop.git', {}).value?.forge, 'github');
  const [unknown] = judgeReport(source, {}).diagnostics;
  assert.equal(unknown?.message, `it is not known which repository of which forge \`${source}\` is`);
});

test('its image says which version runs, by a digest or by a tag that is not `latest`', () => {
  assert.deepEqual(told({ source, image: `ghcr.io/acme/lockstep@${digest}` }), []);
  assert.deepEqual(told({ source, image: `ghcr.io/acme/lockstep:latest@${digest}` }), []);
  assert.deepEqual(told({ source, image: 'ghcr.io/acme/lockstep' }), [
    'image-without-tag: image `ghcr.io/acme/lockstep` has neither a tag nor a digest',
  ]);
  assert.deepEqual(told({ source, image: 'ghcr.io/acme/lockstep:latest' }), [
    'policy/supply-chain/latest: image `ghcr.io/acme/lockstep:latest` has the tag `latest`',
  ]);
  assert.deepEqual(told({ source, image: 'Lockstep:1' }), ['image-invalid: `Lockstep:1` is no image reference']);
});

test('its repository is at a server, and a password in its URL is neither taken nor told', () => {
  for (const taken of ['ssh://git@git.example.com:2222/shop.git', 'git@git.example.com:shop.git'])
    assert.deepEqual(told({ source: taken, image }), []);
  assert.deepEqual(told({ source: '.', image }), ['bootstrap-source-invalid: `.` is no repository that an agent in a cluster can read']);
  assert.deepEqual(told({ source: 'https://ada:hunter2@git.example.com/shop.git', image }), [
    'bootstrap-source-invalid: `https://git.example.com/shop.git` is no repository that an agent in a cluster can read',
  ]);
  assert.deepEqual(told({ source: 'https://ghp_hunter2@github.com/acme/shop.git', image }), [
    'bootstrap-source-invalid: `https://github.com/acme/shop.git` is no repository that an agent in a cluster can read',
  ]);
});

test('the port of a repository is that of its URL, or of its protocol', () => {
  const ports: Readonly<Record<string, number | undefined>> = {
    'https://git.example.com/a.git': 443,
    'https://git.example.com:8443/a.git': 8443,
    'https://ada@git.example.com/a.git': undefined,
    'http://git.example.com/a.git': undefined,
    'ssh://git@-oX/a.git': undefined,
    'http://[::1]:3000/a': 3000,
    'ssh://git@git.example.com/a.git': 22,
    'ssh://git@git.example.com:7999/a.git': 7999,
    'git@git.example.com:a/b.git': 22,
    'git@[::1]:a/b.git': 22,
    'https://git.example.com:70000/a.git': undefined,
    'https://git.example.com': undefined,
    'https:///a.git': undefined,
    'https://ada:secret@git.example.com/a.git': undefined,
    'file:///srv/a.git': undefined,
    '/srv/a.git': undefined,
    '../a': undefined,
    '': undefined,
  };
  for (const [url, port] of Object.entries(ports)) assert.equal(gitPort(url), port, url);
});
