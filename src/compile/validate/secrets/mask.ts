import type { Diagnostic, Place } from '../../../model/diagnostic.ts';
import { keyOfStep } from '../../../model/json.ts';
import { keyOf, type ObjectKey, type ObjectRef } from '../../../model/ref.ts';
import { withoutMatches } from './find.ts';
import { secretName } from './names.ts';

/** A secret of fewer UTF-16 units is not hidden in messages: `on` or `shop` would be hidden where they are only words. */
const shortestHidden = 6;

/** The secrets that were found in each object. */
export type SecretsOf = ReadonlyMap<ObjectKey, readonly string[]>;

/** JSON of `value` for a message, with `…` for what a pattern recognises and for what has the name of a secret. `key` is its own. */
export function jsonWithoutSecrets(value: unknown, key: string | number = ''): string | undefined {
  const text = JSON.stringify(value, (name, inner: unknown) => {
    if (isHiddenByName(name === '' ? String(key) : name, inner)) return '…';
    if (typeof inner === 'bigint') return `${inner}n`;
    return typeof inner === 'string' ? withoutMatches(inner) : inner;
  });
  return text === undefined ? undefined : withoutMatches(text);
}

function isHiddenByName(name: string, value: unknown): boolean {
  return ['string', 'number', 'bigint'].includes(typeof value) && value !== '' && secretName(name) !== undefined;
}

/**
 * `diagnostics` without any secret: neither what a pattern recognises, wherever it stands, nor what was found in the object
 * that a diagnostic is about; of a policy, which may see all objects, nothing that was found in any. Whatever a rule, a policy
 * or an exception of an author's code quoted passes through here.
 */
export function withoutSecrets(diagnostics: readonly Diagnostic[], secretsOf: SecretsOf): readonly Diagnostic[] {
  const ofAll = hideable([...secretsOf.values()].flat());
  const ofObject = new Map([...secretsOf].map(([key, secrets]) => [key, hideable(secrets)]));
  return diagnostics.map((diagnostic) => {
    const { code, message, at, help } = diagnostic;
    const own = at.object === undefined ? undefined : ofObject.get(keyOf(at.object));
    const secrets = code.startsWith('policy/') ? ofAll : (own ?? []);
    const hide = (text: string): string => withoutMatches(secrets.reduce((masked, secret) => masked.replaceAll(secret, '…'), text));
    return { ...diagnostic, message: hide(message), at: hiddenPlace(at, hide), ...(help === undefined ? {} : { help: hide(help) }) };
  });
}

/**
 * Secrets as they may stand in a message: as they are, without the space around them (a file ends with a line break), and as
 * JSON writes them. The longest come first, since one may be a part of another.
 */
function hideable(secrets: readonly string[]): readonly string[] {
  const long = secrets.flatMap((secret) => [secret, secret.trim()]).filter(({ length }) => length >= shortestHidden);
  const forms = new Set(long.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]));
  return [...forms].toSorted((a, b) => b.length - a.length);
}

/** A name may be a secret, too, and so may a kind that somebody else wrote. */
function hiddenPlace(at: Place, hide: (text: string) => string): Place {
  const { construct, object, pointer } = at;
  return {
    ...at,
    ...(construct === undefined ? {} : { construct: withoutMatches(construct) }),
    ...(object === undefined ? {} : { object: hiddenRef(object) }),
    ...(pointer === undefined ? {} : { pointer: pointerWithoutSecrets(pointer, hide) }),
  };
}

function hiddenRef({ group, kind, namespace, name }: ObjectRef): ObjectRef {
  return {
    group: withoutMatches(group),
    kind: withoutMatches(kind),
    namespace: withoutMatches(namespace),
    name: withoutMatches(name),
  };
}

/** A JSON pointer without keys that are secrets. `hide` is given each key as it is without the pointer's escapes. */
export function pointerWithoutSecrets(pointer: string, hide: (key: string) => string = withoutMatches): string {
  return pointer
    .split('/')
    .map((part) => {
      const key = keyOfStep(part);
      const masked = hide(key);
      return masked === key ? part : masked.replaceAll('~', '~0').replaceAll('/', '~1');
    })
    .join('/');
}
