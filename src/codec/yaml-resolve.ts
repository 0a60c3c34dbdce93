import type { Json } from '../model/json.ts';

/** What a scalar without quotes stands for, or why it stands for nothing that JSON can hold. */
export type Resolved = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly message: string };

const words: ReadonlyMap<string, boolean | null> = new Map([
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
]);

const notJson = /^(?:\.nan|\.NaN|\.NAN|[-+]?\.(?:inf|Inf|INF))$/;
const integer = /^[-+]?(?:0[xX][\da-fA-F]+|0[bB][01]+|0[oO][0-7]+|\d+)$/;
const oldOctal = /^0[0-7]+$/;
const float = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;

/**
 * Resolves a plain scalar as Kubernetes does, which is to say sigs.k8s.io/yaml over go-yaml 2 (resolve.go): `yes`, `no`,
 * `on`, `off`, `y` and `n` are booleans, `0755` and `0o755` octal, underscores in numbers are skipped, and times and
 * base 60 (`1:30`) are strings. Unlike it, numbers that would lose digits, NaN and infinities are refused.
 */
export function resolvePlain(text: string): Resolved {
  const word = words.get(text);
  if (word !== undefined) return { ok: true, value: word };
  if (notJson.test(text)) return { ok: false, message: 'a number that is infinite or not a number has no place in a manifest' };
  if (!/^[-+.\d]/.test(text)) return { ok: true, value: text };
  // go-yaml skips every underscore, but behind a leading dot only those between digits.
  const digits = text.startsWith('.') ? text.replace(/(?<=\d)_(?=\d)/g, '') : text.replaceAll('_', '');
  if (integer.test(digits)) return resolveInteger(digits);
  return float.test(digits) ? resolveFloat(digits) : { ok: true, value: text };
}

function resolveInteger(digits: string): Resolved {
  const size = digits.replace(/^[-+]/, '');
  const value = Number(oldOctal.test(size) ? `0o${size}` : size);
  if (!Number.isSafeInteger(value))
    return { ok: false, message: 'an integer beyond 2^53 - 1 loses digits: quote it when it is meant as text' };
  return { ok: true, value: digits.startsWith('-') ? 0 - value : value };
}

function resolveFloat(digits: string): Resolved {
  const value = Number(digits);
  if (!Number.isFinite(value)) return { ok: false, message: 'a number beyond 1.8e308 cannot be held' };
  return { ok: true, value: value === 0 ? 0 : value };
}
