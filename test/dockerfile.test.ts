import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { agentFiles, agentParts, type Build, copyAgent } from '../deploy/agent-files.ts';
import { agentObjects } from '../src/authoring/agent/objects.ts';
import { at, listAt, objectAt } from '../src/model/json.ts';
import { parseExposition } from './agent/exposition.ts';

/** The instructions of the Dockerfile, each on one line, without comments. */
const instructions = readFileSync('Dockerfile', 'utf8')
  .replaceAll(/^\s*#.*\n/gm, '')
  .replaceAll(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line !== '');
/** Of each COPY from the project, what is copied. */
const copied = instructions.flatMap((line) => (/^COPY (?!--from=)/.test(line) ? line.split(' ').slice(1, -1) : []));
let folder: string;

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'lockstep-image-'));
  copyAgent(folder);
});
after(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly exit: number;
  readonly out: string;
  readonly talk: string;
}

/** The variables that it is started with. */
function environment(): Readonly<Record<string, string>> {
  return { PATH: process.env['PATH'] ?? '', HOME: join(folder, 'home'), XDG_CACHE_HOME: join(folder, 'cache') };
}

/** Starts what the image starts, of the files that are in it, in a folder without any other. */
function run(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(folder, 'build/main.js'), ...args],
      { cwd: folder, env: environment(), timeout: 60_000 },
      (error, out, talk) => resolve({ exit: error === null ? 0 : Number(error.code), out, talk }),
    );
  });
}

test('all that is copied into the image is in the project, and let in by .dockerignore', () => {
  const [first, ...letIn] = readFileSync('.dockerignore', 'utf8').trim().split('\n');
  assert.equal(first, '*');
  assert.deepEqual(
    letIn.map((line) => line.slice(1)),
    [...copied].sort(),
  );
  for (const path of copied) assert.ok(existsSync(path), path);
});

test('all that the build needs is copied into the image', { timeout: 120_000 }, async () => {
  const source = join(folder, 'source');
  for (const path of copied) {
    mkdirSync(dirname(join(source, path)), { recursive: true });
    cpSync(path, join(source, path), { recursive: true });
  }
  const configs = [join(source, 'tsconfig.json'), join(source, 'src/tsconfig.json')];
  for (const path of configs) assert.ok(existsSync(path), path);
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly scripts: Readonly<Record<string, string>> };
  // What else the build names of the project would have to be copied, too.
  const named = (scripts['build'] ?? '').match(/\b(?:src|test|charts|environments|deploy)\b[\w/.-]*/g) ?? [];
  assert.ok(named.length > 0);
  for (const path of named) assert.ok(existsSync(join(source, path)), path);
});

test('the image starts the agent of its own files, as nobody in particular, and its images can be set', () => {
  const find = (name: string): readonly string[] =>
    instructions.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  assert.deepEqual(find('ENTRYPOINT'), ['["tini", "--", "node", "/lockstep/build/main.js"]']);
  assert.deepEqual(find('USER'), ['65532:65532']);
  assert.deepEqual(
    find('FROM').map((line) => /\$\{(\w+)\}/.exec(line)?.[1]),
    ['NODE_IMAGE', 'NODE_IMAGE', 'BASE_IMAGE'],
  );
  const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly engines: { readonly node: string } };
  const [node] = find('ARG').filter((line) => line.startsWith('NODE_IMAGE='));
  assert.equal(/node:(\d+)/.exec(node ?? '')?.[1], /(\d+)/.exec(engines.node)?.[1]);
});

/** What the world loads only when it is asked for, and no agent asks for. */
const ofOthers = [
  'commits.ts',
  'download.ts',
  'git/repository.ts',
  'include/renderer.ts',
  'include/source.ts',
  'input.ts',
  'registry/registry.ts',
  'results.ts',
  'types.ts',
];

test('all that the world loads only when it is asked for is a part of the agent, or said to be none', () => {
  const loaded = readFileSync('src/io/world.ts', 'utf8').matchAll(/\bimport\('\.\/([^']+)'\)/g);
  const parts = agentParts.flatMap((part) => (part.startsWith('src/io/') ? [part.slice('src/io/'.length)] : []));
  assert.deepEqual([...new Set([...loaded].map(([, path]) => path))].sort(), [...parts, ...ofOthers].sort());
});

