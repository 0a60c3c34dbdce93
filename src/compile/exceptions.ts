import { brandOf } from '../authoring/brand.ts';
import type { DateText, Policy, PolicyException } from '../authoring/policy.ts';
import type { Checked, Diagnostic, Place } from '../model/diagnostic.ts';
import { compareText } from '../model/ref.ts';
import { meantOr } from './wording.ts';

/** What one definition says about policies, and where it stands. */
interface PolicyLayer {
  readonly definition: { readonly policies?: Readonly<Record<string, Policy | PolicyException>> };
  readonly at: Place;
}

/** A policy of an environment, and what keeps it from being applied. */
interface Entry {
  readonly policy: Policy;
  readonly exception?: PolicyException;
  readonly at: Place;
}

/**
 * The policies that apply on the day `today`, sorted by the names they have in the environment. A child adds policies and
 * switches inherited ones off until a date; after that day they apply again, with a warning.
 */
export function resolvePolicies(layers: readonly PolicyLayer[], today: string): Checked<readonly Policy[]> {
  const entries = new Map<string, Entry>();
  const diagnostics: Diagnostic[] = [];
  for (const { definition, at } of layers) {
    for (const [name, given] of Object.entries(definition.policies ?? {})) {
      const before = entries.get(name);
      const problem = isPolicy(given) ? policyProblem(name, given, before) : exceptionProblem(name, given, [...entries.keys()]);
      if (problem !== undefined) diagnostics.push({ ...problem, severity: 'error', at });
      else if (isPolicy(given)) entries.set(name, { policy: given, at });
      else if (before !== undefined) entries.set(name, { policy: before.policy, exception: given, at });
    }
  }
  const sorted = [...entries].toSorted(([a], [b]) => compareText(a, b));
  diagnostics.push(...sorted.flatMap(([name, entry]) => expiry(name, entry, today)));
  return { value: sorted.filter(([, entry]) => !isOff(entry, today)).map(([, { policy }]) => policy), diagnostics };
}

function isPolicy(given: unknown): given is Policy {
  return brandOf(given) === 'policy';
}

/** An exception holds on its last day, too. */
function isOff({ exception }: Entry, today: string): boolean {
  return exception !== undefined && today <= exception.until;
}

function expiry(name: string, entry: Entry, today: string): readonly Diagnostic[] {
  const { exception, at } = entry;
  if (exception === undefined || isOff(entry, today)) return [];
  const message = `the policy \`${name}\` applies again: it was off until ${exception.until} (${exception.off})`;
  return [{ code: 'exception-expired', severity: 'warning', message, at, help: 'remove the exception, or give it a new date and reason' }];
}

type Problem = Pick<Diagnostic, 'code' | 'message' | 'help'>;

function policyProblem(name: string, policy: Policy, before: Entry | undefined): Problem | undefined {
  if (before === undefined || before.policy === policy) return undefined;
  const help = 'give the new policy a name of its own, or switch the other one off: `{ off: reason, until: date }`';
  return { code: 'policy-redefined', message: `the policy \`${name}\` stands for another one in an ancestor`, help };
}

function exceptionProblem(name: string, given: unknown, names: readonly string[]): Problem | undefined {
  const form = "give it what `definePolicy` returned, or `{ off: 'the reason', until: '2027-01-31' }`";
  if (typeof given !== 'object' || given === null || !('off' in given) || !('until' in given)) {
    return { code: 'policy-invalid', message: `\`${name}\` is no policy, and no exception from one`, help: form };
  }
  if (typeof given.off !== 'string' || given.off.trim() === '') {
    return { code: 'exception-reason', message: `the policy \`${name}\` is switched off without a reason`, help: form };
  }
  if (!isDate(given.until)) {
    const message = `the policy \`${name}\` is switched off until \`${String(given.until)}\`, which is no date`;
    return { code: 'exception-date', message, help: form };
  }
  if (names.includes(name)) return undefined;
  const help = meantOr('there is nothing to switch off: remove it', name, names);
  return { code: 'policy-unknown', message: `\`${name}\` is switched off, but no ancestor has such a policy`, help };
}

/** Whether `text` is a day that there is, as `2027-01-31`. */
export function isDate(text: unknown): text is DateText {
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
