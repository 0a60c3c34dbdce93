import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { openRepository } from '../../src/io/git/repository.ts';
import { Failure } from '../../src/model/failure.ts';
import { type ChartReference, chartKey } from '../../src/model/inclusion.ts';
import { sha256Of } from '../../src/model/sha256.ts';
import type { World } from '../../src/ports.ts';
import { pinOf, realTool } from '../helm/tools.ts';
import { type Ended, runCommand } from '../support/command.ts';
import { makeProject } from '../support/project.ts';
import { gitEnvironment, temporaryFolder } from '../support/repository.ts';

/** Charts of one name and version, packed by the real Helm: what is rendered of them uses one image. */
const context = { after } as unknown as TestContext;
const { program } = await realTool('helm');
process.env['LOCKSTEP_HELM'] = program;
const image = 'registry.invalid/web:1';
const digest = `sha256:${'d'.repeat(64)}`;
const packed = (name: string, version: string, note: string): Buffer => {
  const folder = temporaryFolder(context);
  const source = makeProject(context, {
    [`${name}/Chart.yaml`]: `apiVersion: v2\nname: ${name}\nversion: ${version}\n`,
    [`${name}/templates/pod.yaml`]: `apiVersion: v1
kind: Pod
metadata: { name: ${name}, annotations: { note: ${note} } }
spec: { containers: [{ name: web, image: '${image}' }] }
`,
  });
  execFileSync(program, ['package', join(source.folder, name), '--destination', folder], { stdio: 'pipe' });
  return readFileSync(join(folder, `${name}-${version}.tgz`));
};
const url = 'oci://registry.invalid/charts/web';
const [first, second, newer] = [packed('web', '1.0.0', 'first'), packed('web', '1.0.0', 'second'), packed('web', '1.1.0', 'newer')];
const archive = 'vendor/helm/registry.invalid/charts/web-1.0.0.tgz';

const environment = (name: string, version: string | undefined): string => `
import { Chart } from 'cdk8s';
import { defineChart, defineEnvironment, HelmChart } from 'lockstep';
import { z } from 'zod';
const shop = defineChart({
  namespace: 'default',
  values: z.object({}),
  build(chart) { ${version === undefined ? '' : `new HelmChart(chart, 'web', { chart: '${url}', version: '${version}' });`} },
});
export default defineEnvironment({ name: '${name}', cluster: 'c', kubernetes: '1.35', charts: { shop } });
`;
const tools = `tools:\n  helm:\n    sha256:\n${Object.entries(pinOf(program, 'v3').sha256)
  .map(([platform, sha256]) => `      ${platform}: ${sha256}\n`)
  .join('')}    version: v3\n`;
const images = `images:\n  ${image}:\n    digest: ${digest}\n`;
const locking = (bytes: Buffer, version = '1.0.0'): string =>
  `${tools}charts:\n  ${url}:${version}:\n    sha256: ${sha256Of(bytes)}\n${images}`;

/** A project whose repository of charts serves these, by their keys; a missing one fails. */
function open(t: TestContext, files: Readonly<Record<string, string>>, archives: Readonly<Record<string, Buffer>> = {}) {
  const project = makeProject(t, files);
  const served = new Map<string, Buffer>();
  const asked: string[] = [];
  const fetch = async (chart: ChartReference): Promise<Buffer> => {
    asked.push(chartKey(chart));
    const bytes = served.get(chartKey(chart));
    if (bytes === undefined) throw new Failure('registry-unreachable', `\`${chart.url}\` cannot be asked`);
    return bytes;
  };
  const found = async () => ({ digest, platforms: [] });
  const world: Partial<World> = {
    ...project.world,
    charts: async () => ({ fetch }),
    registry: async () => ({ find: found, digest: async () => digest, tags: async () => [], async *signatures() {} }),
    repository: () => openRepository({ folder: project.folder, env: gitEnvironment(join(`${project.folder}-cache`, 'home')) }),
  };
  const at = (path: string): string => join(project.folder, path);
  const put = (path: string, bytes: Buffer): void => {
    project.write({ [path]: '' });
    writeFileSync(at(path), bytes);
  };
  for (const [path, bytes] of Object.entries(archives)) put(path, bytes);
  return {
    served,
    asked,
    at,
    put,
    write: project.write,
    lock: (name: string): string => readFileSync(at(`environments/${name}.lock.yaml`), 'utf8'),
    pin: (...args: readonly string[]): Promise<Ended> => runCommand(world, ['pin', ...args]),
  };
}

