import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { type Ended, runLockstep } from '../demo/program.ts';
import { realTool } from '../helm/tools.ts';
import { makeCertificates } from '../registry/certificate.ts';
import { pushImage } from '../registry/images.ts';
import { listen } from '../registry/listen.ts';
import { startRegistry } from '../registry/registry.ts';
import { makeProject } from '../support/project.ts';
import { temporaryFolder } from '../support/repository.ts';

/** The built program, real programs that render, a real registry, and a repository of charts over HTTPS. */
const closing: (() => unknown)[] = [];
const context = { after: (end: () => unknown) => void closing.push(end) } as TestContext;
after(async () => {
  for (const close of closing.toReversed()) await close();
});
const [helm, helm4, kustomize] = [await realTool('helm'), await realTool('helm4'), await realTool('kustomize')];
const registry = await startRegistry({ folder: temporaryFolder(context) });
closing.push(() => registry.close());
await pushImage(registry, { repository: 'shop/web', tag: '1', platforms: ['linux/amd64'] });
const image = `${registry.host}/shop/web:1`;

const packed = temporaryFolder(context);
const pack = (chart: string): string => {
  const said = execFileSync(helm.program, ['package', `test/helm/charts/${chart}`, '--destination', packed], { encoding: 'utf8' });
  return basename(said.trim().split(' ').at(-1) ?? '');
};
const [web, big] = [pack('web'), pack('big')];
execFileSync(helm.program, ['push', join(packed, web), `oci://${registry.host}/charts`, '--plain-http'], { stdio: 'pipe' });

const digest = createHash('sha256')
  .update(readFileSync(join(packed, big)))
  .digest('hex');
const certificates = makeCertificates(new Date());
const index = `apiVersion: v1
entries:
  big:
  - { name: big, version: 1.0.0, digest: ${digest}, urls: [files/${big}] }
  - { name: big, version: 0.9.0, digest: ${'0'.repeat(64)}, urls: [files/${big}] }
`;
const repository = await listen((asked, answer) => {
  if (asked.url === '/stable/index.yaml') answer.end(index);
  else if (asked.url === `/stable/files/${big}`) answer.writeHead(302, { location: `/elsewhere/${big}` }).end();
  else if (asked.url === `/elsewhere/${big}`) answer.end(readFileSync(join(packed, big)));
  else answer.writeHead(404).end();
}, certificates);
closing.push(() => repository.close());
const stable = `${repository.url}/stable`;
const stableFolder = `${new URL(stable).host.replace(':', '_')}/stable`;

const environment = ({ bigVersion = '1.0.0', replicas = 2 } = {}): string => `
import { k8s } from 'cdk8s-plus-28';
import { defineChart, defineEnvironment, defineHelm, HelmChart, Kustomization, patch } from 'lockstep';
import { z } from 'zod';
const shop = defineChart({
  namespace: 'shop',
  build(chart) {
    new k8s.KubeNamespace(chart, 'namespace', { metadata: { name: 'shop' } });
    new HelmChart(chart, 'web', { chart: 'oci://${registry.host}/charts/web', version: '1.2.3', values: { image: '${image}', replicas: ${replicas} } });
    new HelmChart(chart, 'hooks', { chart: './helm/charts/hooks', values: { image: '${image}' }, hooks: 'keep' });
    new Kustomization(chart, 'extra', {
      path: './helm/kustomize/overlays/prod',
      patches: [patch('Deployment', 'prod-*', { spec: { template: { spec: { containers: [{ name: 'web', image: '${image}' }] } } } })],
    });
  },
});
const many = defineHelm({ namespace: 'shop', chart: '${stable}/big', version: '${bigVersion}', values: z.object({ count: z.int().default(3) }) });
export default defineEnvironment({ name: 'dev', cluster: 'dev', kubernetes: '1.35', charts: { shop, many } });
`;
const project = makeProject(context, { 'environments/dev.ts': environment() });
cpSync('test/helm', join(project.folder, 'helm'), { recursive: true });
const at = (...path: readonly string[]): string => join(project.folder, ...path);
const home = temporaryFolder(context);
writeFileSync(join(home, 'ca.pem'), certificates.ca);
Object.assign(process.env, {
  LOCKSTEP_HELM: helm.program,
  LOCKSTEP_KUSTOMIZE: kustomize.program,
  NODE_EXTRA_CA_CERTS: join(home, 'ca.pem'),
  XDG_CACHE_HOME: join(home, 'cache'),
});
const run = (...args: readonly string[]): Promise<Ended> => runLockstep(project.folder, args);
const codesOf = ({ talk }: Ended): readonly string[] => [...talk.matchAll(/^error\[([^\]]+)\]/gm)].map(([, code = '']) => code).sort();
const lock = (): string => readFileSync(at('environments/dev.lock.yaml'), 'utf8');
const forgetRendered = (): void => rmSync(join(home, 'cache', 'lockstep', 'included'), { recursive: true, force: true });

