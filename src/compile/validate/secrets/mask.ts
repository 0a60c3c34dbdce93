import type { Diagnostic, Place } from '../../../model/diagnostic.ts';
import { keyOf, type ObjectKey } from '../../../model/ref.ts';
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
 * that a diagnostic is about. Whatever a rule, a policy or an exception of an author's code quoted passes through here.
 */
export function withoutSecrets(diagnostics: readonly Diagnostic[], secretsOf: SecretsOf): readonly Diagnostic[] {
  return diagnostics.map((diagnostic) => {
    const { message, at, help } = diagnostic;
    const secrets = at.object === undefined ? [] : (secretsOf.get(keyOf(at.object)) ?? []);
    const hide = (text: string): string => hidden(text, secrets);
    return { ...diagnostic, message: hide(message), at: hiddenPlace(at, hide), ...(help === undefined ? {} : { help: hide(help) }) };
  });
}

function hidden(text: string, secrets: readonly string[]): string {
  // The longest first: one may be a part of another.
  const known = secrets.filter(({ length }) => length >= shortestHidden).toSorted((a, b) => b.length - a.length);
  return withoutMatches(known.flatMap(formsOf).reduce((masked, form) => masked.replaceAll(form, '…'), text));
}

/** A secret as it may stand in a message: as it is, and as JSON writes it. */
function formsOf(secret: string): readonly string[] {
  return [secret, JSON.stringify(secret).slice(1, -1)];
}

/** A name may be a secret, too. */
function hiddenPlace(at: Place, hide: (text: string) => string): Place {
  const { construct, object, pointer } = at;
  return {
    ...at,
    ...(construct === undefined ? {} : { construct: withoutMatches(construct) }),
    ...(object === undefined ? {} : { object: { ...object, name: withoutMatches(object.name) } }),
    ...(pointer === undefined ? {} : { pointer: pointerWithoutSecrets(pointer, hide) }),
  };
}

/** A JSON pointer without keys that are secrets. `hide` is given each key as it is without the pointer's escapes. */
export function pointerWithoutSecrets(pointer: string, hide: (key: string) => string = withoutMatches): string {
  return pointer
    .split('/')
    .map((part) => {
      const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
      const masked = hide(key);
      return masked === key ? part : masked.replaceAll('~', '~0').replaceAll('/', '~1');
    })
    .join('/');
}
