import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Failure } from '../../src/model/failure.ts';
import { temporaryFolder } from '../support/repository.ts';
import { type BuildOptions, buildPrograms } from './build.ts';
import { cacheFolder } from './key.ts';
import { controlPlanePrograms, type ProgramName, type ProgramSet } from './programs.ts';
import { type Progress, progressOn } from './progress.ts';

// A real build takes minutes, and is what every test with a control plane rests on. Here a script stands for `go`: it
// writes down each call, makes the files that are asked for, and fails when told.
const script = `#!/bin/sh
echo "$@" >> "$GO_CALLS"
[ "$1" = build ] && echo "cgo $CGO_ENABLED" >> "$GO_CALLS"
case "$1" in
  env) echo "$GO_SAYS"; exit;;
  mod) printf '{ "Dir": "%s" }' "$GO_MODULE"; exit;;
esac
[ -z "$GO_FAILS" ] || { echo "$GO_FAILS" >&2; exit 1; }
echo "go: downloading k8s.io/api v0.35.4" >&2
while [ "$1" != -o ]; do shift; done
echo built > "$2"
`;

const stageFiles = controlPlanePrograms.files.flatMap(({ paths }) => paths);

function build(names: readonly ProgramName[], options: BuildOptions) {
  return buildPrograms(controlPlanePrograms, names, options);
}

interface Bench {
  readonly env: Readonly<Record<string, string>>;
  readonly heard: string[];
  readonly progress: Progress;
  /** The programs that \`go build\` was asked for, in order. */
  readonly builds: () => readonly string[];
  /** All that \`go\` was called with, a line each. */
  readonly calls: () => readonly string[];
  readonly folder: string;
}

function makeBench(t: TestContext, more: Readonly<Record<string, string>> = {}): Bench {
  const root = temporaryFolder(t);
  const [bin, module, calls] = [join(root, 'bin'), join(root, 'module'), join(root, 'calls')];
  for (const path of stageFiles) {
    mkdirSync(join(module, path, '..'), { recursive: true });
    writeFileSync(join(module, path), `# ${path}\n`);
  }
  mkdirSync(bin);
  writeFileSync(join(bin, 'go'), script);
  chmodSync(join(bin, 'go'), 0o755);
  writeFileSync(calls, '');
  const heard: string[] = [];
  const env = {
    PATH: `${bin}:/usr/bin:/bin`,
    LOCKSTEP_CACHE: join(root, 'cache'),
    GO_CALLS: calls,
    GO_SAYS: 'go1.26.8',
    GO_MODULE: module,
    ...more,
  };
  const lines = (): readonly string[] => readFileSync(calls, 'utf8').split('\n');
  return {
    env,
    heard,
    progress: progressOn({ write: (text) => heard.push(text) }),
    builds: () => lines().flatMap((line) => (line.startsWith('build ') ? [line.split('/').at(-1) ?? ''] : [])),
    calls: lines,
    folder: cacheFolder({ LOCKSTEP_CACHE: join(root, 'cache') }),
  };
}

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const thrown: unknown = await work.then(
    () => assert.fail('it worked'),
    (reason: unknown) => reason,
  );
  assert.ok(thrown instanceof Failure, String(thrown));
  return thrown;
}

test('what is missing is built once, told program by program, and found the next time', async (t) => {
  const bench = makeBench(t);
  const built = await build(['kubectl', 'kwok'], bench);
  assert.equal(readFileSync(join(built.folder, 'kubectl'), 'utf8'), 'built\n');
  assert.deepEqual(
    bench.heard.slice(1).map((line) => line.replace(/ in \d+ s\n$/, '').trim()),
    ['[1/2] building kubectl', '[1/2] built kubectl', '[2/2] building kwok', '[2/2] built kwok'],
  );
  assert.deepEqual(await build(['kubectl', 'kwok'], bench), built);
  assert.deepEqual(bench.builds(), ['kubectl', 'kwok']);
});

test('kwok comes with its stages', async (t) => {
  const bench = makeBench(t);
  const { files } = await build(['kwok'], bench);
  assert.equal(files.length, stageFiles.length);
  assert.match(readFileSync(files[0] ?? '', 'utf8'), /node-initialize/);
});

