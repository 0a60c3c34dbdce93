import assert from 'node:assert/strict';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../../src/io/clock.ts';
import { proxyFor } from '../../../src/io/registry/proxy.ts';
import { openRegistry } from '../../../src/io/registry/registry.ts';
import { Failure } from '../../../src/model/failure.ts';
import { parseImage } from '../../../src/model/image.ts';
import type { FoundImage } from '../../../src/ports/supply.ts';
import { makeCertificates } from '../../registry/certificate.ts';
import { basic, credentials } from '../../registry/credentials.ts';
import { pushImage } from '../../registry/images.ts';
import { startProxy } from '../../registry/proxy.ts';
import { type Registry, registryFor } from '../../registry/registry.ts';
import { temporaryFolder } from '../../support/repository.ts';

const proxy = 'http://proxy.lan:3128';
const used: readonly (readonly [title: string, url: string, env: Readonly<Record<string, string>>, host: string | undefined])[] = [
  ['of HTTPS', 'https://ghcr.io/v2/', { HTTPS_PROXY: proxy }, 'proxy.lan:3128'],
  ['in small letters', 'https://ghcr.io/v2/', { https_proxy: proxy }, 'proxy.lan:3128'],
  ['of HTTP', 'http://registry.lan/v2/', { HTTP_PROXY: proxy }, 'proxy.lan:3128'],
  ['of the other scheme', 'https://ghcr.io/v2/', { HTTP_PROXY: proxy }, undefined],
  ['without a scheme', 'https://ghcr.io/v2/', { HTTPS_PROXY: 'proxy.lan:3128' }, 'proxy.lan:3128'],
  ['with TLS', 'https://ghcr.io/v2/', { HTTPS_PROXY: 'https://proxy.lan' }, 'proxy.lan'],
  ['none', 'https://ghcr.io/v2/', {}, undefined],
  ['an empty one', 'https://ghcr.io/v2/', { HTTPS_PROXY: '' }, undefined],
  ['for this machine', 'https://localhost:5000/v2/', { HTTPS_PROXY: proxy }, undefined],
  ['for this machine by its address', 'http://127.0.0.1:5000/v2/', { HTTP_PROXY: proxy }, undefined],
];
for (const [title, url, env, host] of used) {
  test(`the proxy for a URL: ${title}`, () => assert.equal(proxyFor(new URL(url), env)?.url.host, host));
}

const exceptions: readonly (readonly [list: string, url: string, isExcepted: boolean])[] = [
  ['*', 'https://ghcr.io/', true],
  ['ghcr.io', 'https://ghcr.io/', true],
  ['GHCR.io', 'https://ghcr.io/', true],
  ['other.io, ghcr.io', 'https://ghcr.io/', true],
  ['acme.com', 'https://registry.acme.com/', true],
  ['.acme.com', 'https://registry.acme.com/', true],
  ['*.acme.com', 'https://registry.acme.com/', true],
  ['.acme.com', 'https://acme.com/', false],
  ['acme.com', 'https://notacme.com/', false],
  ['ghcr.io:443', 'https://ghcr.io/', true],
  ['ghcr.io:5000', 'https://ghcr.io/', false],
  ['registry.lan:5000', 'https://registry.lan:5000/', true],
  ['10.0.0.0/8', 'https://10.1.2.3:5000/', true],
  ['10.0.0.0/8', 'https://11.1.2.3/', false],
  ['10.0.0.0/99', 'https://10.1.2.3/', false],
  ['10.0.0.0/8', 'https://ten.example/', false],
  ['10.1.2.3', 'https://10.1.2.3/', true],
  ['2.3', 'https://10.1.2.3/', false],
  ['[fd00::1]', 'https://[fd00::1]:5000/', true],
  ['fd00::/8', 'https://[fd00::1]/', true],
  ['fd00::1', 'https://[fd00::1]:5000/', true],
  ['fd00:1:2:3:4:5:6:7', 'https://[fd00:1:2:3:4:5:6:7]/', true],
  ['fd00:1:2:3:4:5:6:7', 'https://[fd00:1:2:3:4:5:6:8]/', false],
  // The last group is no port: of IPv6 that stands behind brackets.
  ['fd00:1:2:3:4:5:6:443', 'https://[fd00:1:2:3:4:5:6:443]:5000/', true],
  ['[fd00::1]:443', 'https://[fd00::1]/', true],
  ['[fd00::1]:443', 'https://[fd00::1]:5000/', false],
  ['fd00:0:0::0:1', 'https://[fd00::1]/', true],
  ['FD00::1', 'https://[fd00::1]/', true],
  ['[fd00::]/8', 'https://[fd00::1]/', true],
  ['fe80::/10', 'https://[fd00::1]/', false],
  ['', 'https://ghcr.io/', false],
  [',,:', 'https://ghcr.io/', false],
];
for (const [list, url, isExcepted] of exceptions) {
  test(`\`NO_PROXY=${list}\` ${isExcepted ? 'has' : 'has not'} ${url}`, () => {
    for (const name of ['NO_PROXY', 'no_proxy'])
      assert.equal(proxyFor(new URL(url), { HTTPS_PROXY: proxy, [name]: list }) === undefined, isExcepted);
  });
}

