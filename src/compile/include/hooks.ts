import type { IncludedObject, InclusionProblem } from '../../model/inclusion.ts';
import type { Manifest } from '../../model/manifest.ts';
import { refOf } from '../../model/manifest.ts';
import { formatRef } from '../../model/ref.ts';
import { isDefinition } from '../served.ts';

/** When an object of a release comes: a hook before or after all others, or with them. */
export interface Scheduled {
  readonly object: IncludedObject;
  readonly when: 'before' | 'between' | 'after';
  /** Of hooks of one time, the smaller comes first. */
  readonly weight: number;
}

const hook = 'helm.sh/hook';

/** When hooks are run that are run at all (helm.sh/docs/topics/charts_hooks): those that test, delete or roll back are not. */
const times: Readonly<Record<string, 'before' | 'after'>> = {
  'pre-install': 'before',
  'pre-upgrade': 'before',
  'post-install': 'after',
  'post-upgrade': 'after',
};

/** The objects of a release with the time that each has, and what has to be decided about its hooks. */
export function scheduled(
  objects: readonly IncludedObject[],
  hooks: 'keep' | 'drop' | undefined,
): { readonly objects: readonly Scheduled[]; readonly problems: readonly InclusionProblem[] } {
  const all = objects.flatMap((object): readonly Scheduled[] => {
    const said = object.manifest.metadata.annotations?.[hook];
    if (typeof said !== 'string') return [{ object, when: 'between', weight: 0 }];
    const found = said.split(',').flatMap((name) => times[name.trim().toLowerCase()] ?? []);
    if (found.length === 0) return [];
    const weight = Number.parseInt(String(object.manifest.metadata.annotations?.[`${hook}-weight`] ?? '0'), 10) || 0;
    return [{ object: { ...object, manifest: withoutHook(object.manifest) }, when: found.includes('before') ? 'before' : 'after', weight }];
  });
  const kept = all.filter(({ when }) => when === 'between');
  if (hooks === 'keep' || kept.length === all.length) return { objects: all, problems: [] };
  return { objects: kept, problems: hooks === 'drop' ? [] : [undecided(all)] };
}

/** Which of `objects` comes before `one`, because of hooks. What others stand on waits for nobody. */
export function comesBefore(one: Scheduled, objects: readonly Scheduled[]): readonly Scheduled[] {
  switch (one.when) {
    case 'before':
      return objects.filter(({ when, weight }) => when === 'before' && weight < one.weight);
    case 'between':
      return isGround(one.object.manifest) ? [] : objects.filter(({ when }) => when === 'before');
    case 'after':
      return objects.filter(({ when, weight }) => when === 'between' || (when === 'after' && weight < one.weight));
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

function undecided(all: readonly Scheduled[]): InclusionProblem {
  const names = all.filter(({ when }) => when !== 'between').map(({ object }) => `\`${formatRef(refOf(object.manifest))}\``);
  return {
    code: 'hooks-undecided',
    severity: 'error',
    message: `the chart has hooks, and nothing says what becomes of them: ${names.join(', ')}`,
    help: "say `hooks: 'keep'` to make ordinary objects of them that come before or after the others, or `hooks: 'drop'`",
  };
}