test('the Deployment of the agent fits the image: what is run, as whom, and which folders are mounted', () => {
  const objects = agentObjects({
    namespace: 'lockstep',
    image: 'registry.example.com/lockstep:1',
    replicas: 1,
    allNamespaces: false,
    sources: [],
  });
  const deployment = objects.find(({ kind }) => kind === 'Deployment');
  const pod = objectAt(deployment, 'spec', 'template', 'spec');
  const [container] = listAt(pod, 'containers');
  assert.equal(at(container, 'command'), undefined);
  assert.equal(at(container, 'args', 0), 'agent');
  assert.ok(instructions.includes('CMD ["agent"]'));
  assert.ok(instructions.includes(`USER ${at(pod, 'securityContext', 'runAsUser')}:${at(pod, 'securityContext', 'runAsGroup')}`));
  const mounted = listAt(container, 'volumeMounts').map((mount) => at(mount, 'mountPath'));
  assert.deepEqual(mounted, ['/cache', '/tmp', '/hook']);
  const hook = listAt(container, 'env').find((variable) => at(variable, 'name') === 'LOCKSTEP_HOOK_SECRET_FILE');
  assert.equal(at(hook, 'value'), '/hook/secret');
  assert.ok(instructions.some((line) => line.startsWith('ENV ') && line.includes(' XDG_CACHE_HOME=/cache')));
});

test('the files of the agent need no other: it says its version and its help', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string };
  assert.deepEqual(
    readdirSync(folder).filter((name) => name === 'node_modules'),
    [],
  );
  assert.deepEqual(await run('--version'), { exit: 0, out: `${version}\n`, talk: '' });
  const help = await run('agent', '--help');
  assert.equal(help.exit, 0);
  assert.match(help.out, /--listen <host:port>/);
});

test('the files of the agent hold no compiler, and name no package', () => {
  const build = JSON.parse(readFileSync('build/meta.json', 'utf8')) as Build & {
    readonly outputs: Readonly<Record<string, { readonly inputs: Readonly<Record<string, unknown>> }>>;
  };
  const files = agentFiles(build).flatMap((path) => build.outputs[path] ?? []);
  const inputs = files.flatMap((output) => Object.keys(output.inputs));
  assert.ok(inputs.includes('src/agent/cycle.ts') && inputs.includes('src/reconcile/health/expressions.ts'));
  const compiling = /^src\/(compile|authoring|packs|imports|publish)\/|node_modules\/(cdk8s|constructs|zod|tsx|typescript|esbuild)/;
  assert.deepEqual(
    inputs.filter((input) => compiling.test(input)),
    [],
  );
  const outside = files.flatMap(({ imports }) => imports.filter(({ external, kind }) => external && kind === 'import-statement'));
  assert.deepEqual(
    outside.map(({ path }) => path).filter((path) => !isBuiltin(path)),
    [],
  );
});

/** What tells the agent of a cluster that cannot be reached, and of a branch that is not there. */
function outOfReach(): readonly string[] {
  const cluster = { name: 'a', cluster: { server: 'https://127.0.0.1:9' } };
  const user = { name: 'a', user: { token: 'none' } };
  const contexts = [{ name: 'a', context: { cluster: 'a', user: 'a' } }];
  const kubeconfig = { apiVersion: 'v1', kind: 'Config', 'current-context': 'a', clusters: [cluster], users: [user], contexts };
  writeFileSync(join(folder, 'kubeconfig'), JSON.stringify(kubeconfig));
  return ['--environment', 'dev', '--source', join(folder, 'none'), '--kubeconfig', join(folder, 'kubeconfig')];
}

test('the files of the agent are all that it loads on its way to a cluster', { timeout: 60_000 }, async () => {
  const { exit, out, talk } = await run('agent', ...outOfReach(), '--once', '--timeout', '5');
  assert.equal(exit, 3, out + talk);
  assert.doesNotMatch(out + talk, /MODULE_NOT_FOUND|Cannot find/);
  assert.match(out, /outage/);
  const synth = await run('synth');
  assert.match(synth.talk, /Cannot find module/);
});

test('the agent of these files serves how it does, and SIGTERM ends it soon', { timeout: 60_000 }, async () => {
  const args = ['agent', ...outOfReach(), '--listen', '127.0.0.1:0'];
  const child = spawn(process.execPath, [join(folder, 'build/main.js'), ...args], {
    cwd: folder,
    env: environment(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  try {
    let port: string | undefined;
    for await (const text of child.stderr.setEncoding('utf8')) {
      port = /listening at port (\d+)/.exec(String(text))?.[1];
      if (port !== undefined) break;
    }
    const ask = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${port}${path}`);
    assert.equal((await ask('/livez')).status, 200);
    const ready = await ask('/readyz');
    assert.equal(ready.status, 503);
    assert.notEqual(await ready.text(), '');
    const metrics = parseExposition(await (await ask('/metrics')).text());
    assert.ok((metrics.get('process_resident_memory_bytes') ?? 0) > 1e7);
    assert.ok(Math.abs((metrics.get('process_start_time_seconds') ?? 0) - Date.now() / 1_000) < 60);
    child.kill('SIGTERM');
    assert.equal(await ended, 0);
  } finally {
    child.kill('SIGKILL');
  }
});