const codesIn = ({ said }: Ended): readonly string[] =>
  [...said.matchAll(/^(?:error|warning|note)\[([^\]]+)\]/gm)].map(([, code = '']) => code);
const [dev, prod] = ['environments/dev', 'environments/prod'];
const both = { [`${dev}.ts`]: environment('dev', '1.0.0'), [`${prod}.ts`]: environment('prod', '1.0.0') };

test('another environment takes the archive that a lock names, and asks nobody for it', async (t) => {
  const { served, asked, at, lock, pin } = open(t, { ...both, [`${dev}.lock.yaml`]: locking(first) }, { [archive]: first });
  served.set(`${url}:1.0.0`, second);
  const due = await pin('prod', '--check');
  assert.deepEqual([due.exit, codesIn(due)], [1, []], due.said);
  const { exit, said } = await pin('prod');
  assert.equal(exit, 0, said);
  assert.deepEqual(asked, []);
  assert.match(lock('prod'), new RegExp(`sha256: "?${sha256Of(first)}`));
  assert.deepEqual(readFileSync(at(archive)), first);
});

test('what is fetched for another environment has to be what the locks name that share it, all of which are told', async (t) => {
  const locked = { ...both, [`${dev}.lock.yaml`]: locking(first), 'environments/old.lock.yaml': locking(first) };
  const { served, at, write, lock, pin } = open(t, locked);
  served.set(`${url}:1.0.0`, second);
  const { exit, said } = await pin('prod');
  assert.equal(exit, 3, said);
  assert.match(said, /^error\[chart-damaged\].* sha256 is \w{64}, and \w{64} is expected$/m);
  assert.match(said, /help: .* in `environments\/dev.lock.yaml`, `environments\/old.lock.yaml`, and run `lockstep pin`/);
  assert.equal(existsSync(at(archive)), false);
  // What nobody names any more is taken as it is now, by all of them.
  write({ [`${dev}.lock.yaml`]: images, 'environments/old.lock.yaml': images });
  assert.equal((await pin('dev', 'prod')).exit, 0);
  for (const name of ['dev', 'prod']) assert.match(lock(name), new RegExp(`sha256: "?${sha256Of(second)}`));
});

test('locks that disagree about an archive are named, and nothing is written', async (t) => {
  const locked = { ...both, [`${dev}.lock.yaml`]: locking(first), [`${prod}.lock.yaml`]: locking(second) };
  const { asked, at, write, lock, pin } = open(t, locked, { [archive]: second });
  for (const args of [['dev'], ['prod'], ['--check']]) {
    const { exit, said } = await pin(...args);
    assert.equal(exit, 2, said);
    const about = (bytes: Buffer): string => `${sha256Of(bytes).slice(0, 12)}…`;
    const words = `${about(first)} in \`environments/dev.lock.yaml\`, ${about(second)} in \`environments/prod.lock.yaml\``;
    assert.ok(
      said.includes(`error[chart-locks-differ]: \`${archive}\` is one archive, and locks disagree about its sha256: ${words}`),
      said,
    );
    assert.match(said, /help: remove its entry from `charts` in `environments\/dev.lock.yaml`, unless .*, and run `lockstep pin`/);
    assert.doesNotMatch(said, /chart-altered/);
  }
  assert.deepEqual([readFileSync(at(archive)), asked, lock('dev')], [second, [], locking(first)]);
  write({ [`${dev}.lock.yaml`]: images });
  assert.equal((await pin('dev', 'prod')).exit, 0);
  assert.match(lock('dev'), new RegExp(`sha256: "?${sha256Of(second)}`));
});

test('the lock of an environment that is rendered from a commit says nothing of the archives of the work tree', async (t) => {
  const elsewhere = `source: ${'a'.repeat(40)}\n${locking(first)}`;
  const { served, at, pin } = open(t, { [`${dev}.ts`]: environment('dev', '1.0.0'), [`${prod}.lock.yaml`]: elsewhere });
  served.set(`${url}:1.0.0`, second);
  const { exit, said } = await pin('dev');
  assert.equal(exit, 0, said);
  assert.deepEqual(readFileSync(at(archive)), second);
});

