import type { HelmSettings } from '../../authoring/helm.ts';
import type { HookTime } from '../../authoring/hook.ts';
import type { IncludedObject, InclusionProblem, Rendering } from '../../model/inclusion.ts';
import { type Json, stringAt } from '../../model/json.ts';
import type { Manifest } from '../../model/manifest.ts';
import { refOf } from '../../model/manifest.ts';
import { formatRef } from '../../model/ref.ts';
import type { DraftHook } from '../draft.ts';
import { quotedList } from '../wording.ts';

/** An object of a release, with the time at which it comes where it is a hook. */
export interface Scheduled {
  readonly object: IncludedObject;
  readonly hook: Omit<DraftHook, 'release'> | undefined;
}

/** What is said of the hooks of a release. */
export type HookSettings = Pick<HelmSettings, 'hooks' | 'upgradeHooks'>;

const annotation = 'helm.sh/hook';

/** When the hook `said` comes, by the first of its events that is here: a new environment has all of them, and runs each of them once. */
const times: readonly (readonly [event: string, when: HookTime | 'upgrade'])[] = [
  ['pre-install', 'before'],
  ['post-install', 'after'],
  ['pre-upgrade', 'upgrade'],
  ['post-upgrade', 'after'],
];

/** The value of the annotation that makes a hook of an object; undefined where it is none. */
export function hookOf(manifest: unknown): string | undefined {
  return stringAt(manifest as Json, 'metadata', 'annotations', annotation);
}

/** What says of a problem that it is one of a hook with these events. */
export function aboutHook(said: string | undefined): Pick<InclusionProblem, 'hook'> {
  return said === undefined ? {} : { hook: said };
}

/**
 * When a hook comes (helm.sh/docs/topics/charts_hooks): `never` if it tests, deletes or rolls back, `upgrade` if it is run before what was
 * there is changed, and never else.
 */
function timeOf(said: string): HookTime | 'upgrade' | 'never' {
  const events = eventsOf(said);
  return times.find(([event]) => events.includes(event))?.[1] ?? 'never';
}

function eventsOf(said: string): readonly string[] {
  return said.split(',').map((event) => event.trim().toLowerCase());
}

/** What runs with each upgrade of a release runs at each change of it; what only installs it, once. */
function onceOf(said: string): DraftHook['once'] {
  return eventsOf(said).some((event) => event === 'pre-upgrade' || event === 'post-upgrade') ? 'chart' : 'job';
}

/** Whether an object with this hook, if any, is left out of an environment. */
function isDropped(said: string | undefined, { hooks, upgradeHooks }: HookSettings): boolean {
  if (said === undefined) return false;
  const time = timeOf(said);
  return time === 'never' || hooks === 'drop' || (time === 'upgrade' && upgradeHooks === 'drop');
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
    if (said === undefined) return [{ object, hook: undefined }];
    const time = timeOf(said);
    const when = time === 'upgrade' ? settings.upgradeHooks : time;
    if (isUndecided || when === undefined || when === 'drop' || when === 'never') return [];
    const hook = { when, weight: weightOf(object.manifest), once: onceOf(said) };
    return [{ object: { ...object, manifest: withoutHook(object.manifest) }, hook }];
  });
  return { objects, problems: [...problems, ...asked] };
}

/** The objects of what is no release: whatever they say of hooks, nobody but Helm makes some of them. */
export function unhooked({ objects, problems }: Rendering): ReturnType<typeof scheduled> {
  return { objects: objects.map((object) => ({ object, hook: undefined })), problems };
}

/** Helm takes what is no whole number for 0. */
function weightOf(manifest: Manifest): number {
  const text = String(manifest.metadata.annotations?.[`${annotation}-weight`] ?? '');
  return /^[+-]?\d+$/.test(text) ? Number(text) : 0;
}

/** Others read these annotations, too, and would run again what is an ordinary object here. */
function withoutHook(manifest: Manifest): Manifest {
  const { annotations, ...metadata } = manifest.metadata;
  const rest = Object.entries(annotations ?? {}).filter(([name]) => name !== annotation && !name.startsWith(`${annotation}-`));
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
