import { isObject, type Json, type JsonObject, type Path, stringAt } from '../../../model/json.ts';
import { groupOf } from '../../../model/ref.ts';
import { type Finding, secretHelp } from './finding.ts';
import { isLiteralSecret } from './literal.ts';
import type { secretName } from './names.ts';

/** Groups whose objects only say where secrets are, or hold encrypted ones. */
const referring = ['bitnami.com', 'external-secrets.io', 'generators.external-secrets.io', 'secrets-store.csi.x-k8s.io'];

/** Fields below which keys name what others call so: no field of an author's. */
const foreign: ReadonlySet<string> = new Set(['annotations', 'labels', 'matchLabels', 'nodeSelector', 'selector', 'encryptedData']);

/** Whether the names of fields in `object` tell of values. In a definition of a kind they tell of fields. */
export function hasNamedFields(object: JsonObject): boolean {
  const group = groupOf(stringAt(object, 'apiVersion') ?? '');
  return !referring.includes(group) && object['kind'] !== 'CustomResourceDefinition';
}

/** Whether names below `path` are to be looked at. */
export function isForeign(path: Path): boolean {
  const key = path.at(-1);
  return typeof key === 'string' && foreign.has(key);
}

/**
 * Secrets in `value`, known by the name of what holds them: a field, a pair of `name` and `value` (as in `env`), an option of
 * a command. `nameOf` is `secretName`, or the same with a memory.
 */
export function literalsIn(value: Json, path: Path, nameOf: typeof secretName): readonly Finding[] {
  if (Array.isArray(value)) return path.at(-1) === 'args' || path.at(-1) === 'command' ? optionsIn(value, path, nameOf) : [];
  if (!isObject(value)) return [];
  const found: Finding[] = [];
  const { name, value: given } = value;
  if (typeof name === 'string' && typeof given === 'string') found.push(...literal(name, given, { path: [...path, 'value'], nameOf }));
  for (const key in value) {
    const text = value[key];
    if (typeof text === 'string' && nameOf(key) !== undefined) found.push(...literal(key, text, { path, key, nameOf }));
  }
  return found;
}

/** `--password=…`, `-Dpassword=…`, `PASSWORD=…`, and `--password` with the next item. */
function optionsIn(items: readonly Json[], path: Path, nameOf: typeof secretName): readonly Finding[] {
  return items.flatMap((item, i) => {
    const [, name, given] = (typeof item === 'string' ? /^-{0,2}([A-Za-z][\w.-]{0,99})(?:=(.{1,10000}))?$/s.exec(item) : null) ?? [];
    const next = items[i + 1];
    if (name === undefined) return [];
    if (given !== undefined) return literal(name, given, { path: [...path, i], nameOf });
    return String(item).startsWith('-') && typeof next === 'string' ? literal(name, next, { path: [...path, i + 1], nameOf }) : [];
  });
}

function literal(
  name: string,
  value: string,
  { path, key, nameOf }: { readonly path: Path; readonly key?: string; readonly nameOf: typeof secretName },
): readonly Finding[] {
  const says = nameOf(name);
  if (says === undefined || !isLiteralSecret(says, value)) return [];
  const what = { password: 'a password', token: 'a token or key', connection: 'a password in a connection string' }[says];
  const message = `\`${name}\` is given ${what} in clear text`;
  return [{ code: 'secret-literal', message, help: secretHelp, path: key === undefined ? path : [...path, key], secrets: [value] }];
}
