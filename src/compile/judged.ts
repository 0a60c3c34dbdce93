import type { JudgedContainer, JudgedObjects, JudgedPod, MadeBy } from '../authoring/rule.ts';
import { grouped } from '../model/grouped.ts';
import { listAt, objectAt } from '../model/json.ts';
import { type Manifest, refOf } from '../model/manifest.ts';
import { builtinKinds } from '../schema/kinds.ts';
import { podPath } from '../schema/pods.ts';
import type { Draft } from './draft.ts';

/** In the order in which they run; ephemeral ones are added to pods that run. */
const lists = ['initContainers', 'containers', 'ephemeralContainers'] as const;

/** What policies see of drafts, and the draft of each object that they were shown. */
export interface Judged extends JudgedObjects {
  draftOf(object: object): Draft | undefined;
}

/** Shows `drafts` to policies, frozen: whoever changed an object while it is judged would have something else rendered. */
export function judgedOf(drafts: readonly Draft[]): Judged {
  const byObject = new Map<object, Draft>(drafts.map((draft) => [freezeDeep(draft.manifest), draft]));
  const objects = drafts.map(({ manifest }) => manifest);
  const byKind = groupByKind(objects);
  const draftOf = (object: object): Draft | undefined => byObject.get(object);
  return {
    objects,
    pods: objects.flatMap((object) => podOf(object) ?? []),
    all: (kind) => byKind.get(kind) ?? [],
    chartOf: (object) => madeBy(draftOf(object)),
    draftOf,
  };
}

function madeBy(draft: Draft | undefined): MadeBy | undefined {
  if (draft === undefined) return undefined;
  const { name, owner } = draft.chart;
  return { name, ...(owner === undefined ? {} : { owner }) };
}

/** The objects by the names of their kinds. Groups of other projects may have kinds of the same name as Kubernetes: they are not meant. */
function groupByKind(objects: readonly Manifest[]): ReadonlyMap<string, readonly Manifest[]> {
  const builtin = new Map<string, Set<string>>();
  for (const { kind, group } of builtinKinds()) builtin.set(kind, (builtin.get(kind) ?? new Set()).add(group));
  return grouped(objects, (object) => {
    const { group, kind } = refOf(object);
    return builtin.get(kind)?.has(group) === false ? undefined : kind;
  });
}

function podOf(object: Manifest): JudgedPod | undefined {
  const path = podPath(refOf(object));
  if (path === undefined) return undefined;
  const pod = objectAt(object, ...path);
  return { object, path, metadata: objectAt(pod, 'metadata'), spec: objectAt(pod, 'spec'), containers: containersOf(pod) };
}

function containersOf(pod: JudgedPod['spec']): readonly JudgedContainer[] {
  return lists.flatMap((list) =>
    listAt(pod, 'spec', list).map((container, i): JudgedContainer => ({ list, path: ['spec', list, i], container })),
  );
}

function freezeDeep<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const key in value) freezeDeep(value[key]);
  return Object.freeze(value);
}