test('what is included and not locked is told, each with the line that includes it', async () => {
  const ended = await run('synth');
  assert.equal(ended.exit, 2);
  assert.deepEqual(codesOf(ended), ['tool-unlocked', 'tool-unlocked', 'tool-unlocked', 'tool-unlocked']);
  assert.match(ended.talk, /at environments\/dev\.ts:9:5 · dev · shop\/web$/m);
});

test('it is fetched and locked by pin, with the images that stand in it', async () => {
  const due = await run('pin', '--check');
  assert.equal(due.exit, 1, due.talk);
  const { exit, talk } = await run('pin');
  assert.equal(exit, 0, talk);
  assert.match(talk, /^environments\/dev\.lock\.yaml: 1 image \(1 pinned\)$/m);
  assert.match(talk, /^ {2}\+ helm v3\.\S+ \(\S+ \w{12}\)$/m);
  const [platform = '', sha256] = Object.entries(helm.pin.sha256)[0] ?? [];
  assert.match(lock(), new RegExp(`^tools:\n {2}helm:\n {4}sha256:\n {6}${platform}: "?${sha256}"?\n {4}version: v3\\.`, 'm'));
  assert.match(lock(), new RegExp(`^ {2}${stable}/big:1\\.0\\.0:\n {4}sha256: "?${digest}"?$`, 'm'));
  const vendored = readdirSync(at('vendor/helm'), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.tgz'));
  assert.deepEqual(vendored.sort(), [`${registry.host.replace(':', '_')}/charts/web-1.2.3.tgz`, `${stableFolder}/big-1.0.0.tgz`].sort());
  assert.deepEqual(readFileSync(at('vendor/helm', stableFolder, big)), readFileSync(join(packed, big)));
  assert.match((await run('pin')).talk, /^environments\/dev\.lock\.yaml: 1 image \(nothing to pin\)$/m);
});

test('its objects stand among the others, pinned, in order, and the same on another machine', async () => {
  const { exit, talk } = await run('synth');
  assert.equal(exit, 0, talk);
  const files = readdirSync(at('dist/dev/shop')).map((name) => name.replace(/(settings|migrate)-[a-z0-9]+\.yaml$/, '$1-HASH.yaml'));
  assert.deepEqual(files, [
    'clusterrole.rbac.authorization.k8s.io._cluster.shop-web-reader.yaml',
    'configmap.core.shop.hooks.yaml',
    'configmap.core.shop.prod-settings-HASH.yaml',
    'configmap.core.shop.web-cache.yaml',
    'customresourcedefinition.apiextensions.k8s.io._cluster.gadgets.shop.example.com.yaml',
    'customresourcedefinition.apiextensions.k8s.io._cluster.widgets.shop.example.com.yaml',
    'deployment.apps.shop.prod-web.yaml',
    'deployment.apps.shop.web-controller.yaml',
    'job.batch.shop.hooks-migrate-HASH.yaml',
    'namespace.core._cluster.shop.yaml',
    'service.core.shop.web.yaml',
    'widget.shop.example.com.shop.web.yaml',
  ]);
  assert.equal(readdirSync(at('dist/dev/many')).length, 3);
  for (const name of ['web-controller', 'prod-web']) {
    assert.match(readFileSync(at(`dist/dev/shop/deployment.apps.shop.${name}.yaml`), 'utf8'), new RegExp(`image: ${image}@sha256:`));
  }
  forgetRendered();
  const again = await run('synth', '--no-cache');
  assert.match(again.talk, /^dist\/dev: 15 objects \(unchanged\)$/m);
});

test('what was rendered before needs no program; and it is rendered again when a file of a chart changes', async () => {
  const without = { LOCKSTEP_HELM: '/nowhere', LOCKSTEP_KUSTOMIZE: '/nowhere' };
  const before = { ...process.env };
  Object.assign(process.env, without);
  try {
    assert.match((await run('synth')).talk, /\(unchanged\)/);
    assert.match((await run('synth', '--no-cache')).talk, /\(unchanged\)/);
    const template = at('helm/charts/hooks/templates/hooks.yaml');
    const text = readFileSync(template, 'utf8');
    writeFileSync(template, text.replace('kind: ConfigMap', 'kind: ConfigMap\ndata: { more: "1" }'));
    assert.deepEqual(codesOf(await run('synth')), ['tool-missing']);
    process.env['LOCKSTEP_HELM'] = helm.program;
    // The file of the chart, the index, and the hook, which upgrades: it runs again.
    assert.match((await run('synth')).talk, /^dist\/dev: 15 objects \(3 written, 1 removed, /m);
    writeFileSync(template, text);
    assert.match((await run('synth')).talk, /^dist\/dev: 15 objects \(3 written, 1 removed, /m);
  } finally {
    Object.assign(process.env, before);
  }
});

test('an archive that was changed is told, and fetched again by pin', async () => {
  const archive = at('vendor/helm', registry.host.replace(':', '_'), 'charts', web);
  writeFileSync(archive, readFileSync(join(packed, big)));
  assert.deepEqual(codesOf(await run('synth')), ['chart-altered']);
  rmSync(archive);
  assert.deepEqual(codesOf(await run('synth')), ['chart-missing']);
  assert.equal((await run('pin')).exit, 0);
  assert.deepEqual(readFileSync(archive), readFileSync(join(packed, web)));
  assert.equal((await run('synth')).exit, 0);
});

test('another program is refused, until it is pinned', async () => {
  process.env['LOCKSTEP_HELM'] = helm4.program;
  forgetRendered();
  assert.deepEqual(codesOf(await run('synth', '--no-cache')), ['tool-differs', 'tool-differs', 'tool-differs']);
  assert.equal((await run('pin')).exit, 2);
  const { exit, talk } = await run('pin', '--tools');
  assert.equal(exit, 0, talk);
  assert.match(talk, /^ {2}~ helm v3\.\S+ \(\S+ \w{12}\) → v4\.\S+ \(\S+ \w{12}\)$/m);
  assert.match((await run('synth', '--no-cache')).talk, /^dist\/dev: 15 objects \(unchanged\)$/m);
});

test('a chart that there is not, and one that is not what its index says, are told', async () => {
  const before = lock();
  project.write({ 'environments/dev.ts': environment({ bigVersion: '2.0.0' }) });
  const unknown = await run('pin');
  assert.equal(unknown.exit, 2);
  assert.match(unknown.talk, /error\[chart-unknown\]: `big` of `https:\/\/127\.0\.0\.1:\d+\/stable\/` has no version `2.0.0`/);
  assert.match(unknown.talk, /help: there are `1.0.0`, `0.9.0`/);
  project.write({ 'environments/dev.ts': environment({ bigVersion: '0.9.0' }) });
  assert.match(
    (await run('pin')).talk,
    /error\[chart-damaged\]: what `https:\/\/127\.0\.0\.1:\d+\/stable\/` gives for `big` 0.9.0 has the sha256 \w{64}, not the one of its index/,
  );
  assert.equal(lock(), before);
});
