import { JsonPatch } from 'cdk8s';
import { brandOf } from '../../authoring/brand.ts';
import type { JsonPatchOperation, Patch } from '../../authoring/patch.ts';
import type { CodePoint } from '../../authoring/place.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { IncludedObject } from '../../model/inclusion.ts';
import { isObject, type Json } from '../../model/json.ts';
import type { Manifest } from '../../model/manifest.ts';
import type { Problem } from '../../model/problem.ts';
import type { Node } from '../../schema/node.ts';
import { identityProblems } from '../object.ts';
import { patched } from '../patches.ts';
import { meantOr, quotedList } from '../wording.ts';
import { merged } from './merge.ts';
import { written } from './written.ts';

/** What is wrong with a patch, and where it is written. */
export interface PatchProblem extends Pick<Diagnostic, 'code' | 'message' | 'help'> {
  readonly at: CodePoint | undefined;
}

/** Objects with patches applied, and what is wrong with these. */
export interface PatchedObjects<T extends IncludedObject> {
  readonly objects: readonly T[];
  readonly problems: readonly PatchProblem[];
}

/** Applies `patches` one after the other. `nodeOf` gives the schema of an object, which tells how its lists are merged. */
export function patchedObjects<T extends IncludedObject>(
  objects: readonly T[],
  patches: readonly unknown[],
  nodeOf: (manifest: Manifest) => Node | undefined,
): PatchedObjects<T> {
  return patches.reduce<PatchedObjects<T>>(
    (before, patch) => {
      const { objects: after, problems } = isPatch(patch) ? applied(before.objects, patch, nodeOf) : refused(before.objects);
      return { objects: after, problems: [...before.problems, ...problems] };
    },
    { objects, problems: [] },
  );
}

function isPatch(value: unknown): value is Patch {
  return brandOf(value) === 'patch';
}

function refused<T extends IncludedObject>(objects: readonly T[]): PatchedObjects<T> {
  const help = 'give what `patch` or `jsonPatch` returned';
  return { objects, problems: [{ code: 'patch-invalid', message: 'an entry of `patches` is no patch', help, at: undefined }] };
}

function applied<T extends IncludedObject>(
  objects: readonly T[],
  { kind, name, change, at }: Patch,
  nodeOf: (manifest: Manifest) => Node | undefined,
): PatchedObjects<T> {
  const isMeant = ({ manifest }: T): boolean => manifest.kind === kind && fits(name, manifest.metadata.name);
  if (!objects.some(isMeant)) return { objects, problems: [{ ...unmatched(objects, kind, name), at }] };
  const problems: PatchProblem[] = [];
  const changed = objects.map((object) => {
    if (!isMeant(object)) return object;
    const { value, problems: found } = asObject(
      object.manifest,
      'merge' in change ? mergedInto(object.manifest, change.merge, nodeOf) : operated(object.manifest, change.operations),
    );
    const about = `of \`${kind}\` \`${object.manifest.metadata.name}\``;
    problems.push(...found.map((problem) => ({ ...problem, message: `the patch ${about} does not fit: ${problem.message}`, at })));
    return { ...object, manifest: value };
  });
  return { objects: changed, problems };
}

/** Whether `name` is meant by `pattern`, in which `*` stands for anything. */
function fits(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(name);
}

function unmatched(objects: readonly IncludedObject[], kind: string, name: string): Pick<Diagnostic, 'code' | 'message' | 'help'> {
  const kinds = [...new Set(objects.map(({ manifest }) => manifest.kind))].sort();
  const names = objects.filter(({ manifest }) => manifest.kind === kind).map(({ manifest }) => manifest.metadata.name);
  const message = `the patch of \`${kind}\` \`${name}\` finds no such object`;
  const help =
    names.length > 0
      ? meantOr(`there are ${quotedList(names)}`, name, names)
      : meantOr(kinds.length === 0 ? 'nothing is rendered' : `there are objects of ${quotedList(kinds)}`, kind, kinds);
  return { code: 'patch-unmatched', message, help };
}

interface Changed {
  readonly value: Manifest;
  readonly problems: readonly Omit<PatchProblem, 'at'>[];
}

/** What a patch made of an object, if that is one still. */
function asObject(before: Manifest, changed: Changed): Changed {
  const problems = identityProblems(changed.value);
  if (problems.length === 0) return changed;
  return {
    value: before,
    problems: [...changed.problems, ...problems.map(({ message }) => ({ code: 'patch-invalid' as const, message }))],
  };
}

/** What a patch gives that YAML cannot hold. */
function unwritten(problems: readonly Problem[]): Changed['problems'] {
  return problems.map(({ path: _, severity: __, ...problem }) => problem);
}

function mergedInto(manifest: Manifest, part: unknown, nodeOf: (manifest: Manifest) => Node | undefined): Changed {
  const given = written(part);
  if (!given.ok) return { value: manifest, problems: unwritten(given.problems) };
  if (!isObject(given.value)) return { value: manifest, problems: [{ code: 'patch-invalid', message: 'what is merged is no object' }] };
  const { value, problems } = merged(manifest, given.value, nodeOf(manifest));
  return { value: value as Manifest, problems };
}

function operated(manifest: Manifest, operations: readonly JsonPatchOperation[]): Changed {
  const wrong = Array.isArray(operations) ? operations.find((operation) => !isOperation(operation)) : operations;
  if (wrong !== undefined) {
    const message = 'an operation has no `op` of RFC 6902, lacks its `value`, or has no `path` that begins with `/`';
    return { value: manifest, problems: [{ code: 'patch-invalid', message }] };
  }
  const given = written(operations);
  if (!given.ok) return { value: manifest, problems: unwritten(given.problems) };
  try {
    // What applies patches changes the object in place.
    const { json, missed } = patched(structuredClone(manifest), (given.value as unknown as typeof operations).map(operationOf));
    const problems = missed.map(({ op, path, key, known }) => ({
      code: 'patch-unmatched' as const,
      message: `\`${op} ${path}\` finds nothing there`,
      help: meantOr('correct the path', key, known),
    }));
    return { value: json as Manifest, problems };
  } catch (thrown) {
    return { value: manifest, problems: [{ code: 'patch-unmatched', message: thrown instanceof Error ? thrown.message : String(thrown) }] };
  }
}

const makers: { readonly [Op in JsonPatchOperation['op']]: (operation: never) => JsonPatch } = {
  add: ({ path, value }: { path: string; value: Json }) => JsonPatch.add(path, value),
  replace: ({ path, value }: { path: string; value: Json }) => JsonPatch.replace(path, value),
  test: ({ path, value }: { path: string; value: Json }) => JsonPatch.test(path, value),
  remove: ({ path }: { path: string }) => JsonPatch.remove(path),
  move: ({ from, path }: { from: string; path: string }) => JsonPatch.move(from, path),
  copy: ({ from, path }: { from: string; path: string }) => JsonPatch.copy(from, path),
};

function operationOf(operation: JsonPatchOperation): JsonPatch {
  return makers[operation.op](operation as never);
}

function isOperation(given: unknown): given is JsonPatchOperation {
  if (!isObject(given) || typeof given['op'] !== 'string' || !Object.hasOwn(makers, given['op'])) return false;
  if (['add', 'replace', 'test'].includes(given['op']) && given['value'] === undefined) return false;
  const places = given['op'] === 'move' || given['op'] === 'copy' ? [given['path'], given['from']] : [given['path']];
  return places.every((place) => typeof place === 'string' && place.startsWith('/'));
}
