import { readStream } from '../codec/yaml-stream.ts';
import { type ForeignTarget, type JudgeExpressions, judgeForeign } from '../compile/foreign.ts';
import { type ForeignFile, type ForeignObject, objectsIn } from '../compile/foreign-objects.ts';
import { resolve } from '../compile/resolve.ts';
import { usesExpressions } from '../compile/validate/expressions/uses.ts';
import { withoutSecrets } from '../compile/validate/secrets/mask.ts';
import { meantOr, quotedList } from '../compile/wording.ts';
import { type Checked, type Diagnostic, standardInput } from '../model/diagnostic.ts';
import { Failure } from '../model/failure.ts';
import { emptyLockfile } from '../model/lockfile.ts';
import { dayOf } from '../model/time.ts';
import { builtinPacks } from '../packs/policies.ts';
import type { World } from '../ports.ts';
import { findEnvironments, toldFrom } from './sources.ts';

/** What objects in files are judged against. */
export interface FilesTarget {
  /** The environment that they are for; without one, the other two say what they are judged by. */
  readonly environment?: string | undefined;
  /** A Kubernetes minor. */
  readonly kubernetes: string;
  /** Names of built-in packs. */
  readonly policies: readonly string[];
  /** Whether the files are all that there is: then what their objects name has to be in them. */
  readonly complete: boolean;
}

/** What is in files of manifests, and what is wrong with it. */
export interface CheckedFiles {
  readonly files: number;
  readonly objects: number;
  readonly diagnostics: readonly Diagnostic[];
}

type Ground = Pick<World, 'clock' | 'commits' | 'files' | 'input' | 'modules'>;

/** Judges all objects in the files at `paths` and below; `-` is standard input. Throws `Failure`. */
export async function checkFiles(world: Ground, paths: readonly string[], options: FilesTarget): Promise<CheckedFiles> {
  const target = await targetOf(world, options);
  const read = await Promise.all(paths.map((path) => readAll(world, path)));
  const files = read.flatMap(({ value }) => value);
  const objects = files.flatMap(({ objects: found }) => found);
  const unjudged = [
    ...target.diagnostics,
    ...read.flatMap((one) => one.diagnostics),
    ...files.flatMap((file) => file.diagnostics),
    ...skippedNote(files),
  ];
  const judged = target.value === undefined ? [] : judgeForeign(objects, target.value, await expressionsIn(objects));
  return { files: files.length, objects: objects.length, diagnostics: [...withoutSecrets(unjudged, new Map()), ...judged] };
}

/** What evaluates expressions in CEL is large: it is loaded where there are some. */
async function expressionsIn(objects: readonly ForeignObject[]): Promise<JudgeExpressions | undefined> {
  if (!usesExpressions(objects.map(({ manifest }) => manifest))) return undefined;
  return (await import('../compile/validate/expressions/judge.ts')).judgeExpressions;
}

async function targetOf(
  world: Ground,
  { environment, kubernetes, policies, complete }: FilesTarget,
): Promise<Checked<ForeignTarget | undefined>> {
  const { root } = world.modules;
  if (environment !== undefined) return environmentTarget(world, environment);
  const names = builtinPacks.map(({ name }) => name);
  const unknown = policies.filter((name) => !names.includes(name));
  const applied = builtinPacks.filter(({ name }) => policies.includes(name)).map((policy) => ({ policy, exceptions: [] }));
  return {
    value: { kubernetes, policies: applied, isComplete: complete, root },
    diagnostics: unknown.map((name) => {
      const help = meantOr(`there are ${quotedList(names)}`, name, names);
      return { code: 'pack-unknown', severity: 'error', message: `there is no built-in pack of policies \`${name}\``, at: {}, help };
    }),
  };
}

async function environmentTarget(world: Ground, name: string): Promise<Checked<ForeignTarget | undefined>> {
  const { value: selected, diagnostics } = await findEnvironments(world, [name]);
  const [found] = selected;
  if (found === undefined) return { value: undefined, diagnostics };
  const { environment, file, commit, modules } = found;
  const today = dayOf(world.clock.now());
  const resolved = resolve(environment, { lock: emptyLockfile, today, root: modules.root, file });
  // What is wrong with its charts and values is no matter of other objects.
  if (resolved.value !== undefined) return { value: { environment: resolved.value, root: modules.root }, diagnostics: [] };
  return { value: undefined, diagnostics: toldFrom({ commit }, resolved.diagnostics) };
}