test('what is no proxy is told without its value', () => {
  for (const value of ['socks5://me:hunter2@proxy.lan', 'http://me:hunter2@:x', 'http://', 'me:hunter2@proxy lan']) {
    assert.throws(
      () => proxyFor(new URL('https://ghcr.io/'), { HTTPS_PROXY: value }),
      (thrown: Failure) => thrown.code === 'proxy-invalid' && thrown.exit === 2 && !`${thrown.message} ${thrown.help}`.includes('hunter2'),
      value,
    );
  }
});

interface Setting {
  readonly env?: Readonly<Record<string, string>>;
  readonly insecure?: readonly string[];
  readonly certificates?: readonly string[];
  readonly folder?: string;
}

/** `shop/web:1` of a registry that is called `registry.test`, which no resolver knows: only a proxy leads there. */
function find(registry: Registry, { env = {}, insecure = [], certificates = [], folder = '/none' }: Setting): Promise<FoundImage> {
  const host = nameOf(registry);
  const reference = parseImage(`${host}/shop/web:1`);
  assert.ok(reference !== undefined);
  const clock = { ...systemClock, sleep: async () => {} };
  const opened = openRegistry({ docker: { folder, env }, insecure, certificates, clock, patience: 5_000 });
  return opened.find(reference, new AbortController().signal);
}

const nameOf = ({ host }: Registry): string => host.replace('127.0.0.1', 'registry.test');

async function started(t: TestContext, options: Parameters<typeof registryFor>[1] = {}) {
  const registry = await registryFor(t, options);
  const { digest } = await pushImage(registry, { repository: 'shop/web', tag: '1', platforms: ['linux/amd64'] });
  return { registry, digest };
}

async function proxyIn(t: TestContext, options: Parameters<typeof startProxy>[0] = {}) {
  const opened = await startProxy(options);
  t.after(() => opened.close());
  return opened;
}

/** Where Docker has certificates of authorities: this one for the registry. */
function trusting(t: TestContext, registry: Registry, ca: string | undefined): readonly string[] {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, nameOf(registry)));
  if (ca === undefined) cpSync(registry.caFile ?? '', join(folder, nameOf(registry), 'ca.crt'));
  else writeFileSync(join(folder, nameOf(registry), 'ca.crt'), ca);
  return [folder];
}

test('a registry is asked through a tunnel, and what is said in it is for the registry alone', async (t) => {
  const { registry, digest } = await started(t, { tls: true, auth: 'htpasswd' });
  const through = await proxyIn(t, { authorization: `Basic ${Buffer.from('me:p@ss').toString('base64')}` });
  const folder = temporaryFolder(t);
  const auth = basic(credentials).replace('Basic ', '');
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ auths: { [nameOf(registry)]: { auth } } }));
  const env = { HTTPS_PROXY: `http://me:p%40ss@${through.host}` };
  assert.equal((await find(registry, { env, folder, certificates: trusting(t, registry, undefined) })).digest, digest);
  assert.deepEqual([...new Set(through.requests)], [`CONNECT ${nameOf(registry)}`]);
  assert.deepEqual([...new Set(through.secrets.map(([, own]) => own))], [undefined]);
});

test('a registry without TLS is asked by its whole URL', async (t) => {
  const { registry, digest } = await started(t);
  const through = await proxyIn(t);
  const env = { HTTPS_PROXY: through.host, HTTP_PROXY: `http://${through.host}` };
  assert.equal((await find(registry, { env, insecure: [nameOf(registry)] })).digest, digest);
  assert.deepEqual(through.requests.slice(0, 2), [`CONNECT ${nameOf(registry)}`, `GET http://${nameOf(registry)}/v2/shop/web/manifests/1`]);
});

