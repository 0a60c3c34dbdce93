import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Construct } from 'constructs';
import { parse } from 'yaml';
import { defineEnvironment, type Environment } from '../../../src/authoring/environment.ts';
import { writeYaml } from '../../../src/codec/yaml-write.ts';
import { resolve } from '../../../src/compile/resolve.ts';
import { synth } from '../../../src/compile/synth.ts';
import { buildTree } from '../../../src/compile/tree.ts';
import { builtinKindsOf } from '../../../src/imports/builtin-kinds.ts';
import { kindsDefined } from '../../../src/imports/definitions.ts';
import { type Json, type JsonObject, listAt, objectAt, stringAt } from '../../../src/model/json.ts';
import { emptyLockfile } from '../../../src/model/lockfile.ts';
import type { Manifest } from '../../../src/model/manifest.ts';
import type { Cluster } from '../../../src/ports.ts';
import { openReal } from '../../contract/real.ts';
import { type ControlPlane, startControlPlane } from '../../controlplane/start.ts';
import { inParallel } from '../../differential/compare.ts';
import { runCommand } from '../../support/command.ts';
import { makeProject, openProject, type Project } from '../../support/project.ts';
import { ToolFailure } from '../../support/toolfailure.ts';
import { withoutConstraints } from './bare.ts';
import { chartText } from './chart.ts';
import { leavesIn, lost } from './loss.ts';
import { keyOf, samplesOf } from './samples.ts';
import { type FetchedSet, fetchSet, sets, usual } from './sets.ts';
import { tsconfig, typeErrors } from './strict.ts';

/** LOCKSTEP_IMPORTS=all tries all sets that are known, which takes some minutes; else the first ones. */
const chosen = process.env['LOCKSTEP_IMPORTS'] === 'all' ? sets : sets.slice(0, usual);

const environment = `import { readFileSync } from 'node:fs';
import { ApiObject, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { defineEnvironment } from 'lockstep';
import { make } from '../charts/made.js';

function define(scope: Construct): void {
  const chart = new Chart(scope, 'defined');
  new ApiObject(chart, 'sample', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'sample' } });
  for (const one of JSON.parse(readFileSync(new URL('../crds.json', import.meta.url), 'utf8'))) new ApiObject(chart, one.metadata.name, one);
}

export default defineEnvironment({ name: 'real', cluster: 'one', kubernetes: '1.35', charts: { define, make } });
`;

/** The errors among what was said, as many as anybody reads. */
function errorsIn(said: string): string {
  return said
    .split(/\n(?=\w+\[)/)
    .filter((one) => one.startsWith('error'))
    .slice(0, 10)
    .join('\n');
}

/** The objects of a chart, as they are rendered. */
async function rendered({ folder, world }: Project, chart: string): Promise<ReadonlyMap<string, Manifest>> {
  const files = (await world.files.list(`dist/real/${chart}`)).map((path) =>
    readFileSync(join(folder, `dist/real/${chart}`, path), 'utf8'),
  );
  const manifests = files.map((text) => parse(text) as Manifest);
  return new Map(manifests.map((manifest) => [keyOf(manifest), manifest]));
}

/** The chosen sets, or why they cannot be had: without Go there are none. */
async function fetchAll(): Promise<readonly FetchedSet[] | { readonly missing: string }> {
  try {
    return await Promise.all(chosen.map(fetchSet));
  } catch (thrown) {
    if (!(thrown instanceof ToolFailure)) throw thrown;
    return { missing: thrown.message };
  }
}

describe('constructs of definitions that are published', () => {
  let plane: ControlPlane;
  let cluster: Cluster;

  before(async () => {
    plane = await startControlPlane({ without: ['kube-controller-manager', 'kube-scheduler', 'kwok'] });
    cluster = openReal(plane.kubeconfig);
  });
  after(async () => {
    await cluster?.close();
    await plane?.stop();
  });

  test('compile, and lose no field on the way to the API server', async (t) => {
    const fetched = await fetchAll();
    if ('missing' in fetched) return t.skip(fetched.missing);
    const definitions = fetched.flatMap((set) => set.definitions);
    const kinds = kindsDefined(definitions.map((manifest) => ({ manifest, placeOf: () => ({}) }))).value;
    const clusterScoped = new Set(
      definitions.filter((one) => stringAt(one, 'spec', 'scope') === 'Cluster').map((one) => stringAt(one, 'spec', 'names', 'kind')),
    );
    const samples = samplesOf(kinds, {
      moduleOf: (group) => `../imports/${group}.js`,
      namespaceOf: ({ kind }) => (clusterScoped.has(kind) ? undefined : 'sample'),
    });
    const project = makeProject(t, {
      'tsconfig.json': tsconfig,
      'charts/made.ts': chartText(samples),
      'environments/real.ts': environment,
      'crds.json': JSON.stringify(definitions.flatMap((one) => storedIn(one, servedOf(one)[0]))),
    });
    const clock = stopwatch();
    const imported = await runCommand(openProject(project.folder), ['import', ...fetched.map(({ path }) => path)]);
    assert.equal(imported.exit, 0, imported.said);
    const importing = clock();
    assert.equal(typeErrors(project), '');
    const checking = clock();
    const synthesized = await runCommand(openProject(project.folder), ['synth', '--no-cache']);
    assert.equal(synthesized.exit, 0, errorsIn(synthesized.said));
    const objects = await rendered(project, 'make');
    for (const { manifest } of samples) assert.deepEqual(objects.get(keyOf(manifest)), manifest, keyOf(manifest));
    const synthesizing = clock();
    await install(cluster, [namespace]);
    for (let round = 0; round < mostVersions(definitions); round++) {
      const stored = definitions.flatMap((one) => storedIn(one, servedOf(one)[round]));
      await install(cluster, stored);
      const versions = new Set(stored.map(storedKind));
      const now = samples.filter(({ manifest }) => versions.has(`${manifest.apiVersion}/${manifest.kind}`));
      await inParallel(now, 8, ({ manifest }) => comesBack(cluster, objects.get(keyOf(manifest)) as Manifest));
    }
    const leaves = samples.reduce((sum, { manifest }) => sum + leavesIn(manifest as unknown as Json), 0);
    assert.ok(samples.length > 50 && leaves > 4_000, `${samples.length} samples, ${leaves} values`);
    const seconds = { importing, checking, synthesizing, applying: clock() };
    t.diagnostic(`${samples.length} versions of ${definitions.length} kinds, ${leaves} values: ${JSON.stringify(seconds)} s`);
  });
});

const namespace: Manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'sample' } } as Manifest;

