import { isObject, type Json, type JsonObject, type Path, pointer } from '../model/json.ts';
import type { Manifest } from '../model/manifest.ts';

/** What knows secrets. It is asked for by whoever compares, so that nobody can forget it. */
export interface Hiding {
  /** The secrets that stand in clear in an object, and where. */
  readonly secretsIn: (manifest: Manifest) => readonly { readonly path: Path; readonly secrets: readonly string[] }[];
  /** Whether a field, a variable or an option of that name holds a secret. */
  readonly isSecretName: (name: string) => boolean;
  /** A text without what is recognised as a secret. */
  readonly withoutSecrets: (text: string) => string;
}

/** What stands in place of a secret. */
const hiddenText = '…';

/** What is shorter is hidden where it stands, but not wherever else it may stand, where it is most likely a word. */
const shortestHidden = 6;

/** What may be shown of an object. */
export interface Shown {
  /** The value at a path; undefined where there is none. */
  readonly at: (path: Path) => Json | undefined;
  /** A text about the object. */
  readonly text: (text: string) => string;
}

/** What may be shown of an object: of a Secret no value at all, of others none that is a secret, or is called so. Its shape stays. */
export function shownOf(manifest: Manifest, hiding: Hiding): Shown {
  const found = hiding.secretsIn(manifest);
  const secrets = found
    .flatMap((one) => one.secrets)
    .flatMap((secret) => [secret, secret.trim(), JSON.stringify(secret).slice(1, -1)])
    .filter(({ length }) => length >= shortestHidden)
    .toSorted((a, b) => b.length - a.length);
  const text = (given: string): string =>
    hiding.withoutSecrets(secrets.reduce((left, secret) => left.replaceAll(secret, hiddenText), given));
  const look: Look = {
    places: new Set(found.map(({ path }) => pointer(path))),
    text,
    isSecretName: hiding.isSecretName,
    isSecret: manifest.kind === 'Secret',
  };
  return { at: (path) => shownAt(manifest, path, look), text };
}

interface Look {
  readonly places: ReadonlySet<string>;
  readonly text: (text: string) => string;
  readonly isSecretName: (name: string) => boolean;
  readonly isSecret: boolean;
}

/** The value at `path`, which is hidden where it, or anything that it is in, is a secret. */
function shownAt(manifest: Manifest, path: Path, look: Look): Json | undefined {
  let value: Json | undefined = manifest;
  let at = '';
  let isHidden = false;
  for (const key of path) {
    if (value === undefined) return undefined;
    isHidden ||= isSecretAt(value, key, { at, look });
    at += pointer([key]);
    value = (value as JsonObject)[key];
    isHidden ||= look.places.has(at);
  }
  return value === undefined ? undefined : shown(value, at, { look, isHidden });
}

function shown(value: Json, at: string, { look, isHidden }: { readonly look: Look; readonly isHidden: boolean }): Json {
  const below = (key: string | number, inner: Json): Json => {
    const place = `${at}${pointer([key])}`;
    return shown(inner, place, { look, isHidden: isHidden || look.places.has(place) || isSecretAt(value, key, { at, look }) });
  };
  if (Array.isArray(value)) return value.map((item, i) => below(i, item));
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).flatMap(([key, inner]) => (inner === undefined ? [] : [[key, below(key, inner)]])));
  if (isHidden) return hiddenText;
  return typeof value === 'string' ? assigned(look.text(value), look) : value;
}

/** Whether what stands under `key` of `value` is a secret by what it is called, or by the option before it. */
function isSecretAt(value: Json, key: string | number, { at, look }: { readonly at: string; readonly look: Look }): boolean {
  if (Array.isArray(value)) return isGiven(value[Number(key) - 1], look);
  if (!isObject(value) || typeof key !== 'string') return false;
  if (look.isSecret && at === '' && (key === 'data' || key === 'stringData')) return true;
  const { name } = value;
  // Whether there is one is no secret: `automountServiceAccountToken: false`.
  if (typeof value[key] !== 'string' && typeof value[key] !== 'number') return false;
  return look.isSecretName(key) || (key === 'value' && typeof name === 'string' && look.isSecretName(name));
}

/** `--password=…`: what is given to an option, or a variable, of such a name. */
function assigned(text: string, { isSecretName }: Look): string {
  const [, sign = '', name] = /^(-{0,2})([A-Za-z][\w.-]{0,99})=./s.exec(text) ?? [];
  return name !== undefined && isSecretName(name) ? `${sign}${name}=${hiddenText}` : text;
}

/** Whether what stands behind an item of a list is given to an option of such a name. */
function isGiven(before: Json | undefined, { isSecretName }: Look): boolean {
  const name = typeof before === 'string' ? /^--?([A-Za-z][\w.-]{0,99})$/.exec(before)?.[1] : undefined;
  return name !== undefined && isSecretName(name);
}
