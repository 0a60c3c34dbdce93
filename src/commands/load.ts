import { brandOf } from '../authoring/brand.ts';
import type { Environment } from '../authoring/environment.ts';
import { fromRoot, placeOf } from '../authoring/place.ts';
import { environmentNameProblem } from '../compile/names.ts';
import { withoutSecrets } from '../compile/validate/secrets/mask.ts';
import { type Checked, type Diagnostic, didYouMean, hasErrors } from '../model/diagnostic.ts';
import { messageOf } from '../model/failure.ts';
import { compareText } from '../model/ref.ts';
import type { Files, LoadedModule, Modules } from '../ports.ts';
import { importCircle } from './imports.ts';

/** An environment, and the module whose default export it is. */
export interface LoadedEnvironment {
  readonly environment: Environment;
  /** Relative to the project. */
  readonly file: string;
}

const folder = 'environments';

/** The modules that export environments, relative to the project, sorted. */
export async function environmentFiles(files: Pick<Files, 'list'>): Promise<readonly string[]> {
  const names = await files.list(folder);
  return names
    .filter((name) => /^[^/]+\.(?:ts|mts|js|mjs)$/.test(name) && !/\.(?:d|test)\.\w+$/.test(name))
    .map((name) => `${folder}/${name}`);
}

/** The environments that have a lock, sorted. */
export async function lockNames(files: Pick<Files, 'list'>): Promise<readonly string[]> {
  return (await files.list(folder)).flatMap((path) => /^([^/]+)\.lock\.yaml$/.exec(path)?.[1] ?? []);
}

/** Loads all environments of a project, or those of some of its modules: their default exports. Sorted by name. */
export async function loadEnvironments(
  { files, modules }: Ports,
  only?: readonly string[],
): Promise<Checked<readonly LoadedEnvironment[]>> {
  const unfit = await projectProblem(files);
  if (unfit !== undefined) return { value: [], diagnostics: [unfit] };
  const loaded = await Promise.all((only ?? (await environmentFiles(files))).map((path) => modules.load(path)));
  const failures = await Promise.all(loaded.map((one) => (one.ok ? [] : moduleFailure(one, { files, modules }))));
  const { value, diagnostics } = environmentsOf(loaded.filter((one) => one.ok));
  // What a module threw may tell a secret.
  const found = withoutSecrets([...unique(failures.flat()), ...diagnostics], new Map());
  return { value, diagnostics: value.length === 0 && found.length === 0 && only === undefined ? [noEnvironments] : found };
}

/** Those of `loaded` that are named; all of them when none is. */
export function selectEnvironments<T extends LoadedEnvironment>(
  { value: loaded, diagnostics }: Checked<readonly T[]>,
  names: readonly string[],
): Checked<readonly T[]> {
  if (names.length === 0) return { value: loaded, diagnostics };
  const known = loaded.map(({ environment }) => environment.name);
  // One that is not there may stand in a module that failed: that is told already.
  const unknown = hasErrors(diagnostics) ? [] : [...new Set(names)].filter((name) => !known.includes(name));
  return {
    value: loaded.filter(({ environment }) => names.includes(environment.name)),
    diagnostics: [...diagnostics, ...unknown.map((name) => unknownEnvironment(name, known))],
  };
}

interface Ports {
  readonly files: Files;
  readonly modules: Modules;
}

type Loaded = Extract<LoadedModule, { readonly ok: true }>;

/** What is wrong with a project in which there is nothing to compile. */
export const noEnvironments: Diagnostic = {
  code: 'no-environments',
  severity: 'error',
  message: `no module in \`${folder}/\` exports an environment`,
  at: {},
  help: `write \`${folder}/dev.ts\` with \`export default defineEnvironment({ … })\``,
};

/** Without `"type": "module"` tsx takes modules for CommonJS, and imports of packages go wrong in ways that explain nothing. */
async function projectProblem(files: Files): Promise<Diagnostic | undefined> {
  const text = await files.read('package.json');
  const problem = (message: string, help: string): Diagnostic => ({
    code: 'project-not-module',
    severity: 'error',
    message,
    at: { file: 'package.json' },
    help,
  });
  if (text === undefined) {
    const above = await projectAbove(files);
    return problem(
      'there is no project here: no `package.json`',
      above === undefined
        ? 'run it in the folder of the project: the one with `package.json` and `environments/`'
        : `run it in \`${above}\`: the nearest project above is there`,
    );
  }
  return /"type"\s*:\s*"module"/.test(text) ? undefined : problem('the project is no ES module', 'write `"type": "module"` into it');
}

/** How many folders up a project is looked for. */
const maxAbove = 8;

/** The way to the nearest folder above with a project in it: `../..`. */
async function projectAbove(files: Files): Promise<string | undefined> {
  for (let steps = 1; steps <= maxAbove; steps++) {
    const folder = Array(steps).fill('..').join('/');
    const isPackage = (await files.read(`${folder}/package.json`)) !== undefined;
    if (isPackage && (await files.folders(folder)).includes('environments')) return folder;
  }
  return undefined;
}

