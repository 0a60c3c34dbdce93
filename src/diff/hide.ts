import { isObject, type Json, type JsonObject, type Path, pointer } from '../model/json.ts';
import type { Manifest } from '../model/manifest.ts';
import { hiddenText, withoutAssigned, withoutUrlSecrets } from './hide-text.ts';
import { looksSecret } from './secret-names.ts';

/** What knows secrets. It is asked for by whoever compares, so that nobody can forget it. */
export interface Hiding {
  /** The secrets that stand in clear in an object, and where. */
  readonly secretsIn: (manifest: Manifest) => readonly { readonly path: Path; readonly secrets: readonly string[] }[];
  /** Whether a field, a variable or an option of that name holds a secret. */
  readonly isSecretName: (name: string) => boolean;
  /** A text without what is recognised as a secret. */
  readonly withoutSecrets: (text: string) => string;
}

/** What is shorter is hidden where it stands, but not wherever else it may stand, where it is most likely a word. */
const shortestHidden = 6;

/** What may be shown of an object. */
export interface Shown {
  /** The value at a path; undefined where there is none. */
  readonly at: (path: Path) => Json | undefined;
  /** A text about the object. */
  readonly text: (text: string) => string;
}

/** What may be shown of an object: of a Secret no value at all, of others none that is a secret, or is called so. */
export function shownOf(manifest: Manifest, hiding: Hiding): Shown {
  const found = hiding.secretsIn(manifest);
  const secrets = found
    .flatMap((one) => one.secrets)
    .flatMap((secret) => [secret, secret.trim(), JSON.stringify(secret).slice(1, -1)])
    .filter(({ length }) => length >= shortestHidden)
    .toSorted((a, b) => b.length - a.length);
  const isSecretName = (name: string): boolean => hiding.isSecretName(name) || looksSecret(name);
  const text = (given: string): string =>
    withoutUrlSecrets(hiding.withoutSecrets(secrets.reduce((left, secret) => left.replaceAll(secret, hiddenText), given)), isSecretName);
  const look: Look = { places: new Set(found.map(({ path }) => pointer(path))), text, isSecretName, kind: manifest.kind };
  return { at: (path) => shownAt(manifest, path, look), text };
}

interface Look {
  readonly places: ReadonlySet<string>;
  readonly text: (text: string) => string;
  readonly isSecretName: (name: string) => boolean;
  readonly kind: string;
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
  // How many there are, and under which names, is a part of it.
  if (isHidden) return hiddenText;
  const below = (key: string | number, inner: Json): Json => {
    const place = `${at}${pointer([key])}`;
    return shown(inner, place, { look, isHidden: look.places.has(place) || isSecretAt(value, key, { at, look }) });
  };
  if (Array.isArray(value)) return value.map((item, i) => below(i, item));
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).flatMap(([key, inner]) => (inner === undefined ? [] : [[key, below(key, inner)]])));
  if (typeof value !== 'string') return value;
  const text = look.text(value);
  // The tag of an image is given to nobody, whatever the image is called.
  return at.endsWith('/image') && /^[\w./:@-]+$/.test(text) ? text : withoutAssigned(text, look.isSecretName);
}

/** Whether what stands under `key` of `value` is a secret by what it is called, or by the option before it. */
function isSecretAt(value: Json, key: string | number, { at, look }: { readonly at: string; readonly look: Look }): boolean {
  if (Array.isArray(value)) return isGiven(value[Number(key) - 1], look);
  if (!isObject(value) || typeof key !== 'string') return false;
  if (key === 'data' || key === 'stringData') {
    if (look.kind === 'Secret' && at === '') return true;
    // What a SealedSecret, or an ExternalSecret, puts into its Secret.
    if (look.kind.endsWith('Secret') && at.endsWith('/template')) return true;
  }
  // It holds the whole object once more.
  if (key === 'kubectl.kubernetes.io/last-applied-configuration') return true;
  const inner = value[key];
  // Whether there is one is no secret: `automountServiceAccountToken: false`.
  if (inner === undefined || inner === null || typeof inner === 'boolean' || isReference(key, inner)) return false;
  const names = key === 'value' ? [value['name'], value['key']] : [];
  return [key, ...names].some((name) => typeof name === 'string' && look.isSecretName(name));
}

/** Fields of Kubernetes that say which Secret is meant, or which token is wanted, and what they may hold. */
const references: ReadonlyMap<string, readonly string[]> = new Map([
  ['secret', ['secretName', 'name', 'optional', 'items', 'defaultMode']],
  ['secrets', ['name', 'namespace', 'kind', 'apiVersion']],
  ['imagePullSecrets', ['name']],
  ['serviceAccountToken', ['audience', 'expirationSeconds', 'path']],
  ['tokenRequests', ['audience', 'expirationSeconds']],
]);

function isReference(key: string, value: Json): boolean {
  const fields = references.get(key);
  const all = Array.isArray(value) ? value : [value];
  return fields !== undefined && all.every((one) => isObject(one) && Object.keys(one).every((field) => fields.includes(field)));
}

/** Whether what stands behind an item of a list is given to an option of such a name. */
function isGiven(before: Json | undefined, { isSecretName }: Look): boolean {
  const name = typeof before === 'string' ? /^--?([A-Za-z][\w.-]{0,99})$/.exec(before)?.[1] : undefined;
  return name !== undefined && isSecretName(name);
}