test('a program may be partly C, be built with tags, and come with folders, which can be removed again', async (t) => {
  const bench = makeBench(t);
  const home = temporaryFolder(t);
  mkdirSync(join(home, 'thing'));
  for (const name of ['go.mod', 'go.sum']) writeFileSync(join(home, 'thing', name), '');
  mkdirSync(join(bench.env['GO_MODULE'] ?? '', 'pages', 'deep'), { recursive: true });
  writeFileSync(join(bench.env['GO_MODULE'] ?? '', 'pages', 'deep', 'a.txt'), 'a\n');
  chmodSync(join(bench.env['GO_MODULE'] ?? '', 'pages', 'deep'), 0o555);
  const set: ProgramSet<'thing'> = {
    title: 'a thing',
    takes: 'a moment',
    home,
    cache: 'thing',
    recipes: { thing: { module: 'thing', package: 'example.com/thing', linkerFlags: '-s', tags: 'one,two', isPartlyC: true } },
    files: [{ of: 'thing', module: 'thing', source: 'example.com/thing', paths: ['pages'] }],
  };
  const { files } = await buildPrograms(set, ['thing'], bench);
  const [pages = ''] = files;
  assert.equal(readFileSync(join(pages, 'deep', 'a.txt'), 'utf8'), 'a\n');
  assert.equal(statSync(join(pages, 'deep')).mode & 0o200, 0o200);
  assert.ok(bench.calls().some((line) => line.startsWith('build ') && line.includes(' -tags one,two ')));
  assert.ok(bench.calls().includes('cgo 1'));
  await build(['etcd'], bench);
  assert.ok(bench.calls().includes('cgo 0'));
});

test('nothing but what was asked for stays in the cache', async (t) => {
  const bench = makeBench(t);
  const { folder } = await build(['kwok', 'etcd'], bench);
  assert.deepEqual(readdirSync(folder).sort(), ['etcd', 'kwok', 'stages']);
  assert.equal(readdirSync(bench.folder).length, 1);
});

test('of two builds at once one waits, and each program is built once', async (t) => {
  const bench = makeBench(t);
  const [one, other] = await Promise.all([build(['etcd', 'kubectl'], bench), build(['etcd', 'kubectl'], bench)]);
  assert.deepEqual(one, other);
  assert.deepEqual(bench.builds(), ['v3', 'kubectl']);
  assert.equal(bench.heard.filter((line) => line.startsWith(`waiting for process ${process.pid}`)).length, 1);
});

test('a build that was broken off goes on after the programs that it finished', async (t) => {
  const bench = makeBench(t);
  const { folder } = await build(['etcd'], bench);
  mkdirSync(join(folder, 'unfinished-1'));
  writeFileSync(join(folder, 'unfinished-1', 'kubectl'), 'half');
  await build(['etcd', 'kubectl'], bench);
  assert.deepEqual(bench.builds(), ['v3', 'kubectl']);
  assert.equal(existsSync(join(folder, 'unfinished-1')), false);
});

test('another Go builds anew', async (t) => {
  const bench = makeBench(t);
  await build(['etcd'], bench);
  await build(['etcd'], { ...bench, env: { ...bench.env, GO_SAYS: 'go1.27.0' } });
  assert.deepEqual(bench.builds(), ['v3', 'v3']);
});

test('without a Go, what any Go built of the same sources is used', async (t) => {
  const bench = makeBench(t);
  const built = await build(['etcd'], bench);
  assert.deepEqual(await build(['etcd'], { env: { ...bench.env, PATH: '/nowhere' } }), built);
});

test('without a Go and with nothing in the cache, the ways out are named', async (t) => {
  const bench = makeBench(t);
  const failure = await failureOf(build(['etcd'], { env: { ...bench.env, PATH: '/nowhere' } }));
  assert.equal(failure.code, 'go-missing');
  assert.equal(failure.exit, 3);
  for (const way of [/Go 1\.26/, /KUBEBUILDER_ASSETS/, /--context/, /kind create cluster/, /k3d/]) assert.match(failure.help ?? '', way);
});

test('a build error is shown with the end of what Go said, and leaves no program', async (t) => {
  const bench = makeBench(t, { GO_FAILS: 'go: go.mod requires go >= 1.26.0 (running go 1.22.2; GOTOOLCHAIN=local)' });
  const failure = await failureOf(build(['etcd'], bench));
  assert.equal(failure.code, 'build-failed');
  assert.match(failure.message, /`go build` failed:\ngo: go\.mod requires go >= 1\.26\.0/);
  assert.match(failure.help ?? '', /KUBEBUILDER_ASSETS/);
  await assert.rejects(build(['etcd'], { env: { ...bench.env, PATH: '/nowhere' } }), /not built yet/);
});

test('a module proxy that cannot be reached is named as such', async (t) => {
  const refused = 'k8s.io/api: Get "https://proxy.golang.org/k8s.io/api/@v/v0.35.4.mod": dial tcp: lookup proxy.golang.org: no such host';
  const bench = makeBench(t, { GO_FAILS: refused });
  const failure = await failureOf(build(['etcd'], bench));
  assert.equal(failure.code, 'modules-unreachable');
  assert.match(failure.help ?? '', /GOPROXY/);
  assert.match(failure.help ?? '', /KUBEBUILDER_ASSETS/);
});