function servedOf(definition: Manifest): readonly string[] {
  const served = listAt(definition, 'spec', 'versions').filter((version) => objectAt(version)['served'] === true);
  return served.map((version) => stringAt(version, 'name') ?? '');
}

function mostVersions(definitions: readonly Manifest[]): number {
  return Math.max(...definitions.map((one) => servedOf(one).length));
}

function storedIn(definition: Manifest, version: string | undefined): readonly Manifest[] {
  return version === undefined ? [] : [withoutConstraints(definition, version)];
}

/** The apiVersion and the kind of what a definition stores. */
function storedKind(definition: Manifest): string {
  const version = listAt(definition, 'spec', 'versions').find((one) => objectAt(one)['storage'] === true);
  return `${stringAt(definition, 'spec', 'group')}/${stringAt(version, 'name')}/${stringAt(definition, 'spec', 'names', 'kind')}`;
}

/** Milliseconds within which the API server acts on a definition. */
const patience = 240_000;

/** Asks the API server for what it would make of `manifest`, until that has all of it: it may not yet know its definition as it is now. */
async function comesBack(cluster: Cluster, manifest: Manifest): Promise<void> {
  const end = performance.now() + patience;
  for (;;) {
    const answer = await cluster.apply(manifest, { manager: 'sample', dryRun: true });
    const missing = answer.ok ? lost(manifest as unknown as Json, answer.value.object as unknown as Json) : [JSON.stringify(answer)];
    if (missing.length === 0) return;
    if (performance.now() > end) assert.deepEqual(missing, [], keyOf(manifest));
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

async function install(cluster: Cluster, manifests: readonly Manifest[]): Promise<void> {
  await inParallel(manifests, 8, async (manifest) => {
    const answer = await cluster.apply(manifest, { manager: 'sample' });
    assert.ok(answer.ok, `${manifest.metadata.name}: ${JSON.stringify(answer)}`);
  });
}

/** Seconds since it was asked the last time, with one digit behind the point. */
function stopwatch(): () => number {
  let before = performance.now();
  return () => {
    const passed = performance.now() - before;
    before += passed;
    return Math.round(passed / 100) / 10;
  };
}

test("constructs of all of Kubernetes' own kinds compile, and lose no field", async (t) => {
  const samples = samplesOf(builtinKindsOf('1.35'), {
    moduleOf: (group) => `../imports/kubernetes-1.35/${group || 'core'}.js`,
    namespaceOf: () => undefined,
  });
  const project = makeProject(t, { 'tsconfig.json': tsconfig, 'charts/made.ts': chartText(samples) });
  assert.equal((await runCommand(openProject(project.folder), ['import', 'kubernetes@1.35'])).exit, 0);
  assert.equal(typeErrors(project), '');
  const { make } = (await import(pathToFileURL(join(project.folder, 'charts/made.ts')).href)) as {
    readonly make: (scope: Construct) => void;
  };
  const environment = defineEnvironment({ name: 'real', cluster: 'one', kubernetes: '1.35', charts: { make } });
  const given = { lock: emptyLockfile, today: '2026-06-01', root: project.folder, file: 'environment.ts' };
  const resolved = resolve(environment as Environment, given);
  assert.ok(resolved.value !== undefined, JSON.stringify(resolved.diagnostics));
  const { value: drafts, diagnostics } = synth(buildTree(resolved.value, given).value, given.root);
  assert.deepEqual(diagnostics, []);
  const written = new Map(drafts.map(({ manifest }) => [keyOf(manifest), parse(writeYaml(manifest as unknown as JsonObject)) as Manifest]));
  let leaves = 0;
  for (const { manifest } of samples) {
    assert.deepEqual(written.get(keyOf(manifest)), manifest);
    leaves += leavesIn(manifest as unknown as Json);
  }
  t.diagnostic(`${samples.length} versions of kinds, ${leaves} values`);
  assert.ok(samples.length > 80 && leaves > 5_000);
});