test('a certificate for another host is not trusted in a tunnel either', async (t) => {
  const { registry } = await started(t, { tls: true });
  const through = await proxyIn(t);
  const named = parseImage(`${nameOf(registry).replace('registry.test', 'other.test')}/shop/web:1`);
  assert.ok(named !== undefined);
  const env = { HTTPS_PROXY: `http://${through.host}`, NODE_EXTRA_CA_CERTS: registry.caFile };
  const certificates = temporaryFolder(t);
  mkdirSync(join(certificates, named.repository.split('/')[0] ?? ''));
  cpSync(registry.caFile ?? '', join(certificates, named.repository.split('/')[0] ?? '', 'ca.crt'));
  const opened = openRegistry({
    docker: { folder: '/none', env },
    insecure: [],
    certificates: [certificates],
    clock: systemClock,
    patience: 5_000,
  });
  await assert.rejects(opened.find(named, new AbortController().signal), /cannot be asked: .*altnames/);
});

const refusals: readonly (readonly [title: string, options: Parameters<typeof startProxy>[0], message: RegExp])[] = [
  ['wants to know who one is', { authorization: 'Basic other' }, /cannot be asked through the proxy `127\.0\.0\.1:\d+`: it answers 407$/],
  ['lets nobody there', { refusal: 403 }, /through the proxy `127\.0\.0\.1:\d+`: it answers 403$/],
  ['does not get there', { refusal: 503 }, /through the proxy `127\.0\.0\.1:\d+`: it answers 503$/],
];
for (const [title, options, message] of refusals) {
  test(`a proxy that ${title} is told, and no password`, async (t) => {
    const { registry } = await started(t, { tls: true });
    const through = await proxyIn(t, options);
    const env = { HTTPS_PROXY: `http://me:hunter2@${through.host}` };
    await assert.rejects(find(registry, { env }), (thrown: unknown) => {
      assert.ok(thrown instanceof Failure);
      assert.deepEqual([thrown.code, thrown.exit], ['registry-unreachable', 3]);
      assert.match(thrown.message, message);
      assert.doesNotMatch(
        `${thrown.message} ${thrown.help} ${thrown.stack} ${String((thrown.cause as Error | undefined)?.stack)}`,
        /hunter2|bWU6/,
      );
      return true;
    });
  });
}

const withoutTls: readonly (readonly [title: string, registryTls: boolean, insecure: boolean])[] = [
  ['before a registry with TLS', true, false],
  ['before one that may do without', false, true],
];
for (const [title, tls, isInsecure] of withoutTls) {
  test(`a proxy that does not speak the TLS that its URL says is not taken for the registry: ${title}`, async (t) => {
    const { registry } = await started(t, { tls });
    const through = await proxyIn(t);
    const env = { HTTPS_PROXY: `https://${through.host}`, HTTP_PROXY: `https://${through.host}` };
    await assert.rejects(find(registry, { env, insecure: isInsecure ? [nameOf(registry)] : [] }), (thrown: unknown) => {
      assert.ok(thrown instanceof Failure);
      assert.match(thrown.message, /through the proxy `127\.0\.0\.1:\d+`: it does not speak TLS$/);
      assert.match(thrown.help ?? '', /begin its URL with `http:\/\/`/);
      return true;
    });
  });
}

test('a proxy that is not there is told as that', async (t) => {
  const { registry } = await started(t);
  const gone = await startProxy();
  await gone.close();
  const env = { HTTPS_PROXY: `http://${gone.host}`, HTTP_PROXY: `http://${gone.host}` };
  for (const insecure of [[], [nameOf(registry)]])
    await assert.rejects(find(registry, { env, insecure }), /cannot be asked through the proxy `127\.0\.0\.1:\d+`: nothing listens there$/);
});

test('a proxy that wants to know who one is, where nothing is encrypted, is not taken for the registry', async (t) => {
  const { registry } = await started(t);
  const tunnel = await proxyIn(t, { refusal: 502 });
  const through = await proxyIn(t, { authorization: 'Basic other' });
  const env = { HTTPS_PROXY: `http://${tunnel.host}`, HTTP_PROXY: `http://${through.host}` };
  await assert.rejects(find(registry, { env, insecure: [nameOf(registry)] }), /through the proxy `127\.0\.0\.1:\d+`: it answers 407$/);
});

test('authorities of `NODE_EXTRA_CA_CERTS` are trusted beside those that a registry has of its own', async (t) => {
  const { registry, digest } = await started(t, { tls: true });
  const through = await proxyIn(t);
  const other = makeCertificates(new Date()).ca;
  const certificates = trusting(t, registry, other);
  const env = { HTTPS_PROXY: `http://${through.host}` };
  await assert.rejects(find(registry, { env, certificates }), { code: 'registry-unreachable' });
  const extra = { ...env, NODE_EXTRA_CA_CERTS: registry.caFile ?? '' };
  assert.equal((await find(registry, { env: extra, certificates })).digest, digest);
  const missing = { ...env, NODE_EXTRA_CA_CERTS: '/none/ca.pem' };
  await assert.rejects(find(registry, { env: missing, certificates }), { code: 'registry-unreachable' });
});