/** A file that was read, with its objects. */
interface ReadFile extends Pick<ForeignFile, 'path'> {
  readonly objects: readonly ForeignObject[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Bytes of a file that are read at most. */
const limit = 16 * 1024 * 1024;

async function readAll({ files, input }: Ground, path: string): Promise<Checked<readonly ReadFile[]>> {
  if (path === '-') return checkedFiles([fileOf(standardInput, await input())], path);
  const found = await files.find(path, (name) => /\.(?:ya?ml|json)$/i.test(name));
  if (found === undefined) return { value: [], diagnostics: [noObjects(`there is nothing at \`${path}\``)] };
  const folder = path.replace(/^(?:\.\/)+(?=.)|\/+$/g, '').replace(/^\.$/, '');
  const charts = found
    .filter(({ path: inner }) => /(?:^|\/)Chart\.yaml$/.test(inner))
    .map(({ path: inner }) => inner.replace(/Chart\.yaml$/, 'templates/'));
  const read: ReadFile[] = [];
  for (const { path: inner, size } of found) {
    const name = [folder, inner].filter((part) => part !== '').join('/');
    // Templates are no YAML, whatever their names say.
    if (charts.some((templates) => inner.startsWith(templates))) read.push({ path: name, objects: [], diagnostics: [] });
    else if (size > limit) read.push({ path: name, objects: [], diagnostics: [tooLarge(name, size)] });
    else read.push(await readOne(files, inner === '' ? path : `${path}/${inner}`, name));
  }
  return checkedFiles(read, path);
}

/** One file that may not be read is told, and the others are read. */
async function readOne(files: World['files'], path: string, name: string): Promise<ReadFile> {
  try {
    return fileOf(name, (await files.read(path)) ?? '');
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    const { cause } = thrown;
    const why = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
    const message = `the file cannot be read${why}`;
    return { path: name, objects: [], diagnostics: [{ code: 'manifest-unreadable', severity: 'error', message, at: { file: name } }] };
  }
}

function fileOf(path: string, text: string): ReadFile {
  const { value: objects, diagnostics } = objectsIn({ path, text, documents: readStream(text) });
  return { path, objects, diagnostics };
}

function checkedFiles(value: readonly ReadFile[], path: string): Checked<readonly ReadFile[]> {
  const isEmpty = value.every(({ objects, diagnostics }) => objects.length === 0 && diagnostics.length === 0);
  return { value, diagnostics: isEmpty ? [noObjects(`there is no Kubernetes object in \`${path}\``)] : [] };
}

function noObjects(message: string): Diagnostic {
  const help = 'name a file or a folder with manifests, or `-` for standard input; templates have to be rendered first';
  return { code: 'no-objects', severity: 'error', message, at: {}, help };
}

function tooLarge(file: string, size: number): Diagnostic {
  const message = `the file has ${size} bytes, and ${limit} are read`;
  return { code: 'manifest-large', severity: 'error', message, at: { file } };
}

/** As many names as are told of files that hold no objects. */
const named = 5;

function skippedNote(files: readonly ReadFile[]): readonly Diagnostic[] {
  const skipped = files.filter(({ objects, diagnostics }) => objects.length === 0 && diagnostics.length === 0).map(({ path }) => path);
  if (skipped.length === 0 || skipped.length === files.length) return [];
  const more = skipped.length > named ? ` and ${skipped.length - named} more` : '';
  const message = `files without Kubernetes objects were skipped: ${quotedList(skipped.slice(0, named))}${more}`;
  const help = 'render templates first: `helm template <chart> | lockstep check -`, `kubectl kustomize <folder> | lockstep check -`';
  const isTemplate = skipped.some((path) => /(?:^|\/)(?:Chart\.yaml|kustomization\.ya?ml)$/.test(path));
  return [{ code: 'files-skipped', severity: 'note', message, at: {}, ...(isTemplate ? { help } : {}) }];
}
