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
import { type Json, type JsonObject, stringAt } from '../../../src/model/json.ts';
import { emptyLockfile } from '../../../src/model/lockfile.ts';
import type { Manifest } from '../../../src/model/manifest.ts';
import type { Cluster } from '../../../src/ports.ts';
import { openReal } from '../../contract/real.ts';
import { type ControlPlane, startControlPlane } from '../../controlplane/start.ts';
import { inParallel } from '../../differential/compare.ts';
import { runCommand } from '../../support/command.ts';
import { makeProject, openProject, type Project } from '../../support/project.ts';
import { ToolFailure } from '../../support/toolfailure.ts';
import { chartText } from './chart.ts';
import { leavesIn, lost } from './loss.ts';
import { asPublished, takenOf } from './published.ts';
import { keyOf, samplesOf } from './samples.ts';
import { comesBack, install } from './server.ts';
import { type FetchedSet, fetchSet, sets, usual } from './sets.ts';
import { tsconfig, typeErrors } from './strict.ts';
import { kindOf, mostVersions, servedOf, storedIn, storedKind } from './versions.ts';

/** LOCKSTEP_IMPORTS=all tries all sets that are known, which takes some minutes; else the first ones. */
const isAll = process.env['LOCKSTEP_IMPORTS'] === 'all';
const chosen = isAll ? sets : sets.slice(0, usual);

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

/** The chosen sets, with samples of what they define. */
async function readAll() {
  const fetched = await fetchAll();
  if ('missing' in fetched) return fetched;
  const definitions = fetched.flatMap((set) => set.definitions);
  const kinds = kindsDefined(definitions.map((manifest) => ({ manifest, placeOf: () => ({}) }))).value;
  const clusterScoped = new Set(
    definitions.filter((one) => stringAt(one, 'spec', 'scope') === 'Cluster').map((one) => stringAt(one, 'spec', 'names', 'kind')),
  );
  const samples = samplesOf(kinds, {
    moduleOf: (group) => `../imports/${group}.js`,
    namespaceOf: ({ kind }) => (clusterScoped.has(kind) ? undefined : 'sample'),
  });
  return { fetched, definitions, samples };
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

  test('lose no field that their rules let them have', { skip: !isAll && 'LOCKSTEP_IMPORTS=all' }, async (t) => {
    const known = await readAll();
    if ('missing' in known) return t.skip(known.missing);
    const { definitions, samples } = known;
    await install(cluster, [namespace, ...definitions.map(asPublished)]);
    const refused: string[] = [];
    const values = { written: 0, taken: 0 };
    const stored = definitions.flatMap((definition) =>
      samples.filter(({ manifest }) => storedKind(definition) === kindOf(manifest)).map(({ manifest }) => ({ definition, manifest })),
    );
    await inParallel(stored, 8, async ({ definition, manifest }) => {
      const taken = await takenOf(plane, manifest, definition);
      values.written += leavesIn(manifest as unknown as Json);
      if (taken.sent === undefined) return void refused.push(`${keyOf(manifest)}: ${taken.why.slice(0, 200)}`);
      values.taken += leavesIn(taken.sent as unknown as Json);
      assert.deepEqual(lost(taken.sent as unknown as Json, taken.came), [], keyOf(manifest));
    });
    t.diagnostic(`${stored.length - refused.length} of ${stored.length} kinds, ${values.taken} of ${values.written} values`);
    for (const one of refused) t.diagnostic(one);
    assert.ok(refused.length < stored.length / 3 && values.taken > values.written / 2);
  });

  test('compile, and lose no field on the way to the API server', async (t) => {
    const known = await readAll();
    if ('missing' in known) return t.skip(known.missing);
    const { fetched, definitions, samples } = known;
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
      const now = samples.filter(({ manifest }) => versions.has(kindOf(manifest)));
      await inParallel(now, 8, ({ manifest }) => comesBack(cluster, objects.get(keyOf(manifest)) as Manifest));
    }
    const leaves = samples.reduce((sum, { manifest }) => sum + leavesIn(manifest as unknown as Json), 0);
    assert.ok(samples.length > 50 && leaves > 4_000, `${samples.length} samples, ${leaves} values`);
    const seconds = { importing, checking, synthesizing, applying: clock() };
    t.diagnostic(`${samples.length} versions of ${definitions.length} kinds, ${leaves} values: ${JSON.stringify(seconds)} s`);
  });
});

const namespace: Manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'sample' } } as Manifest;

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
