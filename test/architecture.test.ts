import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';

/** What a folder of src may import at run time and in types: itself, and these. A folder that is not here does not exist. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  model: [],
  codec: ['model'],
  schema: ['model'],
  authoring: ['model'],
  imports: ['model', 'schema'],
  packs: ['model', 'schema', 'authoring'],
  'ports.ts': ['model', 'ports'],
  ports: ['model', 'ports.ts'],
  compile: ['model', 'codec', 'schema', 'authoring'],
  diff: ['model', 'codec', 'schema'],
  reconcile: ['model', 'schema'],
  pipeline: ['model', 'codec'],
  publish: ['model', 'codec', 'diff', 'ports.ts'],
  agent: ['model', 'codec', 'reconcile', 'ports.ts'],
  cli: ['model', 'imports', 'diff', 'pipeline', 'agent', 'publish', 'ports.ts'],
  commands: [
    'model',
    'codec',
    'authoring',
    'imports',
    'packs',
    'compile',
    'diff',
    'pipeline',
    'publish',
    'reconcile',
    'agent',
    'cli',
    'ports.ts',
    'ports',
  ],
  io: ['model', 'ports.ts', 'ports'],
  'index.ts': ['authoring', 'packs'],
  'main.ts': ['model', 'cli', 'commands', 'io'],
};

/** The packages that a folder of src may import; the others import none. Everything may be imported as a type. */
const packages: Readonly<Record<string, readonly string[]>> = {
  authoring: ['cdk8s', 'constructs', 'zod'],
  codec: ['yaml'],
  compile: ['cdk8s', 'constructs', 'semver', 'zod'],
  commands: ['commander'],
  io: ['@kubernetes/client-node', 'tsx', 'yaml'],
  schema: ['re2js'],
};

/** The pure half: synchronous, and blind to clock, disk, network and the environment. */
const pure = ['model', 'codec', 'schema', 'authoring', 'imports', 'packs', 'compile', 'diff', 'pipeline', 'reconcile'];

/** What the pure half may take from Node: arithmetic on bytes, and addresses as text. */
const pureBuiltins = ['node:crypto', 'node:zlib', 'node:net'];

interface Source {
  readonly path: string;
  readonly part: string;
  readonly text: string;
  /** What it imports, as written; type-only imports are marked. */
  readonly imports: readonly { readonly from: string; readonly typeOnly: boolean }[];
}

const sources: readonly Source[] = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => {
    const text = readFileSync(join('src', path), 'utf8');
    return { path, part: partOf(path), text, imports: importsOf(text) };
  });

function partOf(path: string): string {
  return path.split('/')[0] ?? path;
}

function importsOf(text: string): Source['imports'] {
  const statements = text.matchAll(
    /^(?:import|export)\s+(type\s)?[^'";]*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\s*\(\s*['"`]([^'"`]+)['"`]\s*\)|\brequire\(\s*'([^']+)'\s*\)/gm,
  );
  return [...statements].map((found) => ({ from: found[2] ?? found[3] ?? found[4] ?? found[5] ?? '', typeOnly: found[1] !== undefined }));
}

test('the sources are found, with their imports', () => {
  assert.ok(sources.length > 40, `${sources.length} sources`);
  assert.ok(
    sources.every((source) => ['model', 'schema'].includes(source.part) || source.imports.length > 0 || source.text.length < 4_000),
  );
});

for (const source of sources) {
  test(`src/${source.path} imports only what its folder may know`, () => {
    const may = allowed[source.part];
    assert.ok(may !== undefined, `the folder \`${source.part}\` stands in no rule`);
    for (const { from } of source.imports.filter((one) => one.from.startsWith('.'))) {
      const target = partOf(normalize(join(dirname(source.path), from)));
      assert.ok(target === source.part || may.includes(target), `it imports \`${from}\``);
    }
  });
}

test('packages are imported only where they are at home', () => {
  for (const { path, part, imports } of sources) {
    for (const { from, typeOnly } of imports.filter((one) => !one.from.startsWith('.') && !one.from.startsWith('node:'))) {
      const name = from
        .split('/')
        .slice(0, from.startsWith('@') ? 2 : 1)
        .join('/');
      assert.ok(typeOnly || packages[part]?.includes(name), `src/${path} imports ${from}`);
    }
  }
});

