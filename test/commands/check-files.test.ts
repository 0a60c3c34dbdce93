import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { exitCodes, Failure } from '../../src/model/failure.ts';
import { runCommand } from '../support/command.ts';
import { makeProject } from '../support/project.ts';

const map = (name: string, more = '') => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${more}`;
const environment = `import { defineEnvironment, definePolicy } from 'lockstep';
const named = definePolicy({ name: 'named', on: ['ConfigMap'], check: ({ metadata }) => (metadata.name === 'b' ? 'b is no name' : undefined) });
export default defineEnvironment({ name: 'dev', cluster: 'c', kubernetes: '1.30', policies: { named } });
`;
const files = {
  'out/a.yaml': map('a'),
  'out/deep/b.yml': `${map('b')}---\n${map('c', 'dta: {}\n')}`,
  'out/d.json': '{ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "d" } }',
  'out/values.yaml': 'a: 1\n',
  'out/notes.txt': 'no: yaml: at: all\n',
  'out/.hidden/x.yaml': 'kind: [\n',
  'out/node_modules/x/x.yaml': 'apiVersion: [\n',
};

test('a folder is checked with all below it, at the lines of its files', async (t) => {
  const { world } = makeProject(t, files);
  const { exit, out, said } = await runCommand(world, ['check', './out/']);
  assert.deepEqual([exit, out], [exitCodes.input, '']);
  assert.equal(
    said,
    `note[files-skipped]: files without Kubernetes objects were skipped: \`out/values.yaml\`
error[field-unknown]: there is no field \`dta\` of ConfigMap
  at out/deep/b.yml:10:1 · ConfigMap/c · /dta
  help: did you mean \`data\`?
1 error, 1 note
\`lockstep explain field-unknown\` tells more`,
  );
});

test('links are not followed, and a file is one whatever its name', async (t) => {
  const { world, folder, write } = makeProject(t, { 'out/a.yaml': map('a') });
  write({ 'elsewhere/b': map('b', 'dta: {}\n'), 'elsewhere/x.yaml': 'kind: [\napiVersion: v1\n' });
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'out/linked'));
  symlinkSync(join(folder, 'elsewhere/x.yaml'), join(folder, 'out/x.yaml'));
  assert.deepEqual(await runCommand(world, ['check', 'out/']), { exit: exitCodes.done, out: '', said: 'no errors in 1 object of 1 file' });
  assert.match((await runCommand(world, ['check', './elsewhere/b'])).said, /at elsewhere\/b:5:1/);
});

test('standard input is checked, too', async (t) => {
  const { world } = makeProject(t, {});
  const { said } = await runCommand({ ...world, input: async () => map('a', 'dta: {}\n') }, ['check', '-']);
  assert.match(said, /at standard input:5:1 · ConfigMap\/a · \/dta/);
});

test('as JSON it is what was found, and how much was looked at', async (t) => {
  const { world } = makeProject(t, { 'a.yaml': map('a') });
  const { exit, out } = await runCommand(world, ['check', 'a.yaml', '--output', 'json']);
  assert.deepEqual([exit, JSON.parse(out)], [exitCodes.done, { files: 1, objects: 1, diagnostics: [], exit: exitCodes.done }]);
});

const empty: readonly (readonly [string, Readonly<Record<string, string>>, RegExp])[] = [
  ['./nowhere', {}, /there is nothing at `\.\/nowhere`/],
  ['./out', { 'out/readme.md': 'x' }, /there is no Kubernetes object in `\.\/out`/],
  ['./out', { 'out/Chart.yaml': 'name: x\n', 'out/templates/x.yaml': '{{ apiVersion }}\n' }, /there is no Kubernetes object in `\.\/out`/],
];
for (const [path, given, message] of empty) {
  test(`a check of nothing is an error: ${message.source}`, async (t) => {
    const { world } = makeProject(t, given);
    const { exit, said } = await runCommand(world, ['check', path]);
    assert.equal(exit, exitCodes.input);
    assert.match(said, message);
  });
}

