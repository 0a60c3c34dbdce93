import type { ApprovedAdoption, ApprovedDeletion, Environment, HandedOver } from '../authoring/environment.ts';
import type { Checked, Diagnostic, Place } from '../model/diagnostic.ts';
import { isObject } from '../model/json.ts';
import { refOf } from '../model/manifest.ts';
import { compareText, formatRef, keyOf, type ObjectRef } from '../model/ref.ts';
import type { Adoption, Approval, HandOver, RenderedIndex } from '../model/rendered.ts';
import type { Draft } from './draft.ts';
import { readEntries } from './entries.ts';
import { environmentNameProblem } from './names.ts';
import { formatTarget, isTarget, type Read, refOfTarget } from './targets.ts';
import { meantOr, shown } from './wording.ts';

/** What people decided for an environment and no manifest can say: the agent does none of it by itself. */
export type Decisions = Pick<RenderedIndex, 'approvals' | 'adopt' | 'handOver' | 'removed'>;

/** The decisions of an environment with exact refs, sorted. What could never match an object is an error. */
export function resolveDecisions(environment: Environment, here: Place): Checked<Decisions> {
  const approvals = listOf(environment.approvals, { at: { ...here, pointer: 'approvals' }, code: 'approval-invalid', read: readApproval });
  const adopt = listOf(environment.adopt, { at: { ...here, pointer: 'adopt' }, code: 'adoption-invalid', read: readAdoption });
  const handOver = listOf(environment.handOver, {
    at: { ...here, pointer: 'handOver' },
    code: 'hand-over-invalid',
    read: (given) => readHandOver(given, environment.name),
  });
  return {
    value: { approvals: approvals.value, adopt: adopt.value, handOver: handOver.value, removed: environment.removed },
    diagnostics: [...approvals.diagnostics, ...adopt.diagnostics, ...handOver.diagnostics, ...removedProblem(environment.removed, here)],
  };
}

/** Objects that are handed over although `drafts` still has them. */
export function judgeHandOvers(drafts: readonly Draft[], environment: ResolvedDecisions): readonly Diagnostic[] {
  const present = new Set(refsOf(drafts, environment).map(keyOf));
  return environment.handOver
    .filter(({ ref }) => present.has(keyOf(ref)))
    .map(({ ref, to }) => ({
      code: 'hand-over-kept',
      severity: 'error',
      message: `\`${formatRef(ref)}\` is handed over to \`${to}\`, but this environment still has it`,
      at: { ...environment.at, object: ref, pointer: 'handOver' },
      help: 'remove it from the charts of this environment in the same change',
    }));
}

/** Adoptions of objects that are not in `drafts`. */
export function unusedAdoptions(drafts: readonly Draft[], environment: ResolvedDecisions): readonly Diagnostic[] {
  const refs = refsOf(drafts, environment);
  const present = new Set(refs.map(keyOf));
  const adopted = environment.adopt.flatMap(({ object }) => (object === 'all' ? [] : [object]));
  return adopted
    .filter((ref) => !present.has(keyOf(ref)))
    .map((ref) => ({
      code: 'adoption-unused',
      severity: 'warning',
      message: `\`${formatRef(ref)}\` is adopted, but this environment has no such object`,
      at: { ...environment.at, object: ref, pointer: 'adopt' },
      help: meantOr('remove the adoption', formatRef(ref), refs.filter((one) => isSameKind(one, ref)).map(formatRef)),
    }));
}

/** The decisions of an environment, and where it is defined. */
type ResolvedDecisions = Decisions & { readonly at: Place };

/** What the environment still has: nothing when it is being dissolved. */
function refsOf(drafts: readonly Draft[], { removed }: ResolvedDecisions): readonly ObjectRef[] {
  return removed === undefined ? drafts.map(({ manifest }) => refOf(manifest)) : [];
}

function isSameKind(a: ObjectRef, b: ObjectRef): boolean {
  return a.group === b.group && a.kind === b.kind;
}

