import {
  type DeclaredCondition,
  type DeclaredEnvironment,
  dissolvingFinalizer,
  type EnvironmentName,
  type EnvironmentSpec,
  nameOf,
  type Suspension,
} from '../model/declared.ts';
import type { Condition } from '../model/event.ts';
import { Failure } from '../model/failure.ts';
import { stringAt } from '../model/json.ts';
import { secondOf } from '../model/time.ts';
import type { Why } from './status.ts';

/** What is done for an object `Environment`. */
export type Course =
  /** The cluster is kept equal to the branch. */
  | { readonly type: 'keep'; readonly spec: EnvironmentSpec }
  /** What would be changed is told, and nothing changed. */
  | { readonly type: 'plan'; readonly spec: EnvironmentSpec }
  /** What the environment owns is deleted, then the object is let go. */
  | { readonly type: 'dissolve'; readonly spec: EnvironmentSpec }
  /** Nothing is changed, for a reason that its status tells; it may be over at a time (milliseconds since 1970). */
  | { readonly type: 'rest'; readonly why: Why; readonly until: number | undefined }
  /** Nothing is left to do: the object is about to go. */
  | { readonly type: 'leave' };

/** What is to be done for `declared` among `all` at `now`. */
export function courseOf(declared: DeclaredEnvironment, all: ReadonlyMap<string, DeclaredEnvironment>, now: Date): Course {
  const { spec, deleting, finalizers } = declared;
  if (deleting && !finalizers.includes(dissolvingFinalizer)) return { type: 'leave' };
  if ('problem' in spec) return { type: 'rest', why: { reason: 'SpecInvalid', message: spec.problem }, until: undefined };
  const suspended = suspensionAt(spec.suspend, now);
  if (suspended !== undefined) return suspended;
  // Whoever lets it go has the last word: it was `prune` when the finalizer was set.
  if (deleting) return spec.onDelete === 'prune' && spec.mode === 'sync' ? { type: 'dissolve', spec } : { type: 'leave' };
  const circle = circleOf(declared, all);
  if (circle !== undefined) {
    const message = `\`spec.dependsOn\` leads in a circle: ${circle.map((name) => `\`${name}\``).join(' needs ')}`;
    return { type: 'rest', why: { reason: 'SpecInvalid', message }, until: undefined };
  }
  return { type: spec.mode === 'plan' ? 'plan' : 'keep', spec };
}

function suspensionAt(suspend: Suspension | undefined, now: Date): Extract<Course, { readonly type: 'rest' }> | undefined {
  if (suspend === undefined) return undefined;
  const until = suspend.until === undefined ? undefined : Date.parse(suspend.until);
  if (until !== undefined && until <= now.getTime()) return undefined;
  const by = suspend.by === undefined ? '' : ` by ${suspend.by}`;
  const end = suspend.until === undefined ? '' : ` until ${suspend.until}`;
  return { type: 'rest', why: { reason: 'Suspended', message: `suspended${by}${end}: ${suspend.reason}` }, until };
}

/** The environments that `declared` needs and that need it, from it and back to it. */
function circleOf(declared: DeclaredEnvironment, all: ReadonlyMap<string, DeclaredEnvironment>): readonly string[] | undefined {
  const own = nameOf(declared);
  const seen = new Set<string>();
  const wayFrom = (name: string): readonly string[] | undefined => {
    for (const needed of neededBy(all.get(name))) {
      const next = nameOf(needed);
      if (next === own) return [name, own];
      if (seen.has(next)) continue;
      seen.add(next);
      const way = wayFrom(next);
      if (way !== undefined) return [name, ...way];
    }
    return undefined;
  };
  return wayFrom(own);
}

/** The names of all environments that `declared` depends on, of those that they depend on, and so on, whether or not they exist. */
export function allNeededBy(declared: DeclaredEnvironment, all: ReadonlyMap<string, DeclaredEnvironment>): ReadonlySet<string> {
  const names = new Set(neededBy(declared).map(nameOf));
  // A set that grows while it is walked is walked to its end.
  for (const name of names) for (const needed of neededBy(all.get(name))) names.add(nameOf(needed));
  return names;
}

function neededBy(declared: DeclaredEnvironment | undefined): readonly EnvironmentName[] {
  return declared === undefined || 'problem' in declared.spec ? [] : declared.spec.dependsOn;
}

/** Why no new commit of an environment that needs `needed` is taken now, or undefined when all of them are Ready. */
export function unreadyAmong(needed: readonly EnvironmentName[], all: ReadonlyMap<string, DeclaredEnvironment>): string | undefined {
  for (const one of needed) {
    const found = all.get(nameOf(one));
    if (found === undefined) return `it needs \`${nameOf(one)}\`, and this agent sees no such Environment`;
    if (found.deleting) return `it needs \`${nameOf(one)}\`, which is being deleted`;
    const ready = found.conditions.find(({ type }) => type === 'Ready');
    // What was judged before its spec changed says nothing of it.
    if (ready?.status !== 'True' || ready.observedGeneration !== found.generation)
      return `it needs \`${nameOf(one)}\`, which is not Ready${ready === undefined ? '' : `: ${ready.reason}`}`;
  }
  return undefined;
}

/** The newest commits of environments' branches, as far as anybody can look there, or why nobody could. */
export type Looked = ReadonlyMap<string, string | undefined | Failure>;

/**
 * Why what `needed` say of themselves does not count yet, or undefined: each has to have judged the commit that its branch was seen to lead
 * to. Nothing was seen yet where there is no `looked`.
 */
export function unseenAmong(
  needed: readonly EnvironmentName[],
  all: ReadonlyMap<string, DeclaredEnvironment>,
  looked: Looked | undefined,
): string | undefined {
  for (const one of needed) {
    const name = nameOf(one);
    if (looked === undefined) return `it needs \`${name}\`, whose branch is looked at first`;
    const tip = looked.get(name);
    if (tip instanceof Failure) return `it needs \`${name}\`, whose branch cannot be looked at: ${tip.message}`;
    if (tip !== undefined && stringAt(all.get(name)?.status, 'latest') !== tip)
      return `it needs \`${name}\`, which has not judged ${tip.slice(0, 12)} yet`;
  }
  return undefined;
}

/** No message in a status is longer, in characters. */
const longestMessage = 1_024;

/** `message` as it may stand in a status. */
export function shortMessage(message: string): string {
  return message.length > longestMessage ? `${message.slice(0, longestMessage - 1)}…` : message;
}

/** Conditions for the status of `declared`: the time of one whose status stays the same stays the same, too. */
export function declaredConditions(
  conditions: readonly Condition[],
  { generation, conditions: before }: Pick<DeclaredEnvironment, 'generation' | 'conditions'>,
  now: Date,
): readonly DeclaredCondition[] {
  return conditions.map(({ type, status, reason, message }) => {
    const old = before.find((condition) => condition.type === type);
    const lastTransitionTime = old?.status === status ? old.lastTransitionTime : secondOf(now);
    return { type, status, reason, message: shortMessage(message), lastTransitionTime, observedGeneration: generation };
  });
}