test('two charts that would lie in one archive are refused', async (t) => {
  const two = environment('dev', '1.0.0').replace(
    "new HelmChart(chart, 'web'",
    "new HelmChart(chart, 'other', { chart: 'https://registry.invalid/charts/web', version: '1.0.0' }); $&",
  );
  const { served, pin } = open(t, { [`${dev}.ts`]: two });
  served.set(`${url}:1.0.0`, first).set('https://registry.invalid/charts/web:1.0.0', second);
  const ended = await pin();
  assert.deepEqual([ended.exit, codesIn(ended)], [2, ['chart-locks-differ']], ended.said);
});

test('what is included no more leaves the lock, with the archive that no lock names', async (t) => {
  const files = { [`${dev}.ts`]: environment('dev', undefined), [`${dev}.lock.yaml`]: locking(first) };
  const { at, lock, pin } = open(t, files, { [archive]: first, 'vendor/helm/mine-1.0.0.tgz': second });
  const due = await pin('--check');
  assert.equal(due.exit, 1, due.said);
  assert.match(due.said, /^ {2}- helm v3 \(.*\)\n {2}- oci:\/\/registry\.invalid\/charts\/web:1\.0\.0 sha256:\w{12}$/m);
  assert.ok(existsSync(at(archive)));
  const { exit, said } = await pin();
  assert.equal(exit, 0, said);
  assert.doesNotMatch(lock('dev'), /tools|charts/);
  assert.match(said, new RegExp(`^${archive}: removed, since no lock names it any more$`, 'm'));
  assert.deepEqual([existsSync(at(archive)), existsSync(at('vendor/helm/mine-1.0.0.tgz'))], [false, true]);
  assert.equal((await pin('--check')).exit, 0);
});

test('the archive that was written stays where a file system takes the one before it, of another case, for the same', async (t) => {
  const [loud, before] = [url.replace('charts', 'Charts'), archive.replace('charts', 'Charts')];
  const locked = { [`${dev}.ts`]: environment('dev', '1.0.0'), [`${dev}.lock.yaml`]: locking(first).replace(url, loud) };
  const apart = open(t, locked, { [before]: first });
  apart.served.set(`${url}:1.0.0`, first);
  const { said } = await apart.pin();
  assert.match(said, new RegExp(`^${before}: removed, since no lock names it any more$`, 'm'));
  assert.deepEqual([existsSync(apart.at(archive)), existsSync(apart.at(before))], [true, false]);
  // A link gives one file two names, as not to look at the case does.
  const alike = open(t, locked, { [archive]: first });
  alike.served.set(`${url}:1.0.0`, first);
  symlinkSync('charts', alike.at('vendor/helm/registry.invalid/Charts'));
  const { exit, said: words } = await alike.pin();
  assert.equal(exit, 0, words);
  assert.doesNotMatch(words, /removed/);
  assert.deepEqual(readFileSync(alike.at(archive)), first);
});

const kept: readonly (readonly [what: string, files: Readonly<Record<string, string>>, there: Buffer])[] = [
  ['that another lock names', { [`${prod}.lock.yaml`]: locking(first) }, first],
  ['where a lock cannot be read', { [`${prod}.lock.yaml`]: '<<<<<<< HEAD\n' }, first],
  ['that is not the one that was locked', {}, second],
];
for (const [what, files, there] of kept) {
  test(`an archive stays ${what}`, async (t) => {
    const { at, lock, pin } = open(
      t,
      { [`${dev}.ts`]: environment('dev', undefined), [`${dev}.lock.yaml`]: locking(first), ...files },
      { [archive]: there },
    );
    const { exit, said } = await pin('dev');
    assert.equal(exit, 0, said);
    assert.doesNotMatch(lock('dev'), /charts/);
    assert.ok(existsSync(at(archive)));
  });
}

