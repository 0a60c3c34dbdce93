import type { AllowedSecret as Written } from '../authoring/environment.ts';
import type { Checked, Diagnostic, Place } from '../model/diagnostic.ts';
import { isObject } from '../model/json.ts';
import { keyOf, type ObjectRef } from '../model/ref.ts';
import { isDate } from './changes.ts';
import { readEntries } from './entries.ts';
import { formatTarget, isTarget, type Read, refOfTarget } from './targets.ts';
import { secretPatterns } from './validate/secrets/patterns.ts';
import { meantOr, quotedList, shown } from './wording.ts';

/** A secret that may stand in clear text, where, and until when. */
export interface AllowedSecret {
  readonly ref: ObjectRef;
  /** A JSON pointer, or the name of a pattern. */
  readonly where: { readonly pointer: string } | { readonly pattern: string };
  readonly reason: string;
  readonly until: string;
  /** Whether its last day was before today. */
  readonly isOver: boolean;
  /** The entry. */
  readonly at: Place;
}

/** What one definition allows, and where it stands. */
interface SecretLayer {
  readonly definition: { readonly allowedSecrets?: unknown };
  readonly at: Place;
}

/** What an environment and its ancestors allow, as of the day `today`. For the same place in an object the nearest one counts. */
export function resolveAllowedSecrets(layers: readonly SecretLayer[], today: string): Checked<readonly AllowedSecret[]> {
  const allowed = new Map<string, AllowedSecret>();
  const diagnostics: Diagnostic[] = [];
  for (const { definition, at: layer } of layers) {
    const list = { ...layer, pointer: 'allowedSecrets' };
    const read = readEntries({ given: definition.allowedSecrets, at: list, code: 'allowed-secret-invalid', read: readAllowed });
    diagnostics.push(...read.diagnostics);
    for (const { value, at } of read.value)
      allowed.set(`${keyOf(value.ref)} ${JSON.stringify(value.where)}`, { ...value, isOver: value.until < today, at });
  }
  return { value: [...allowed.values()], diagnostics };
}

const form =
  "write `{ object: { kind: 'Secret', namespace: 'shop', name: 'demo' }, pointer: '/data/key', reason: 'the reason', until: '2027-01-31' }`, or `pattern` for `pointer`";

function readAllowed(given: unknown): Read<Omit<AllowedSecret, 'isOver' | 'at'>> {
  if (!isAllowed(given)) return refused('this allows no secret', form);
  const { object, pointer, pattern, reason, until } = given;
  if (reason.trim() === '')
    return refused(`the secret in ${formatTarget(object)} is allowed without a reason`, 'say who decided it and why');
  if (!isDate(until)) return refused(`the secret in ${formatTarget(object)} is allowed until ${shown(until)}, which is no date`, form);
  const names = secretPatterns.map(({ name }) => name);
  if (pattern !== undefined && !names.includes(pattern)) {
    return refused(`there is no pattern \`${pattern}\``, meantOr(`there are ${quotedList(names)}`, pattern, names));
  }
  const ref = refOfTarget(object, 'the entry');
  return ref.ok ? { ok: true, value: { ref: ref.value, where: pattern === undefined ? { pointer } : { pattern }, reason, until } } : ref;
}

function isAllowed(given: unknown): given is Written {
  if (!isObject(given) || !isTarget(given['object']) || typeof given['reason'] !== 'string') return false;
  const { pointer, pattern } = given;
  return pattern === undefined
    ? typeof pointer === 'string' && /^(?:\/[^/]*)+$/.test(pointer)
    : typeof pattern === 'string' && pointer === undefined;
}

function refused(message: string, help: string): Read<never> {
  return { ok: false, problem: { message, help } };
}
