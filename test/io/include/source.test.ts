import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { openChartSource } from '../../../src/io/include/source.ts';
import { Failure } from '../../../src/model/failure.ts';
import { sha256Of } from '../../../src/model/sha256.ts';

const signal = new AbortController().signal;

function source(env: Readonly<Record<string, string>> = {}) {
  const clock = { sleep: async () => {} };
  return openChartSource({ docker: { folder: '/nowhere', env }, insecure: [], certificates: [], clock, patience: 5_000 });
}

async function serve(t: TestContext, listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** What came of fetching a chart of a repository with this index: the bytes, or the code of the failure. */
async function fetched(t: TestContext, index: string): Promise<string> {
  const { url } = await serve(t, (request, response) => void response.end(request.url === '/stable/index.yaml' ? index : 'chart'));
  try {
    return (await source().fetch({ url: `${url}/stable/web`, version: '1.0.0' }, signal)).toString('utf8');
  } catch (thrown) {
    assert.ok(thrown instanceof Failure, String(thrown));
    return thrown.code;
  }
}

const entry = 'entries:\n  web:\n  - { version: 1.0.0, urls: [web.tgz] }\n';
const laughs = Array.from({ length: 9 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i},`.repeat(9)}]`).join('\n');

const indexes: readonly (readonly [string, string, string])[] = [
  ['an index', entry, 'chart'],
  ['one with aliases', `same: &same [web.tgz]\n${entry.replace('[web.tgz]', '*same')}`, 'chart'],
  ['one with aliases that stand for more than memory holds', `l0: &l0 a\n${laughs}\n${entry}`, 'repository-unreadable'],
  ['one with an alias of nothing', `a: *nothing\n${entry}`, 'repository-unreadable'],
  ['a page', '<html></html>', 'chart-unknown'],
  ['a chart without a place', entry.replace('web.tgz', '"https://"'), 'chart-unknown'],
];

for (const [name, index, expected] of indexes) {
  test(`of a repository: ${name}`, async (t) => assert.equal(await fetched(t, index), expected));
}

const manifest = JSON.stringify({
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  layers: [{ mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip', digest: `sha256:${sha256Of('packed')}`, size: 6 }],
});
for (const [what, tag] of [
  ['with its tag', ':1.0.0_build'],
  ['without one', ''],
]) {
  test(`of a repository: an index of what is in a registry, ${what}`, async (t) => {
    const { url } = await serve(t, (request, response) => {
      const index = `entries:\n  web:\n  - { version: 1.0.0+build, urls: ["oci://${request.headers.host}/charts/web${tag}"] }\n`;
      const answers: Readonly<Record<string, string>> = {
        '/stable/index.yaml': index,
        '/v2/charts/web/manifests/1.0.0_build': manifest,
        [`/v2/charts/web/blobs/sha256:${sha256Of('packed')}`]: 'packed',
      };
      const answer = answers[request.url ?? ''];
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/vnd.oci.image.manifest.v1+json' }).end(answer);
    });
    const bytes = await source().fetch({ url: `${url}/stable/web`, version: '1.0.0+build' }, signal);
    assert.equal(bytes.toString('utf8'), 'packed');
  });
}

test('a repository is asked through the proxy that there is', async (t) => {
  const asked: string[] = [];
  const { server, url } = await serve(t, (_, response) => void response.end());
  server.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  const chart = { url: 'https://charts.example.com/web', version: '1.0.0' };
  await assert.rejects(source({ HTTPS_PROXY: url }).fetch(chart, signal), Failure);
  assert.deepEqual(asked, ['charts.example.com:443']);
});
