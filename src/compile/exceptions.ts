import type { Policy } from '../authoring/policy.ts';
import type { Checked, Diagnostic, Place } from '../model/diagnostic.ts';
import { compareText, type ObjectRef } from '../model/ref.ts';
import { isPolicy, type PolicyChanges, readChanges } from './changes.ts';
import { meantOr } from './wording.ts';

/** What one definition says about policies, and where it stands. The farthest ancestor comes first, the environment last. */
interface PolicyLayer {
  readonly definition: { readonly policies?: Readonly<Record<string, unknown>> };
  readonly at: Place;
}

/** A policy as it applies to an environment. */
export interface AppliedPolicy {
  readonly policy: Policy;
  /** How much its findings matter here; unless told, as its rules say. */
  readonly severity?: 'error' | 'warning';
  readonly exceptions: readonly Exemption[];
}

/** What is left out of a policy: a rule, an object, or a rule for an object. */
export interface Exemption {
  readonly rule?: string;
  readonly object?: ObjectRef;
  readonly reason: string;
  readonly until: string;
  readonly at: Place;
  readonly isExpired: boolean;
  /** Whether an ancestor gives it, so that other environments have it, too. */
  readonly isInherited: boolean;
}

/** A policy of an environment, and all that is changed about it. */
interface Entry {
  readonly policy: Policy;
  readonly off?: Changed<'off'>;
  readonly severity?: Changed<'severity'>;
  readonly exceptions: readonly Exemption[];
}

type Changed<K extends keyof PolicyChanges> = Exclude<PolicyChanges[K], undefined> & { readonly at: Place };

/**
 * The policies that apply on the day `today`, sorted by the names they have in the environment. A child adds policies, and
 * changes inherited ones for a while. An exception holds on its last day, too; after it the policy applies again, with a
 * warning. As long as it holds, a note tells of it.
 */
export function resolvePolicies(layers: readonly PolicyLayer[], today: string): Checked<readonly AppliedPolicy[]> {
  const entries = new Map<string, Entry>();
  const diagnostics: Diagnostic[] = [];
  for (const layer of layers) {
    for (const [name, given] of Object.entries(layer.definition.policies ?? {})) {
      const here = { name, at: layer.at, today, isInherited: layer !== layers.at(-1) };
      const { value, diagnostics: found } = entryOf(given, here, entries);
      diagnostics.push(...found);
      if (value !== undefined) entries.set(name, value);
    }
  }
  const sorted = [...entries].toSorted(([a], [b]) => compareText(a, b));
  diagnostics.push(...sorted.flatMap(([name, entry]) => reportsOf(name, entry, today)));
  return { value: sorted.flatMap(([, entry]) => (isInForce(entry.off, today) ? [] : [appliedOf(entry, today)])), diagnostics };
}

/** Where a policy is given or changed. */
interface Here {
  readonly name: string;
  readonly at: Place;
  readonly today: string;
  readonly isInherited: boolean;
}

function entryOf(given: unknown, here: Here, entries: ReadonlyMap<string, Entry>): Checked<Entry | undefined> {
  const { name, at } = here;
  const before = entries.get(name);
  const refused = (problem: Pick<Diagnostic, 'code' | 'message' | 'help'>): Checked<undefined> => ({
    value: undefined,
    diagnostics: [{ ...problem, severity: 'error', at }],
  });
  const { value: changes, problems } = isPolicy(given)
    ? { value: { policy: given, except: [] }, problems: [] }
    : readChanges(name, given, before?.policy);
  if (problems.length > 0) return { value: undefined, diagnostics: problems.flatMap((problem) => refused(problem).diagnostics) };
  if (changes.policy !== undefined && before !== undefined && changes.policy !== before.policy) {
    const help = 'give the new policy a name of its own, or switch the other one off: `{ off: reason, until: date }`';
    return refused({ code: 'policy-redefined', message: `the policy \`${name}\` stands for another one in an ancestor`, help });
  }
  const policy = changes.policy ?? before?.policy;
  if (policy === undefined) {
    const help = meantOr('there is nothing to change: remove it', name, entries.keys());
    return refused({ code: 'policy-unknown', message: `\`${name}\` is changed, but no ancestor has such a policy`, help });
  }
  return { value: changed({ policy, exceptions: [], ...(changes.policy === undefined ? before : {}) }, changes, here), diagnostics: [] };
}

/** `entry` with `changes`: the nearest definition decides whether and how much, and exceptions add up. */
function changed(entry: Entry, { off, severity, except }: PolicyChanges, { at, today, isInherited }: Here): Entry {
  return {
    ...entry,
    ...(off === undefined ? {} : { off: { ...off, at } }),
    ...(severity === undefined ? {} : { severity: { ...severity, at } }),
    exceptions: [...entry.exceptions, ...except.map((one) => ({ ...one, at, isInherited, isExpired: today > one.until }))],
  };
}

function isInForce(change: { readonly until?: string } | undefined, today: string): boolean {
  return change !== undefined && (change.until === undefined || today <= change.until);
}

function appliedOf({ policy, severity, exceptions }: Entry, today: string): AppliedPolicy {
  return { policy, exceptions, ...(severity !== undefined && isInForce(severity, today) ? { severity: severity.value } : {}) };
}

/** What a person should know of the changes that make a policy weaker: that they hold, or that they do not any more. */
function reportsOf(name: string, { off, severity }: Entry, today: string): readonly Diagnostic[] {
  const weaker = [
    ...(off === undefined ? [] : [{ ...off, was: 'off', is: 'is off' }]),
    ...(severity?.until === undefined ? [] : [{ ...severity, was: 'only a warning', is: 'only warns' }]),
  ];
  return weaker.map(({ was, is, until = '', reason = '', at }): Diagnostic => {
    if (isInForce({ until }, today)) {
      return { code: 'exception-in-force', severity: 'note', message: `the policy \`${name}\` ${is} until ${until}: ${reason}`, at };
    }
    const message = `the policy \`${name}\` applies again: it was ${was} until ${until} (${reason})`;
    return { code: 'exception-expired', severity: 'warning', message, at, help: 'remove the exception, or give it a new date and reason' };
  });
}
