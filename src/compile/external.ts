import { brand } from '../authoring/brand.ts';
import type { Definition, ObjectTarget } from '../authoring/environment.ts';
import type { Checked, Diagnostic, Place } from '../model/diagnostic.ts';
import { isObject } from '../model/json.ts';
import type { ObjectRef } from '../model/ref.ts';
import { builtinKind } from '../schema/kinds.ts';
import { podPath } from '../schema/pods.ts';
import { readEntries } from './entries.ts';
import { formatTarget, isTarget, type Read, refOfTarget } from './targets.ts';
import { meantOr, quotedList, shown } from './wording.ts';

/** An object that exists although the environment does not make it, as a definition tells it. */
export interface External {
  /** Which one; pods that are known by their labels only have the name ''. */
  readonly ref: ObjectRef;
  /** The keys of a ConfigMap or Secret; undefined is any. */
  readonly keys?: ReadonlySet<string>;
  /** The names and numbers of a Service's ports; undefined is any. */
  readonly ports?: ReadonlySet<string>;
  /** The labels of the pods that it runs. */
  readonly labels?: ReadonlyMap<string, string>;
  /** Where it is told. */
  readonly at: Place;
  /** Whether the environment itself tells it, and no ancestor. */
  readonly own: boolean;
}

/** What an environment and its ancestors say of objects that exist outside: all of it. What could never be meant is an error. */
export function resolveExternal(layers: readonly { readonly definition: Definition; readonly at: Place }[]): Checked<readonly External[]> {
  const found: External[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const { definition, at } of layers) {
    const list = { ...at, pointer: 'external' };
    const read = readEntries({ given: definition.external, at: list, code: 'external-invalid', read: readExternal });
    diagnostics.push(...read.diagnostics);
    found.push(...read.value.map((entry) => ({ ...entry.value, at: entry.at, own: definition[brand] === 'environment' })));
  }
  return { value: found, diagnostics };
}

/** The entry that tells of `ref`, as it is written, with what else must be said of it. */
export function externalEntry(ref: ObjectRef, more: Readonly<Record<string, string>> = {}): string {
  const { group, kind, namespace, name } = ref;
  const isClear = builtinKind(ref) !== undefined;
  const parts = {
    ...(isClear ? {} : { group: quoted(group) }),
    kind: quoted(kind),
    ...(namespace === '' ? {} : { namespace: quoted(namespace) }),
  };
  const all = { ...parts, ...(name === '' ? {} : { name: quoted(name) }), ...more };
  return `\`external: [{ ${Object.entries(all)
    .map(([key, value]) => `${key}: ${value}`)
    .join(', ')} }]\``;
}

/** A string as it stands in code. */
export function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

const form = "write `{ kind: 'Secret', namespace: 'shop', name: 'database', keys: ['password'] }`";
const fields = ['group', 'keys', 'kind', 'labels', 'name', 'namespace', 'ports'];

function readExternal(given: unknown): Read<Omit<External, 'at' | 'own'>> {
  if (!isObject(given)) return refused(`${shown(given)} is no object that exists outside`, form);
  const unknown = Object.keys(given).find((field) => !fields.includes(field));
  if (unknown !== undefined) {
    return refused(`what exists outside has no \`${unknown}\``, meantOr(`there are ${quotedList(fields)}`, unknown, fields));
  }
  const isNameless = given['kind'] === 'Pod' && given['name'] === undefined && given['labels'] !== undefined;
  const target: unknown = isNameless ? { ...given, name: 'any' } : given;
  if (!isTarget(target)) return refused('this names no object that exists outside', form);
  const ref = refOfTarget(target, 'the entry');
  if (!ref.ok) return ref;
  const problem = detailProblem(ref.value, target, given);
  if (problem !== undefined) return { ok: false, problem };
  const { keys, ports, labels } = given;
  return {
    ok: true,
    value: {
      ref: isNameless ? { ...ref.value, name: '' } : ref.value,
      ...(keys === undefined ? {} : { keys: new Set(keys as readonly string[]) }),
      ...(ports === undefined ? {} : { ports: new Set((ports as readonly (string | number)[]).map(String)) }),
      ...(labels === undefined ? {} : { labels: new Map(Object.entries(labels as Readonly<Record<string, string>>)) }),
    },
  };
}

/** What may be told of an object, of which objects, and in what form. */
const details: Readonly<
  Record<
    'keys' | 'ports' | 'labels',
    { readonly fits: (value: unknown) => boolean; readonly form: string; readonly of: string; readonly isOf: (ref: ObjectRef) => boolean }
  >
> = {
  keys: {
    fits: (value) => isListOf(value, (key) => typeof key === 'string'),
    form: "a list of names, such as `['password']`",
    of: 'a ConfigMap or a Secret',
    isOf: ({ group, kind }) => group === '' && (kind === 'ConfigMap' || kind === 'Secret'),
  },
  ports: {
    fits: (value) => isListOf(value, (port) => typeof port === 'string' || Number.isSafeInteger(port)),
    form: "a list of names and numbers, such as `['http', 443]`",
    of: 'a Service',
    isOf: ({ group, kind }) => group === '' && kind === 'Service',
  },
  labels: {
    fits: (value) => isObject(value) && Object.keys(value).length > 0 && Object.values(value).every((label) => typeof label === 'string'),
    form: "the labels of pods, such as `{ app: 'web' }`",
    of: 'something that runs pods',
    isOf: (ref) => builtinKind(ref) === undefined || podPath(ref) !== undefined,
  },
};

function detailProblem(
  ref: ObjectRef,
  target: ObjectTarget,
  given: Readonly<Record<string, unknown>>,
): Pick<Diagnostic, 'message' | 'help'> | undefined {
  for (const [field, { fits, form: expected, of, isOf }] of Object.entries(details)) {
    const value = given[field];
    if (value === undefined) continue;
    if (!isOf(ref))
      return { message: `${formatTarget(target)} is told to have \`${field}\`, which only ${of} has`, help: `leave out \`${field}\`` };
    if (!fits(value)) return { message: `\`${field}\` is ${shown(value)}: expected ${expected}` };
  }
  return undefined;
}

function isListOf(value: unknown, fits: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(fits);
}

function refused(message: string, help: string): Read<never> {
  return { ok: false, problem: { message, help } };
}
