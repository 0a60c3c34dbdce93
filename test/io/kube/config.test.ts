import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, test } from 'node:test';
import { type ClusterConfig, type ConfigOptions, openConfig } from '../../../src/io/kube/config.ts';
import { Failure } from '../../../src/model/failure.ts';

const folder = mkdtempSync(join(tmpdir(), 'lockstep-config-'));
after(() => rmSync(folder, { recursive: true }));

let files = 0;

/** Writes a file of its own and returns its path. */
function file(content: string, name = `file-${files++}`): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
}

interface Entries {
  readonly current?: string;
  readonly contexts?: Readonly<Record<string, object>>;
  readonly clusters?: Readonly<Record<string, object>>;
  readonly users?: Readonly<Record<string, object>>;
}

function kubeconfig({ current, contexts = {}, clusters = {}, users = {} }: Entries, name?: string): string {
  const list = (entries: Readonly<Record<string, object>>, key: string): readonly object[] =>
    Object.entries(entries).map(([entry, value]) => ({ name: entry, [key]: value }));
  const document = { contexts: list(contexts, 'context'), clusters: list(clusters, 'cluster'), users: list(users, 'user') };
  return file(
    JSON.stringify({ apiVersion: 'v1', kind: 'Config', ...(current === undefined ? {} : { 'current-context': current }), ...document }),
    name,
  );
}

const eu = {
  contexts: { eu: { cluster: 'eu', user: 'me' } },
  clusters: { eu: { server: 'https://eu.example.com:6443' } },
  users: { me: { token: 'eu-token' } },
};
const us = {
  contexts: { us: { cluster: 'us', user: 'me' } },
  clusters: { us: { server: 'https://us.example.com' } },
  users: { me: { token: 'us-token' } },
};

/** What a request would be made with. */
function options(config: ClusterConfig): Promise<RequestOptions> {
  return config.connect()();
}

async function token(config: ClusterConfig): Promise<string> {
  const { headers = {} } = await options(config);
  return String(Object.fromEntries(Object.entries(headers))['authorization']).trim();
}