/** An entry of a list, with the key that it is sorted by. */
interface Keyed<T> {
  readonly key: string;
  readonly entry: T;
}

function listOf<T>(
  given: unknown,
  { at, code, read }: { readonly at: Place; readonly code: Diagnostic['code']; readonly read: (given: unknown) => Read<Keyed<T>> },
): Checked<readonly T[]> {
  const { value, diagnostics } = readEntries({ given, at, code, read });
  const found = new Map(value.map((one) => [one.value.key, one.value.entry]));
  return { value: [...found].toSorted(([a], [b]) => compareText(a, b)).map(([, entry]) => entry), diagnostics };
}

function readApproval(given: unknown): Read<Keyed<Approval>> {
  if (!isApproval(given)) {
    const help = "write `{ delete: { kind: 'StatefulSet', namespace: 'shop', name: 'old' }, reason: 'the reason' }`";
    return refused('this approves nothing', help);
  }
  const { delete: target, reason } = given;
  if (reason.trim() === '') return refused(`the deletion of ${formatTarget(target)} is approved without a reason`, askReason);
  const ref = refOfTarget(target, 'the approval');
  return ref.ok ? { ok: true, value: { key: keyOf(ref.value), entry: { ref: ref.value, reason } } } : ref;
}

function isApproval(given: unknown): given is ApprovedDeletion {
  return isObject(given) && isTarget(given['delete']) && typeof given['reason'] === 'string';
}

function readAdoption(given: unknown): Read<Keyed<Adoption>> {
  if (!isAdoption(given)) {
    const help = "write `{ object: { kind: 'Deployment', namespace: 'shop', name: 'web' }, reason: 'the reason' }`, or `all: true`";
    return refused('this adopts nothing', help);
  }
  const { object, reason } = given;
  const what = object === undefined ? 'everything' : formatTarget(object);
  if (reason.trim() === '') return refused(`the adoption of ${what} has no reason`, askReason);
  if (object === undefined) return { ok: true, value: { key: '', entry: { object: 'all', reason } } };
  const ref = refOfTarget(object, 'the adoption');
  return ref.ok ? { ok: true, value: { key: keyOf(ref.value), entry: { object: ref.value, reason } } } : ref;
}

function isAdoption(given: unknown): given is ApprovedAdoption {
  if (!isObject(given) || typeof given['reason'] !== 'string') return false;
  return given['all'] === undefined ? isTarget(given['object']) : given['all'] === true && given['object'] === undefined;
}

function readHandOver(given: unknown, environment: string): Read<Keyed<HandOver>> {
  if (!isHandOver(given)) {
    const help = "write `{ object: { kind: 'Deployment', namespace: 'shop', name: 'web' }, to: 'other' }`";
    return refused('this hands nothing over', help);
  }
  const { object, to } = given;
  const name = environmentNameProblem(to);
  if (name !== undefined) return { ok: false, problem: name };
  if (to === environment)
    return refused(`${formatTarget(object)} is handed over to the environment itself`, 'name the one that it goes to');
  const ref = refOfTarget(object, 'the hand-over');
  return ref.ok ? { ok: true, value: { key: keyOf(ref.value), entry: { ref: ref.value, to } } } : ref;
}

function isHandOver(given: unknown): given is HandedOver {
  return isObject(given) && isTarget(given['object']) && typeof given['to'] === 'string';
}

function removedProblem(given: unknown, here: Place): readonly Diagnostic[] {
  if (given === undefined || given === 'keep' || given === 'prune') return [];
  const help = "write `removed: 'prune'` to have all deleted that the environment owns, or `removed: 'keep'` to have it left alone";
  const message = `\`removed\` is ${shown(given)}: expected \`'keep'\` or \`'prune'\``;
  return [{ code: 'removed-invalid', severity: 'error', message, at: { ...here, pointer: 'removed' }, help }];
}

const askReason = 'say who decided it and why';

function refused(message: string, help: string): Read<never> {
  return { ok: false, problem: { message, help } };
}