async function moduleFailure(
  { path, thrown }: Extract<LoadedModule, { readonly ok: false }>,
  { files, modules }: Ports,
): Promise<readonly Diagnostic[]> {
  const message = fromRoot(messageOf(thrown), modules.root);
  const { column, ...found } = placeOf(thrown, modules.root);
  const importer = /imported from (\S+)$/.exec(message)?.[1];
  // esbuild counts columns from 0.
  const shift = message.startsWith('Transform failed') ? 1 : 0;
  const at = { file: importer ?? path, ...found, ...(column === undefined ? {} : { column: column + shift }) };
  // Temporal dead zone: either a circle of imports, or a plain mistake in one module.
  const isTooEarly = thrown instanceof Error && thrown.name === 'ReferenceError' && /before initialization/.test(message);
  const circle = isTooEarly ? await importCircle(files, at.file) : undefined;
  if (circle !== undefined) {
    const way = [...circle, ...circle.slice(0, 1)].map((file) => `\`${file}\``).join(' → ');
    const help = 'move what they both need into a module of its own';
    return [{ code: 'inheritance-cycle', severity: 'error', message: `modules import each other in a circle: ${way}`, at, help }];
  }
  // esbuild's own list of places; the first one is where the diagnostic points.
  const words = message.replace(/^Transform failed with \d+ errors?:\n/, '').replaceAll(/^\S+:\d+:\d+: ERROR: /gm, '');
  return [{ code: 'module-failed', severity: 'error', message: `the module cannot be loaded: ${words}`, at }];
}

/** A base that fails, fails in every module that imports it: told once. */
function unique(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...new Map(diagnostics.map((diagnostic) => [JSON.stringify(diagnostic), diagnostic])).values()];
}

function environmentsOf(loaded: readonly Loaded[]): Checked<readonly LoadedEnvironment[]> {
  const byName = new Map<string, LoadedEnvironment>();
  const diagnostics: Diagnostic[] = [];
  const rendered = new Set<unknown>();
  for (const { path: file, exports } of loaded) {
    for (const exported of [exports['default']].flat()) {
      const problem = defaultProblem(exported, exports['default']);
      if (problem !== undefined) diagnostics.push({ ...problem, severity: 'error', at: { file } });
      if (!isEnvironment(exported) || rendered.has(exported)) continue;
      rendered.add(exported);
      // Files are named after it: none is to land elsewhere.
      if (problem !== undefined) continue;
      const other = byName.get(exported.name);
      if (other !== undefined) diagnostics.push(twice(exported.name, [other.file, file]));
      else byName.set(exported.name, { environment: exported, file });
    }
  }
  diagnostics.push(...loaded.flatMap((one) => forgotten(one, rendered)));
  return { value: [...byName.values()].toSorted((a, b) => compareText(a.environment.name, b.environment.name)), diagnostics };
}

function isEnvironment(value: unknown): value is Environment {
  return brandOf(value) === 'environment';
}

type Problem = Pick<Diagnostic, 'code' | 'message' | 'help'>;

/** What is wrong with one thing that a module exports by default: it is no environment, or its name cannot be one. */
function defaultProblem(exported: unknown, all: unknown): Problem | undefined {
  if (isEnvironment(exported)) {
    const problem = environmentNameProblem(exported.name);
    return problem && { code: 'environment-name', ...problem };
  }
  const isMeant = Array.isArray(all) || (typeof exported === 'object' && exported !== null && 'cluster' in exported && 'name' in exported);
  if (!isMeant || brandOf(exported) !== undefined) return undefined;
  const help = 'make it with `defineEnvironment`';
  return { code: 'export-invalid', message: 'the default export holds something that is no environment', help };
}

function twice(name: string, files: readonly [string, string]): Diagnostic {
  const message = `two environments have the name \`${name}\`: in \`${files[0]}\` and in \`${files[1]}\``;
  return {
    code: 'environment-duplicate',
    severity: 'error',
    message,
    at: { file: files[1], environment: name },
    help: 'give one of them another name',
  };
}

/** Environments that a module exports under a name only: they would not be rendered, and nobody would notice. */
function forgotten({ path: file, exports }: Loaded, rendered: ReadonlySet<unknown>): readonly Diagnostic[] {
  return Object.entries(exports)
    .filter(([, exported]) => [exported].flat().some((one) => isEnvironment(one) && !rendered.has(one)))
    .map(([name]) => ({
      code: 'environment-not-default',
      severity: 'error',
      message: `the environment \`${name}\` is exported, but not by default: it would not be rendered`,
      at: { file },
      help: `write \`export default ${name}\`, or an array of all environments of the module`,
    }));
}

function unknownEnvironment(name: string, known: readonly string[]): Diagnostic {
  const meant = didYouMean(name, known);
  const list = known.length === 0 ? 'there is none' : `there are ${known.map((one) => `\`${one}\``).join(', ')}`;
  const help = meant === undefined ? list : `did you mean \`${meant}\`?`;
  return { code: 'environment-unknown', severity: 'error', message: `there is no environment \`${name}\``, at: {}, help };
}
