import { brandOf } from '../authoring/brand.ts';
import type { DateText, Policy } from '../authoring/policy.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { isObject } from '../model/json.ts';
import type { ObjectRef } from '../model/ref.ts';
import { isDay } from '../model/time.ts';
import { isTarget, refOfTarget } from './targets.ts';
import { meantOr, quotedList, shown } from './wording.ts';

/** What a definition changes about a policy, read: what makes it weaker has a reason and a last day. */
export interface PolicyChanges {
  readonly policy?: Policy;
  readonly off?: Excuse;
  readonly severity?: { readonly value: 'error' | 'warning' } & Partial<Excuse>;
  readonly except: readonly ({ readonly rule?: string; readonly object?: ObjectRef } & Excuse)[];
}

/** Why something is weaker than it should be, and the last day on which it is. */
export interface Excuse {
  readonly reason: string;
  readonly until: string;
}

type Problem = Pick<Diagnostic, 'code' | 'message' | 'help'>;

/** What came of reading: the value is whole only when there are no problems. */
interface Reading<T> {
  readonly value: T;
  readonly problems: readonly Problem[];
}

/** Whether `given` is what `definePolicy` returned, or one of the packs. */
export function isPolicy(given: unknown): given is Policy {
  return brandOf(given) === 'policy';
}

const form =
  "give it what `definePolicy` returned, `{ off: 'the reason', until: '2027-01-31' }`, or `{ severity: 'error' }` and `{ except: […] }`";

/** Reads what stands for the policy `name`, which is `before` in an ancestor. */
export function readChanges(name: string, given: unknown, before: Policy | undefined): Reading<PolicyChanges> {
  const refused = (problem: Problem): Reading<PolicyChanges> => ({ value: { except: [] }, problems: [problem] });
  if (!isObject(given)) return refused({ code: 'policy-invalid', message: `\`${name}\` is no policy, and no change of one`, help: form });
  if ('off' in given) return readOff(name, given);
  const known = ['except', 'policy', 'reason', 'severity', 'until'];
  const unknown = Object.keys(given).filter((key) => !known.includes(key));
  if (unknown.length > 0 || Object.keys(given).length === 0) {
    const has = unknown.length === 0 ? 'nothing' : quotedList(unknown);
    return refused({ code: 'policy-invalid', message: `\`${name}\` is no policy, and no change of one: it says ${has}`, help: form });
  }
  const { policy = before } = given as { readonly policy?: unknown };
  if (policy !== undefined && !isPolicy(policy)) {
    return refused({ code: 'policy-invalid', message: `\`policy\` of \`${name}\` is no policy`, help: form });
  }
  const severity = readSeverity(name, given);
  const except = readExceptions(name, given['except'], policy);
  return {
    value: { ...('policy' in given && isPolicy(policy) ? { policy } : {}), ...severity.value, except: except.value },
    problems: [...severity.problems, ...except.problems],
  };
}

function readOff(name: string, { off, until }: { readonly off?: unknown; readonly until?: unknown }): Reading<PolicyChanges> {
  const { value, problems } = readExcuse(`the policy \`${name}\` is switched off`, { reason: off, until });
  return { value: { off: value, except: [] }, problems };
}

function readSeverity(
  name: string,
  { severity, reason, until }: { readonly severity?: unknown; readonly reason?: unknown; readonly until?: unknown },
): Reading<Pick<PolicyChanges, 'severity'>> {
  if (severity === undefined) return { value: {}, problems: [] };
  if (severity === 'error') return { value: { severity: { value: severity } }, problems: [] };
  if (severity === 'warning') {
    const { value, problems } = readExcuse(`the policy \`${name}\` is made a warning`, { reason, until });
    return { value: { severity: { value: severity, ...value } }, problems };
  }
  const message = `\`severity\` of the policy \`${name}\` is ${shown(severity)}`;
  return { value: {}, problems: [{ code: 'policy-invalid', message, help: "give `'error'` or `'warning'`" }] };
}

function readExceptions(name: string, given: unknown, policy: Policy | undefined): Reading<PolicyChanges['except']> {
  const read = [given ?? []].flat().map((one: unknown, i) => readException(`exception ${i + 1} from the policy \`${name}\``, one, policy));
  return { value: read.flatMap(({ value }) => value ?? []), problems: read.flatMap(({ problems }) => problems) };
}

function readException(who: string, given: unknown, policy: Policy | undefined): Reading<PolicyChanges['except'][number] | undefined> {
  const invalid = (message: string, help: string): Reading<undefined> => ({
    value: undefined,
    problems: [{ code: 'exception-invalid', message, help }],
  });
  const help = "write `{ object: { kind: 'Deployment', namespace: 'shop', name: 'web' }, reason: 'the reason', until: '2027-01-31' }`";
  if (!isObject(given)) return invalid(`${who} is ${shown(given)}`, help);
  const { object, rule } = given;
  const rules = (policy?.rules ?? []).flatMap((one) => one.name ?? []);
  if (object === undefined && rule === undefined) return invalid(`${who} names no object and no rule`, help);
  if (rule !== undefined && (typeof rule !== 'string' || !rules.includes(rule))) {
    const there = rules.length === 0 ? 'it has one rule, without a name: leave out `rule`' : `there are ${quotedList(rules)}`;
    return invalid(`${who} names the rule ${shown(rule)}, which it does not have`, meantOr(there, String(rule), rules));
  }
  const excuse = readExcuse(`${who} is made`, given);
  const named = { ...(rule === undefined ? {} : { rule }), ...excuse.value };
  if (object === undefined) return { value: named, problems: excuse.problems };
  if (!isTarget(object)) return invalid(`${who} names no object`, help);
  const ref = refOfTarget(object, who);
  if (!ref.ok) return { value: undefined, problems: [{ code: 'exception-invalid', ...ref.problem }, ...excuse.problems] };
  return { value: { ...named, object: ref.value }, problems: excuse.problems };
}

/** A reason, and a last day. `what` begins the sentence: `the policy is switched off`. */
function readExcuse(what: string, { reason, until }: { readonly reason?: unknown; readonly until?: unknown }): Reading<Excuse> {
  const problems: Problem[] = [];
  if (typeof reason !== 'string' || reason.trim() === '') {
    problems.push({ code: 'exception-reason', message: `${what} without a reason`, help: 'say who decided it and why' });
  }
  if (!isDate(until)) {
    const message = until === undefined ? `${what} without a last day` : `${what} until ${shown(until)}, which is no date`;
    problems.push({ code: 'exception-date', message, help: "write the last day like `until: '2027-01-31'`" });
  }
  return { value: { reason: String(reason), until: String(until) }, problems };
}

/** Whether `text` is a day that there is, as `2027-01-31`. */
export function isDate(text: unknown): text is DateText {
  return typeof text === 'string' && isDay(text);
}
