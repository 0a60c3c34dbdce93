import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergedPin, relocked, wantedBy } from '../../../src/compile/include/relock.ts';
import { requestOf } from '../../../src/compile/include/request.ts';
import type { Inclusion } from '../../../src/model/inclusion.ts';
import type { Lockfile } from '../../../src/model/lockfile.ts';

const sha256 = 'ab'.repeat(32);
const helm = { version: 'v3.22.0', sha256: { 'linux-amd64': sha256 } };
const release = { release: 'web', namespace: 'shop', kubernetes: '1.35', apiVersions: [], values: {} };
const web: Inclusion = {
  construct: 'shop/web',
  tool: 'helm',
  ...release,
  chart: { url: 'oci://registry.test:5000/charts/web', version: '1.2.3' },
};
const local: Inclusion = { construct: 'shop/local', tool: 'helm', ...release, chart: { folder: 'charts/local' } };
const extra: Inclusion = { construct: 'shop/extra', tool: 'kustomize', folder: 'extra' };
const key = 'oci://registry.test:5000/charts/web:1.2.3';
const whole: Lockfile = { images: {}, tools: { helm, kustomize: helm }, charts: { [key]: { sha256 } } };

test('what is rendered is what the lock names', () => {
  const archive = 'vendor/helm/registry.test_5000/charts/web-1.2.3.tgz';
  assert.deepEqual(requestOf(web, whole, 'dev'), {
    ok: true,
    request: { tool: 'helm', ...release, chart: { archive, sha256 }, pin: helm },
  });
  assert.deepEqual(requestOf(local, whole, 'dev'), { ok: true, request: { tool: 'helm', ...release, chart: local.chart, pin: helm } });
  assert.deepEqual(requestOf(extra, whole, 'dev'), { ok: true, request: { tool: 'kustomize', folder: 'extra', pin: helm } });
});

const lacking: readonly (readonly [Inclusion, Lockfile, string, string])[] = [
  [web, { images: {} }, 'tool-unlocked', 'the lock does not say which `helm` renders this'],
  [extra, { images: {}, tools: { helm } }, 'tool-unlocked', 'the lock does not say which `kustomize` renders this'],
  [web, { images: {}, tools: { helm } }, 'chart-unlocked', `the lock does not hold the chart \`${key}\``],
  [web, { ...whole, charts: { [`${key}4`]: { sha256 } } }, 'chart-unlocked', `the lock does not hold the chart \`${key}\``],
];

for (const [inclusion, lock, code, message] of lacking) {
  test(`what the lock lacks is told: ${code} for ${inclusion.construct}`, () => {
    const help = 'run `lockstep pin dev`, and commit what it writes';
    assert.deepEqual(requestOf(inclusion, lock, 'dev'), { ok: false, problem: { code, severity: 'error', message, help } });
  });
}

test('a lock gets what is needed, loses what is not, and tells what changed', () => {
  const { charts, tools } = wantedBy([web, local, web]);
  assert.deepEqual([[...charts.keys()], [...tools]], [[key], ['helm']]);
  const { lock, changes } = relocked(whole, { tools: { helm: { ...helm, version: 'v4.0.0' } }, charts: {} });
  assert.deepEqual(lock, { images: {}, tools: { helm: { ...helm, version: 'v4.0.0' } } });
  assert.deepEqual(changes, [
    {
      name: 'helm',
      status: 'moved',
      is: `v4.0.0 (linux-amd64 ${sha256.slice(0, 12)})`,
      was: `v3.22.0 (linux-amd64 ${sha256.slice(0, 12)})`,
    },
    { name: 'kustomize', status: 'unused', is: undefined, was: `v3.22.0 (linux-amd64 ${sha256.slice(0, 12)})` },
    { name: key, status: 'unused', is: undefined, was: 'sha256:abababababab' },
  ]);
  const rebuilt = relocked(whole, {
    tools: { ...whole.tools, helm: { ...helm, sha256: { 'linux-amd64': 'ee'.repeat(32) } } },
    charts: whole.charts ?? {},
  });
  assert.deepEqual(
    rebuilt.changes.map(({ name, status }) => [name, status]),
    [['helm', 'moved']],
  );
  assert.deepEqual(relocked(whole, { tools: whole.tools ?? {}, charts: whole.charts ?? {} }), { lock: whole, changes: [] });
});

test('a program of another platform is pinned beside the first, one of another version in its place', () => {
  const found = { version: 'v3.22.0', platform: 'darwin-arm64', sha256 };
  assert.deepEqual(Object.keys(mergedPin(helm, found).sha256), ['linux-amd64', 'darwin-arm64']);
  assert.deepEqual(Object.keys(mergedPin(helm, { ...found, version: 'v4.0.0' }).sha256), ['darwin-arm64']);
  assert.deepEqual(mergedPin(undefined, found), { version: 'v3.22.0', sha256: { 'darwin-arm64': sha256 } });
});
