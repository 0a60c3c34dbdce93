import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDeclared } from '../../src/codec/declared.ts';
import { environmentDefinition } from '../../src/compile/environment-definition.ts';
import { parseAddress } from '../../src/io/git/address.ts';
import { type JsonObject, listAt, objectAt } from '../../src/model/json.ts';
import { isLoopback, readGitUrl } from '../../src/model/url.ts';
import { rulesetOf } from '../../src/schema/cel/ruleset.ts';

test('this machine is told from others by the host of a URL', () => {
  const hosts = ['http://localhost:1/', 'http://127.0.0.1/', 'http://127.1/', 'http://127.255.0.3/', 'http://[::1]/'];
  assert.deepEqual(
    hosts.filter((url) => !isLoopback(new URL(url).hostname)),
    [],
  );
  for (const host of ['127.0.0.1.example.com', '127.example.com', 'localhost.example.com', '[::2]', '128.0.0.1', ''])
    assert.equal(isLoopback(host), false, host);
});

const read: Readonly<Record<string, string>> = {
  'https://git.example.com/shop.git': 'https git.example.com 443',
  'https://GIT.example.com:8443/a/b?x=1': 'https git.example.com 8443',
  'ssh://git.example.com/shop.git': 'ssh git.example.com 22',
  'ssh://git@git.example.com:7999/~ada/shop.git': 'ssh git.example.com 7999',
  'ssh://git@[2001:db8::1]/shop.git': 'ssh [2001:db8::1] 22',
  'git@git.example.com:team/shop.git': 'ssh git.example.com 22',
  'git@[::1]:team/shop@2.git': 'ssh [::1] 22',
  'http://127.0.0.1:3000/shop.git': 'http 127.0.0.1 3000',
  'http://localhost/shop.git': 'http localhost 80',
  'http://[::1]:3000/shop.git': 'http [::1] 3000',
  'http://git.example.com/shop.git': 'unencrypted',
  'http://127.0.0.1.example.com/shop.git': 'unencrypted',
  'http://localhost.example.com/shop.git': 'unencrypted',
  'https://token@github.com/acme/shop.git': 'credentials',
  'HTTPS://token@github.com/acme/shop.git': 'credentials',
  'https://:token@github.com/acme/shop.git': 'credentials',
  'https://a@b:c@git.example.com/shop.git': 'credentials',
  'ssh://git:secret@git.example.com/shop.git': 'credentials',
  'ssh://a@b:c@git.example.com/shop.git': 'credentials',
  'git:secret@git.example.com:shop.git': 'credentials',
  'ssh://git@-oProxyCommand=id/shop.git': 'unsupported',
  'ssh://-oProxyCommand=id/shop.git': 'unsupported',
  'ssh://-oX@git.example.com/shop.git': 'unsupported',
  'git@-oProxyCommand=id:shop.git': 'unsupported',
  'git@git.example.com:-x': 'unsupported',
  'git@git.example.com::x': 'unsupported',
  'https://git.example.com': 'unsupported',
  'https:///shop.git': 'unsupported',
  'https://git.example.com\\@evil.example/shop.git': 'credentials',
  'https://git.example.com/shop.git\n': 'unsupported',
  'https://git.example.com/shop\u0000.git': 'unsupported',
  'file:///srv/shop.git': 'unsupported',
  'ext::sh': 'unsupported',
  '/srv/shop.git': 'unsupported',
  'git.example.com:shop.git': 'unsupported',
  '': 'unsupported',
};

/** What only arithmetic tells: no expression does. */
const beyond: Readonly<Record<string, string>> = {
  'https://git.example.com:70000/shop.git': 'unsupported',
  'https://git.example.com:0/shop.git': 'unsupported',
  'https://[::1::2]/shop.git': 'unsupported',
  'https://1.2.3.256/shop.git': 'unsupported',
};

test('the URL of a repository is read, or refused with the reason', () => {
  for (const [url, expected] of Object.entries({ ...read, ...beyond })) {
    const remote = readGitUrl(url);
    assert.equal(typeof remote === 'string' ? remote : `${remote.protocol} ${remote.host} ${remote.port}`, expected, JSON.stringify(url));
  }
});

test('the API server, an agent and its git read the URL of a source alike', () => {
  const object = (url: string) => ({
    apiVersion: 'lockstep.dev/v1alpha1',
    kind: 'Environment',
    metadata: { name: 'prod', namespace: 'shop', uid: 'u', resourceVersion: '1' },
    spec: { source: { url } },
  });
  const schema = objectAt(listAt(environmentDefinition()['spec'], 'versions')[0], 'schema', 'openAPIV3Schema');
  const rules = rulesetOf(schema, { minor: 34, dropsStatus: true });
  for (const [url, expected] of Object.entries(read)) {
    const isRead = expected.includes(' ');
    const judged = rules?.judge(object(url));
    assert.deepEqual(judged?.unknown, [], url);
    assert.equal(judged?.broken.length === 0, isRead, `the API server: ${JSON.stringify(url)}`);
    if (isRead) assert.equal(parseAddress(url).url, url);
  }
  for (const [url, expected] of Object.entries({ ...read, ...beyond })) {
    const { spec } = readDeclared(object(url));
    assert.equal('problem' in spec, !expected.includes(' '), url);
    assert.ok(!('problem' in spec) || !/token|secret@/.test(spec.problem), url);
  }
});

test('the forge that an Environment names is read alike by the API server and by the agent', () => {
  const url = 'https://git.example.com/acme/shop.git';
  const schema = objectAt(listAt(environmentDefinition()['spec'], 'versions')[0], 'schema', 'openAPIV3Schema');
  const rules = rulesetOf(schema, { minor: 34, dropsStatus: true });
  const cases: readonly (readonly [JsonObject, boolean])[] = [
    [{ source: { url, secretName: 'git' }, report: { forge: 'gitea' } }, true],
    [{ source: { url }, report: { forge: 'gitea', secretName: 'forge' } }, true],
    [{ source: { url }, report: { forge: 'gitea' } }, false],
    ...Object.entries({
      'https://git.example.com': true,
      'https://git.example.com:3000/gitea/': true,
      'http://127.0.0.1:3000': true,
      'http://git.example.com': false,
      'https://token@git.example.com': false,
      'https://git.example.com/?a=token': false,
      'https://git.example.com#token': false,
      'https://git.example.com:3000:1': false,
      'git.example.com': false,
    }).map(([at, isRead]) => [{ source: { url }, report: { forge: 'gitea', secretName: 'forge', url: at } }, isRead] as const),
  ];
  for (const [spec, isRead] of cases) {
    const object = {
      apiVersion: 'lockstep.dev/v1alpha1',
      kind: 'Environment',
      metadata: { name: 'prod', namespace: 'shop', uid: 'u', resourceVersion: '1' },
      spec,
    };
    const judged = rules?.judge(object);
    assert.deepEqual([judged?.unknown, judged?.broken.length === 0], [[], isRead], `the API server: ${JSON.stringify(spec)}`);
    assert.equal('problem' in readDeclared(object).spec, !isRead, JSON.stringify(spec));
  }
});