test('another version of a chart takes the place of the one before', async (t) => {
  const { served, at, pin } = open(
    t,
    { [`${dev}.ts`]: environment('dev', '1.1.0'), [`${dev}.lock.yaml`]: locking(first) },
    { [archive]: first },
  );
  served.set(`${url}:1.1.0`, newer);
  const due = await pin('--check');
  assert.equal(due.exit, 1, due.said);
  // Images of a chart that is not there are not known: those that are locked are not told to be used no more.
  assert.match(due.said, /^environments\/dev\.lock\.yaml: images are not known before its charts are fetched$/m);
  assert.doesNotMatch(due.said, /registry\.invalid\/web:1/);
  assert.equal((await pin('--check', '--image', 'web')).exit, 1);
  assert.ok(existsSync(at(archive)));
  const { exit, said } = await pin();
  assert.equal(exit, 0, said);
  assert.deepEqual([existsSync(at(archive)), existsSync(at(archive.replace('1.0.0', '1.1.0')))], [false, true]);
});

test('a chart that cannot be fetched is told, and nothing that follows from it', async (t) => {
  const { lock, pin } = open(t, { [`${dev}.ts`]: environment('dev', '1.1.0'), [`${dev}.lock.yaml`]: locking(first) }, { [archive]: first });
  for (const args of [[], ['--check']]) {
    const ended = await pin(...args);
    assert.deepEqual([ended.exit, codesIn(ended)], [3, ['registry-unreachable']], ended.said);
  }
  assert.equal(lock('dev'), locking(first));
});

test('all that is wrong beside a chart that is not fetched yet is told at once', async (t) => {
  const wrong = `new HelmChart(chart, 'web', { chart: '${url}', version: '1.0.0' });
    new HelmChart(chart, 'other', { chart: '${url}', version: '1.0.0', hooks: 'perhaps' as never });
    new Kustomization(chart, 'base', { path: '../base' });
    chart.node.addValidation({ validate: () => ['no moon'] });`;
  const text = environment('dev', undefined).replace('HelmChart }', 'HelmChart, Kustomization }').replace('build(chart) {', `$&${wrong}`);
  const { served, pin } = open(t, { [`${dev}.ts`]: text });
  const found = ['inclusion-invalid', 'inclusion-invalid', 'construct-invalid'];
  const unfetched = await pin('--check');
  assert.deepEqual([unfetched.exit, codesIn(unfetched).toSorted()], [3, [...found, 'registry-unreachable'].toSorted()], unfetched.said);
  served.set(`${url}:1.0.0`, first);
  for (const args of [['--check'], []]) {
    const ended = await pin(...args);
    assert.deepEqual([ended.exit, codesIn(ended).toSorted()], [2, found.toSorted()], ended.said);
  }
});

const ignoring: readonly (readonly [pattern: string, said: string, remedy: string])[] = [
  ['*.tgz', '`*.tgz` in `.gitignore`, line 2', '!/vendor/helm/**/*.tgz'],
  ['vendor/', '`vendor/` in `.gitignore`, line 2', '!/vendor/'],
];
for (const [pattern, words, remedy] of ignoring) {
  test(`an archive that git ignores by \`${pattern}\` is warned of, until it does no more`, async (t) => {
    const { served, at, write, pin } = open(t, { [`${dev}.ts`]: environment('dev', '1.0.0'), '.gitignore': `dist\n${pattern}\n` });
    served.set(`${url}:1.0.0`, first);
    assert.deepEqual(codesIn(await pin()), [], 'there is no repository');
    execFileSync('git', ['init', '--quiet', at('.')]);
    for (const args of [[], ['--check']]) {
      const ended = await pin(...args);
      assert.deepEqual([ended.exit, codesIn(ended)], [0, ['chart-ignored']], ended.said);
      assert.ok(ended.said.includes(`git leaves \`${archive}\` out of commits, by ${words}: `), ended.said);
      assert.ok(ended.said.includes(`help: write \`${remedy}\` at the end of the \`.gitignore\` of the project`), ended.said);
    }
    write({ '.gitignore': `dist\n${pattern}\n${remedy}\n` });
    assert.deepEqual(codesIn(await pin()), []);
    write({ '.gitignore': `dist\n${pattern}\n` });
    execFileSync('git', ['-C', at('.'), 'add', '--force', archive]);
    assert.deepEqual(codesIn(await pin()), [], 'git holds it');
  });
}
