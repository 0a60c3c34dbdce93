import type { HelmSettings } from '../../authoring/helm.ts';
import type { IncludedObject, InclusionProblem, Rendering } from '../../model/inclusion.ts';
import { type Json, stringAt } from '../../model/json.ts';
import type { Manifest } from '../../model/manifest.ts';
import { refOf } from '../../model/manifest.ts';
import { formatRef } from '../../model/ref.ts';
import { isDefinition } from '../served.ts';
import { quotedList } from '../wording.ts';

/** When an object of a release comes: a hook before or after all others, or with them. */
type Time = 'before' | 'between' | 'after';

/** An object of a release with the time at which it comes. */
export interface Scheduled {
  readonly object: IncludedObject;
  readonly when: Time;
  /** Of hooks of one time, the smaller comes first. */
  readonly weight: number;
}

/** What is said of the hooks of a release. */
export type HookSettings = Pick<HelmSettings, 'hooks' | 'upgradeHooks'>;

const hook = 'helm.sh/hook';

/** When the hook `said` comes, by the first of its events that is here: a new environment has all of them, and runs each of them once. */
const times: readonly (readonly [event: string, when: Time | 'upgrade'])[] = [
  ['pre-install', 'before'],
  ['post-install', 'after'],
  ['pre-upgrade', 'upgrade'],
  ['post-upgrade', 'after'],
];

/** The value of the annotation that makes a hook of an object; undefined where it is none. */
export function hookOf(manifest: unknown): string | undefined {
  return stringAt(manifest as Json, 'metadata', 'annotations', hook);
}

/** What says of a problem that it is one of a hook with these events. */
export function aboutHook(said: string | undefined): Pick<InclusionProblem, 'hook'> {
  return said === undefined ? {} : { hook: said };
}

/**
 * When a hook comes (helm.sh/docs/topics/charts_hooks): `never` if it tests, deletes or rolls back, `upgrade` if it is run before what was
 * there is changed, and never else.
 */
function timeOf(said: string): Time | 'upgrade' | 'never' {
  const events = said.split(',').map((event) => event.trim().toLowerCase());
  return times.find(([event]) => events.includes(event))?.[1] ?? 'never';
}

/** Whether an object with this hook, if any, is left out of an environment. */
function isDropped(said: string | undefined, { hooks, upgradeHooks }: HookSettings): boolean {
  const time = said === undefined ? 'between' : timeOf(said);
  return time === 'never' || (time !== 'between' && hooks === 'drop') || (time === 'upgrade' && upgradeHooks === 'drop');
}

/**
 * The objects of a release with the time that each has, what is wrong with them, and what has to be decided about its hooks. Hooks that are
 * left out are no part of it, and what is wrong with them is no matter.
 */
export function scheduled(
  rendering: Rendering,
  settings: HookSettings,
): { readonly objects: readonly Scheduled[]; readonly problems: readonly InclusionProblem[] } {
  const kept = rendering.objects.filter(({ manifest }) => !isDropped(hookOf(manifest), settings));
  const problems = rendering.problems.filter(({ hook: said }) => !isDropped(said, settings));
  const hooks = kept.filter(({ manifest }) => hookOf(manifest) !== undefined);
  const upgrading = hooks.filter(({ manifest }) => timeOf(hookOf(manifest) ?? '') === 'upgrade');
  const isUndecided = hooks.length > 0 && settings.hooks === undefined;
  const asked = isUndecided
    ? [undecided(hooks)]
    : upgrading.length > 0 && settings.upgradeHooks === undefined
      ? [undecidedUpgrade(upgrading)]
      : [];
  const objects = kept.flatMap((object): readonly Scheduled[] => {
    const said = hookOf(object.manifest);
    if (said === undefined) return [{ object, when: 'between', weight: 0 }];
    const time = timeOf(said);
    const when = time === 'upgrade' ? settings.upgradeHooks : time;
    if (isUndecided || when === undefined || when === 'drop' || when === 'never') return [];
    return [{ object: { ...object, manifest: withoutHook(object.manifest) }, when, weight: weightOf(object.manifest) }];
  });
  return { objects, problems: [...problems, ...asked] };
}

/** The objects of what is no release: whatever they say of hooks, nobody but Helm makes some of them. */
export function unhooked({ objects, problems }: Rendering): ReturnType<typeof scheduled> {
  return { objects: objects.map((object) => ({ object, when: 'between', weight: 0 })), problems };
}

/** Helm takes what is no whole number for 0. */
function weightOf(manifest: Manifest): number {
  const text = String(manifest.metadata.annotations?.[`${hook}-weight`] ?? '');
  return /^[+-]?\d+$/.test(text) ? Number(text) : 0;
}

/** Which of `objects` comes before `one`, because of hooks. What others stand on waits for nobody. */
export function comesBefore(one: Scheduled, objects: readonly Scheduled[]): readonly Scheduled[] {
  switch (one.when) {
    case 'before':
      return objects.filter(({ when, weight }) => when === 'before' && weight < one.weight);
    case 'between':
      return isGround(one.object.manifest) ? [] : objects.filter(({ when }) => when === 'before');
    case 'after':
      return objects.filter(({ when, weight }) => when !== 'after' || weight < one.weight);
  }
}

function isGround(manifest: Manifest): boolean {
  return manifest.kind === 'Namespace' || isDefinition(manifest);
}

/** Others read these annotations, too, and would run again what is an ordinary object here. */
function withoutHook(manifest: Manifest): Manifest {
  const { annotations, ...metadata } = manifest.metadata;
  const rest = Object.entries(annotations ?? {}).filter(([name]) => name !== hook && !name.startsWith(`${hook}-`));
  return {
    ...manifest,
    metadata: { ...metadata, name: manifest.metadata.name, ...(rest.length === 0 ? {} : { annotations: Object.fromEntries(rest) }) },
  };
}

function namesOf(objects: readonly IncludedObject[]): string {
  return quotedList(objects.map(({ manifest }) => formatRef(refOf(manifest))));
}

function undecided(objects: readonly IncludedObject[]): InclusionProblem {
  return {
    code: 'hooks-undecided',
    severity: 'error',
    message: `the chart has hooks, and nothing says what becomes of them: ${namesOf(objects)}`,
    help: "say `hooks: 'keep'` to make ordinary objects of them that come before or after the others, or `hooks: 'drop'`",
  };
}

function undecidedUpgrade(objects: readonly IncludedObject[]): InclusionProblem {
  return {
    code: 'hooks-undecided',
    severity: 'error',
    message: `the chart has hooks that run only before an upgrade, and nothing says when they come where all is new: ${namesOf(objects)}`,
    help: "say `upgradeHooks: 'before'` if they need nothing of the release, `upgradeHooks: 'after'` if they do, or `upgradeHooks: 'drop'`",
  };
}
