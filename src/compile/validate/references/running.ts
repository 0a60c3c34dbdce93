import { isObject, listAt, objectAt, type Path } from '../../../model/json.ts';
import type { Manifest } from '../../../model/manifest.ts';
import type { ObjectRef } from '../../../model/ref.ts';
import type { External } from '../../external.ts';
import type { Subject } from '../subject.ts';
import { meets, type Requirement } from './selector.ts';

/** Pods that something makes, all alike. */
export interface Pods {
  /** What makes them, or the Pod itself. */
  readonly ref: ObjectRef;
  readonly labels: ReadonlyMap<string, string>;
  /** Where their object holds their spec; undefined for pods of others. */
  readonly spec?: { readonly of: Manifest; readonly path: Path };
  /** The entry that tells of them, when they are of others. */
  readonly external?: External;
}

/** The pods of an environment, and those that it tells of. */
export interface Running {
  /** The pods of a namespace that meet all `requirements`. */
  selected(namespace: string, requirements: readonly Requirement[]): readonly Pods[];
  /** The values that the pods of a namespace have for a label. */
  values(namespace: string, key: string): readonly string[];
  /** The labels that the pods of a namespace have. */
  keys(namespace: string): readonly string[];
}

/** Labels that controllers put on pods by themselves: which value they have shows in no template. */
const controllerLabels: ReadonlySet<string> = new Set([
  'apps.kubernetes.io/pod-index',
  'batch.kubernetes.io/controller-uid',
  'batch.kubernetes.io/job-completion-index',
  'batch.kubernetes.io/job-name',
  'controller-revision-hash',
  'controller-uid',
  'job-name',
  'pod-template-generation',
  'pod-template-hash',
  'statefulset.kubernetes.io/pod-name',
  'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone',
]);

/** The pods of one namespace, by their labels. */
interface Home {
  readonly all: Pods[];
  readonly byKey: Map<string, Map<string, Pods[]>>;
}

/** Indexes pods by each of their labels, so that a selector looks only at those that have one of its labels. */
export function running(subjects: readonly Subject[], external: readonly External[]): Running {
  const homes = new Map<string, Home>();
  const own = subjects.flatMap((subject) => podsOf(subject) ?? []);
  const others = external.flatMap((one): readonly Pods[] =>
    one.labels === undefined ? [] : [{ ref: one.ref, labels: one.labels, external: one }],
  );
  for (const pods of [...own, ...others]) {
    const home: Home = homes.get(pods.ref.namespace) ?? { all: [], byKey: new Map() };
    homes.set(pods.ref.namespace, home);
    home.all.push(pods);
    for (const [key, value] of pods.labels) place(home.byKey, { key, value, pods });
  }
  return {
    selected: (namespace, requirements) => selectedIn(homes.get(namespace), requirements),
    values: (namespace, key) => [...(homes.get(namespace)?.byKey.get(key)?.keys() ?? [])],
    keys: (namespace) => [...(homes.get(namespace)?.byKey.keys() ?? [])],
  };
}

function place(byKey: Home['byKey'], { key, value, pods }: { readonly key: string; readonly value: string; readonly pods: Pods }): void {
  const byValue = byKey.get(key) ?? new Map<string, Pods[]>();
  byKey.set(key, byValue);
  const known = byValue.get(value);
  if (known === undefined) byValue.set(value, [pods]);
  else known.push(pods);
}

function selectedIn(home: Home | undefined, requirements: readonly Requirement[]): readonly Pods[] {
  if (home === undefined) return [];
  const asked = requirements.filter(({ key }) => !controllerLabels.has(key));
  let candidates: readonly Pods[] = home.all;
  for (const { key, operator, values } of asked) {
    if (operator !== 'In') continue;
    const found = values.flatMap((value) => home.byKey.get(key)?.get(value) ?? []);
    if (found.length < candidates.length) candidates = found;
  }
  return candidates.filter(({ labels }) => asked.every((requirement) => meets(labels, requirement)));
}

/** The pods that an object makes or is. A custom resource with a template of containers is taken to make pods of it. */
function podsOf({ manifest, ref, kind }: Subject): Pods | undefined {
  const path = kind.pod ?? (kind.builtin === undefined ? customPath(manifest) : undefined);
  if (path === undefined || ref.kind === 'PodTemplate') return undefined;
  const labels = objectAt(manifest, ...path, 'metadata', 'labels');
  const texts = Object.entries(labels).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value] as const] : []));
  return { ref, labels: new Map(texts), spec: { of: manifest, path: [...path, 'spec'] } };
}

function customPath(manifest: Manifest): Path | undefined {
  const path = ['spec', 'template'];
  return listAt(manifest, ...path, 'spec', 'containers').some(isObject) ? path : undefined;
}
