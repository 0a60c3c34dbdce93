import { counted } from '../model/count.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { formatRef, keyOf, type ObjectRef } from '../model/ref.ts';
import type { AppliedPolicy, Exemption } from './exceptions.ts';

/** What a policy says, and the rule that says it, if it has a name. */
export interface Found {
  readonly rule: string | undefined;
  readonly diagnostic: Diagnostic;
  /** Whether it is no finding but a policy that cannot judge: no exception leaves that out, and nothing makes less of it. */
  readonly isBroken: boolean;
}

/**
 * What remains of `found`, and what became of the exceptions: one that holds is a note, one whose last day is over a warning
 * beside what it left out before, one that leaves nothing out a warning. `refs` are all objects that there are.
 */
export function exempt(
  found: readonly Found[],
  { applied, refs }: { readonly applied: AppliedPolicy; readonly refs: readonly ObjectRef[] },
): readonly Diagnostic[] {
  const { policy, severity, exceptions } = applied;
  const inForce = exceptions.filter(({ isExpired }) => !isExpired);
  const kept = found.filter((one) => !inForce.some((exception) => isMeant(exception, one)));
  const reports = exceptions.flatMap((exception) => {
    const count = found.filter((one) => isMeant(exception, one)).length;
    const { object } = exception;
    // A policy that cannot judge does not tell whether it is needed.
    if (count === 0 && found.some(({ isBroken }) => isBroken)) return [];
    const isPresent = object === undefined || refs.some((ref) => isSame(object, ref));
    return reportOf(exception, { count, name: policy.name, isPresent });
  });
  return [
    ...kept.map(({ diagnostic, isBroken }) => (isBroken || severity === undefined ? diagnostic : { ...diagnostic, severity })),
    ...reports,
  ];
}

function isMeant({ rule, object }: Exemption, { rule: found, diagnostic, isBroken }: Found): boolean {
  if (isBroken || (rule !== undefined && rule !== found)) return false;
  return object === undefined || (diagnostic.at.object !== undefined && isSame(object, diagnostic.at.object));
}

/** A Job is rendered with a suffix that its content gives it; an author names it without. */
function isSame(meant: ObjectRef, found: ObjectRef): boolean {
  if (keyOf(meant) === keyOf(found)) return true;
  const isJob = found.kind === 'Job' && found.group === 'batch';
  return isJob && keyOf({ ...found, name: found.name.replace(/-[0-9a-f]{8}$/, '') }) === keyOf(meant);
}

interface Outcome {
  /** How many findings the exception is about. */
  readonly count: number;
  /** The name of the policy. */
  readonly name: string;
  /** Whether the environment has the object that it names. */
  readonly isPresent: boolean;
}

function reportOf(exception: Exemption, { count, name, isPresent }: Outcome): readonly Diagnostic[] {
  const { rule, object, reason, until, at, isExpired, isInherited } = exception;
  const what = `\`${rule === undefined ? name : `${name}/${rule}`}\``;
  const whom = object === undefined ? 'everything' : `\`${formatRef(object)}\``;
  // An ancestor's exception may be needed by another environment that stands on it.
  if (count === 0 && isInherited && (object === undefined || !isPresent)) return [];
  if (count === 0) {
    const why = isPresent ? 'nothing is wrong there any more' : 'there is no such object';
    const message = `the exception from ${what} for ${whom} leaves nothing out: ${why}`;
    return [{ code: 'exception-unused', severity: 'warning', message, at, help: 'remove it' }];
  }
  if (isExpired) {
    const message = `${what} applies to ${whom} again: it was left out until ${until} (${reason})`;
    return [{ code: 'exception-expired', severity: 'warning', message, at, help: 'mend what it says, or give a new date and reason' }];
  }
  const findings = counted(count, 'finding');
  const message = `${what} leaves out ${whom} until ${until}, ${findings}: ${reason}`;
  return [{ code: 'exception-in-force', severity: 'note', message, at }];
}