test('the pure half uses nothing that differs between two runs', () => {
  const forbidden =
    /\bDate\.now\(|\bnew Date\b(?!\(['\w])|\bMath\.random\(|\bprocess\b|\bset(?:Timeout|Interval|Immediate)\(|\bqueueMicrotask\(|\bperformance\b|\bfetch\(|\basync\b|\bawait\b|\brandom(?:UUID|Bytes)\(|\bIntl\.|toLocale|localeCompare/;
  // What declares the variables that a project reads, reads them; what tells clocks on walls is told whose, and in which language.
  const others = ['authoring/input.ts', 'model/window.ts'];
  for (const source of sources.filter(({ part, path }) => pure.includes(part) && !others.includes(path))) {
    const code = source.text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '').replaceAll(/`(?:[^`\\]|\\.)*`|'(?:[^'\\\n]|\\.)*'/g, "''");
    assert.doesNotMatch(code, forbidden, source.path);
    for (const { from } of source.imports.filter((one) => one.from.startsWith('node:')))
      assert.ok(pureBuiltins.includes(from), `${source.path} imports ${from}`);
  }
});

test('only main.ts reads the environment or ends the process', () => {
  for (const source of sources.filter(({ path }) => path !== 'main.ts' && path !== 'authoring/input.ts')) {
    const code = source.text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    assert.doesNotMatch(
      code.replaceAll('process.kill(', ''),
      /\bprocess\s*[.[](?!\s*(?:on|platform|ppid)\b)|\bfrom 'node:process'|=\s*process\b/,
      source.path,
    );
  }
});

test('the agent imports no compiler: no cdk8s, zod, tsx or typescript, not even through others', () => {
  const heavy = ['cdk8s', 'cdk8s-plus-28', 'constructs', 'zod', 'tsx', 'typescript'];
  const reached = new Set<string>();
  const visit = (path: string): void => {
    if (reached.has(path)) return;
    reached.add(path);
    const source = sources.find((one) => one.path === path);
    for (const { from, typeOnly } of source?.imports ?? []) {
      if (typeOnly) continue;
      const name = from.startsWith('.') ? undefined : from.split('/')[0];
      assert.ok(name === undefined || !heavy.includes(name), `${path} imports ${from}`);
      if (name === undefined) visit(normalize(join(dirname(path), from)));
    }
  };
  visit('commands/agent.ts');
  for (const { path } of sources.filter(({ part }) => part === 'agent')) visit(path);
  assert.ok(reached.size > 20);
});

test('the explanations of codes are loaded only to be told: whoever finds something needs the names alone', () => {
  const told = ['commands/explain.ts', 'commands/explanations.ts'];
  const loading = sources.filter(({ path, imports }) => {
    const own = path.startsWith('model/codes/');
    return !own && imports.some(({ from, typeOnly }) => !typeOnly && /(^|\/)codes\//.test(from));
  });
  assert.deepEqual(
    loading.map(({ path }) => path).filter((path) => !told.includes(path)),
    [],
  );
});

test('no file is about more than one thing: none has more than 400 lines', () => {
  for (const { path, text } of sources) assert.ok(text.split('\n').length <= 400, `${path} has ${text.split('\n').length} lines`);
});

test('what charts import beside Lockstep is installed once, for both: two copies have types and places that do not fit', () => {
  const { dependencies, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Readonly<
    Record<string, Readonly<Record<string, string>>>
  >;
  const shared = sources
    .filter(({ part }) => ['authoring', 'compile'].includes(part))
    .flatMap(({ imports }) => imports.map(({ from }) => from))
    // What compares versions is bundled: charts never see it.
    .filter((from) => !from.startsWith('.') && !from.startsWith('node:') && !from.startsWith('semver/'));
  assert.deepEqual(Object.keys(peerDependencies ?? {}), [...new Set(shared)].sort());
  assert.deepEqual(Object.keys(dependencies ?? {}), ['tsx']);
});