const config = (data: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n${data}`;
const laughs = Array.from({ length: 9 }, (_, i) => `  a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(', ')}]\n`).join('');
const hostile: readonly (readonly [title: string, text: string, said: RegExp])[] = [
  ['aliases of aliases', config(`data:\n  a0: &a0 [x]\n${laughs}`), /aliases stand for more than 10000 values/],
  ['lists in lists', config(`data: ${'['.repeat(20_000)}${']'.repeat(20_000)}\n`), /nested too deeply/],
  [
    'objects in objects',
    config(`data:\n${Array.from({ length: 3000 }, (_, i) => `${' '.repeat(i + 1)}a:\n`).join('')}`),
    /nested too deeply/,
  ],
  ['JSON in JSON', `{"apiVersion":"v1","kind":"ConfigMap","data":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_001)}`, /nested too deeply/],
  ['thousands of mistakes', config(Array.from({ length: 20_000 }, (_, i) => `f${i}: x\n`).join('')), /20000 errors/],
  ['documents that all are broken', '---\napiVersion: v1\nkind: [\n'.repeat(5000), /5000 errors/],
  ['bytes', Array.from({ length: 4096 }, (_, i) => String.fromCharCode(i % 256)).join(''), /no Kubernetes object/],
  ['nothing but marks of documents', '---\n---\n...\n', /no Kubernetes object/],
  ['a zero in a manifest', config('data: {a: "\0"}\n'), /a control character stands here/],
];
for (const [title, text, expected] of hostile) {
  test(`odd texts are answered, and soon: ${title}`, { timeout: 60_000 }, async (t) => {
    const { world } = makeProject(t, { 'a.yaml': text });
    const { exit, said } = await runCommand(world, ['check', 'a.yaml']);
    assert.equal(exit, exitCodes.input);
    assert.match(said, expected);
    assert.doesNotMatch(said, /\n\s+at .*\.ts:\d+\)?$/m);
  });
}

test('a file that may not be read is told, and the others are checked', async (t) => {
  const { world } = makeProject(t, { 'out/a.yaml': map('a'), 'out/b.yaml': map('b', 'dta: {}\n') });
  const denied = Object.assign(new Error('permission denied'), { code: 'EACCES' });
  const read = async (path: string): Promise<string | undefined> => {
    if (path.endsWith('a.yaml')) throw new Failure('file-unreadable', 'it cannot be read', { cause: denied });
    return world.files.read(path);
  };
  const { exit, said } = await runCommand({ ...world, files: { ...world.files, read } }, ['check', './out']);
  assert.equal(exit, exitCodes.input);
  assert.match(said, /error\[manifest-unreadable\]: the file cannot be read \(EACCES\)\n {2}at out\/a\.yaml\nerror\[field-unknown\]/);
});

test('links in a circle lead nowhere', async (t) => {
  const { world, folder } = makeProject(t, { 'out/a.yaml': map('a') });
  symlinkSync('..', join(folder, 'out/up'));
  symlinkSync('self.yaml', join(folder, 'out/self.yaml'));
  assert.equal((await runCommand(world, ['check', './out'])).said, 'no errors in 1 object of 1 file');
});

test('a file that is too large is not read', async (t) => {
  const { world } = makeProject(t, { 'a.yaml': `# ${'x'.repeat(16 * 1024 * 1024)}\n${map('a')}` });
  assert.match(
    (await runCommand(world, ['check', 'a.yaml'])).said,
    /error\[manifest-large\]: the file has \d+ bytes, and 16777216 are read/,
  );
});

test('objects are judged by the version and the policies of an environment', async (t) => {
  const { world } = makeProject(t, { ...files, 'environments/dev.ts': environment });
  const { exit, said } = await runCommand(world, ['check', 'out/deep', 'out/a.yaml', '--environment', 'dev']);
  assert.equal(exit, exitCodes.input);
  assert.match(said, /error\[policy\/named\]: b is no name\n {2}at out\/deep\/b\.yml:1:1 · ConfigMap\/b/);
  assert.match(said, /2 errors/);
  assert.match((await runCommand(world, ['check', './out', '--environment', 'dve'])).said, /error\[environment-unknown\].*`dve`/);
});

test('a version decides which kinds there are', async (t) => {
  const { world } = makeProject(t, {
    'a.yaml': 'apiVersion: flowcontrol.apiserver.k8s.io/v1beta3\nkind: FlowSchema\nmetadata: {name: a}\n',
  });
  assert.doesNotMatch((await runCommand(world, ['check', 'a.yaml', '--kubernetes', '1.31'])).said, /error\[api-removed/);
  assert.match((await runCommand(world, ['check', 'a.yaml'])).said, /error\[api-removed/);
});

test('packs are asked by name, and an unknown one is an error', async (t) => {
  const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {hostNetwork: true, containers: [{name: a, image: "x:1"}]}\n';
  const { world } = makeProject(t, { 'a.yaml': pod });
  assert.equal((await runCommand(world, ['check', 'a.yaml'])).exit, exitCodes.done);
  assert.match((await runCommand(world, ['check', 'a.yaml', '--policies', 'baseline, restricted'])).said, /error\[policy\/restricted\//);
  assert.match((await runCommand(world, ['check', 'a.yaml', '--policies', 'base'])).said, /error\[pack-unknown\].*`base`\n {2}help: /);
});

test('environments and files are checked apart, and an environment says its version itself', async (t) => {
  const { world } = makeProject(t, files);
  for (const args of [
    ['dev', './out'],
    ['./out', '--environment', 'dev', '--kubernetes', '1.30'],
  ]) {
    assert.equal((await runCommand(world, ['check', ...args])).exit, exitCodes.input, args.join(' '));
  }
});

test('what files are judged by is refused where no file is named', async (t) => {
  const { world } = makeProject(t, files);
  for (const option of [
    ['--complete'],
    ['--kubernetes', '1.30'],
    ['--policies', 'network'],
    ['--environment', 'dev'],
    ['--complete', '--watch'],
  ]) {
    const { exit, said } = await runCommand(world, ['check', ...option]);
    assert.equal(exit, exitCodes.input);
    assert.match(said, /^error\[check-without-files\]: `--\w+` is for files/);
  }
});