function failure(given: ConfigOptions): Failure {
  try {
    openConfig(given);
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
  throw new Error('nothing failed');
}

test('a named file is used at its current context, whatever the environment says', async () => {
  const config = openConfig({
    kubeconfig: kubeconfig({ current: 'eu', ...eu }),
    env: { KUBECONFIG: kubeconfig({ current: 'us', ...us }) },
  });
  assert.equal(config.context, 'eu');
  assert.equal(config.server.href, 'https://eu.example.com:6443/');
  assert.equal(await token(config), 'Bearer eu-token');
});

test('a named context is used, not the current one', async () => {
  const both = {
    contexts: { ...eu.contexts, us: { cluster: 'us', user: 'other' } },
    clusters: { ...eu.clusters, ...us.clusters },
    users: { ...eu.users, other: { token: 'other-token' } },
  };
  const config = openConfig({ kubeconfig: kubeconfig({ current: 'eu', ...both }), context: 'us', env: {} });
  assert.deepEqual([config.context, config.server.hostname, await token(config)], ['us', 'us.example.com', 'Bearer other-token']);
});

test('the files of KUBECONFIG are merged, the first that says something counts, and one that is not there is passed over', async () => {
  const first = kubeconfig({ ...eu });
  const second = kubeconfig({ current: 'us', ...us });
  const config = openConfig({ env: { KUBECONFIG: [join(folder, 'nothing'), first, second].join(delimiter) } });
  assert.equal(config.context, 'us');
  assert.equal(await token(config), 'Bearer eu-token');
});

test('inside a pod the service account is used', async () => {
  file('ca', 'pod/ca.crt');
  file('pod-token\n', 'pod/token');
  const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443', HOME: join(folder, 'home-with-config') };
  kubeconfig({ current: 'eu', ...eu }, 'home-with-config/.kube/config');
  const config = openConfig({ env, serviceAccount: join(folder, 'pod') });
  assert.deepEqual([config.context, config.server.href], ['in-cluster', 'https://[fd00::1]/']);
  assert.equal(String((await options(config)).ca), 'ca');
  assert.equal(await token(config), 'Bearer pod-token');
});

test('a named context is never that of the pod', () => {
  file('ca', 'pod/ca.crt');
  file('pod-token', 'pod/token');
  kubeconfig({ current: 'us', ...us }, 'pod-home/.kube/config');
  const env = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443', HOME: join(folder, 'pod-home') };
  assert.equal(openConfig({ env, context: 'us', serviceAccount: join(folder, 'pod') }).context, 'us');
  assert.equal(failure({ env, context: 'eu', serviceAccount: join(folder, 'pod') }).code, 'kubeconfig-context-missing');
});

test("without anything else the user's own file is used", () => {
  kubeconfig({ current: 'eu', ...eu }, 'home/.kube/config');
  assert.equal(openConfig({ env: { HOME: join(folder, 'home') } }).context, 'eu');
});

test('paths in a file start from its folder, and data given inline counts more than a file', async () => {
  file('ca of a file', 'paths/ca.pem');
  file('key of a file', 'paths/key.pem');
  file('file-token\n', 'paths/token');
  const path = kubeconfig(
    {
      current: 'eu',
      ...eu,
      clusters: { eu: { server: 'https://eu.example.com', 'certificate-authority': 'ca.pem' } },
      users: {
        me: {
          token: 'old-token',
          tokenFile: 'token',
          'client-certificate': 'not-there.pem',
          'client-certificate-data': Buffer.from('inline certificate').toString('base64'),
          'client-key': 'key.pem',
        },
      },
    },
    'paths/config',
  );
  const config = openConfig({ kubeconfig: path, env: {} });
  const { ca, cert, key } = await options(config);
  assert.deepEqual([ca, cert, key].map(String), ['ca of a file', 'inline certificate', 'key of a file']);
  assert.equal(await token(config), 'Bearer file-token');
});

test('a context without a user asks without credentials, and still trusts only its certificate authority', async () => {
  const clusters = { eu: { server: 'https://eu.example.com', 'certificate-authority-data': Buffer.from('ca').toString('base64') } };
  const request = await options(
    openConfig({ kubeconfig: kubeconfig({ current: 'eu', contexts: { eu: { cluster: 'eu' } }, clusters }), env: {} }),
  );
  assert.equal(String(request.ca), 'ca');
  assert.deepEqual(request.headers, {});
});

test('plain HTTP is for loopback only', () => {
  for (const server of ['http://127.0.0.1:8001', 'http://localhost:8001', 'http://[::1]:8001']) {
    assert.equal(
      openConfig({ kubeconfig: kubeconfig({ current: 'eu', ...eu, clusters: { eu: { server } } }), env: {} }).server.protocol,
      'http:',
    );
  }
});

const problems: readonly (readonly [title: string, given: () => ConfigOptions, code: string, message: RegExp, help: RegExp])[] = [
  ['nothing anywhere', () => ({ env: {} }), 'kubeconfig-missing', /no kubeconfig was found/, /--kubeconfig/],
  [
    'a named file that is not there',
    () => ({ kubeconfig: join(folder, 'nowhere'), env: {} }),
    'kubeconfig-unreadable',
    /nowhere/,
    /--kubeconfig/,
  ],
  [
    'a KUBECONFIG that names nothing',
    () => ({ env: { KUBECONFIG: join(folder, 'nowhere') } }),
    'kubeconfig-missing',
    /nowhere/,
    /KUBECONFIG/,
  ],
  [
    'a file that is no YAML',
    () => ({ kubeconfig: file('users:\n  - token: s3cret\n bad: [s3cret'), env: {} }),
    'kubeconfig-invalid',
    /no valid YAML \(line \d+\)/,
    /^$/,
  ],
  ['a file that holds something else', () => ({ kubeconfig: file('just words'), env: {} }), 'kubeconfig-invalid', /no kubeconfig/, /^$/],
  [
    'a context with a typo',
    () => ({ kubeconfig: kubeconfig({ current: 'eu', ...eu }), context: 'ue', env: {} }),
    'kubeconfig-context-missing',
    /no context `ue`/,
    /did you mean `eu`/,
  ],
  [
    'another context',
    () => ({ kubeconfig: kubeconfig({ current: 'eu', ...eu }), context: 'production', env: {} }),
    'kubeconfig-context-missing',
    /`production`/,
    /`eu`/,
  ],
  [
    'no current context',
    () => ({ kubeconfig: kubeconfig({ ...eu }), env: {} }),
    'kubeconfig-no-context',
    /no current context/,
    /--context.*`eu`/,
  ],
  [
    'a cluster that is not there',
    () => ({ kubeconfig: kubeconfig({ current: 'eu', ...eu, clusters: {} }), env: {} }),
    'kubeconfig-cluster-missing',
    /cluster `eu`/,
    /clusters/,
  ],
  [
    'a user that is not there',
    () => ({ kubeconfig: kubeconfig({ current: 'eu', ...eu, users: {} }), env: {} }),
    'kubeconfig-user-missing',
    /user `me`/,
    /users/,
  ],
  [
    'a server that is no address',
    () => ({ kubeconfig: kubeconfig({ current: 'eu', ...eu, clusters: { eu: { server: 'eu.example.com' } } }), env: {} }),
    'kubeconfig-server-invalid',
    /no usable `server`/,
    /https:/,
  ],
  [
    'a server with a password',
    () => ({ kubeconfig: kubeconfig({ current: 'eu', ...eu, clusters: { eu: { server: 'https://me:s3cret@eu.example.com' } } }), env: {} }),
    'kubeconfig-server-invalid',
    /no usable `server`/,
    /https:/,
  ],
  [
    'plain HTTP over a network',
    () => ({ kubeconfig: kubeconfig({ current: 'eu', ...eu, clusters: { eu: { server: 'http://eu.example.com' } } }), env: {} }),
    'kubeconfig-plain-http',
    /plain HTTP/,
    /https/,
  ],
  [
    'a certificate that is not there',
    () => ({ kubeconfig: kubeconfig({ current: 'eu', ...eu, users: { me: { 'client-certificate': 'gone.pem' } } }), env: {} }),
    'kubeconfig-unreadable',
    /gone\.pem/,
    /correct the kubeconfig/,
  ],
  [
    'groups to act as, which would be dropped',
    () => ({ kubeconfig: kubeconfig({ current: 'eu', ...eu, users: { me: { as: 'you', 'as-groups': ['admins'] } } }), env: {} }),
    'kubeconfig-unsupported',
    /as-groups/,
    /user of its own/,
  ],
];
for (const [title, given, code, message, help] of problems) {
  test(`${title} is told with what to do`, () => {
    const found = failure(given());
    assert.equal(found.code, code);
    assert.equal(found.exit, 2);
    assert.match(found.message, message);
    assert.match(found.help ?? '', help);
    assert.doesNotMatch(`${found.message} ${found.help}`, /s3cret/);
  });
}
