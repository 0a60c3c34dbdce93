import type { JudgedPod } from '../authoring/rule.ts';
import { isObject, type JsonObject, listAt, objectAt, type Path, stringAt } from '../model/json.ts';
import type { Manifest } from '../model/manifest.ts';
import { onceFor } from './once.ts';

/** A container of a pod, for messages, with its path from the pod. */
export interface NamedContainer {
  /** For messages: `container \`web\``. */
  readonly who: string;
  readonly path: Path;
  readonly container: JsonObject;
}

/** The containers of `pod` of every sort, as far as they are objects. */
export const containersOf: (pod: JudgedPod) => readonly NamedContainer[] = onceFor((pod: JudgedPod) => {
  return pod.containers.flatMap(({ container, path }) => (isObject(container) ? [{ who: named(container, path), path, container }] : []));
});

/** The containers that run as long as the pod does: the ordinary ones, and init containers that are restarted (sidecars). */
export const lastingContainers: (pod: JudgedPod) => readonly NamedContainer[] = onceFor((pod: JudgedPod) => {
  return pod.containers.flatMap(({ container, path, list }) => {
    const isLasting = list === 'containers' || (list === 'initContainers' && stringAt(container, 'restartPolicy') === 'Always');
    return isObject(container) && isLasting ? [{ who: named(container, path), path, container }] : [];
  });
});

function named(container: JsonObject, path: Path): string {
  return `container \`${stringAt(container, 'name') ?? String(path.at(-1))}\``;
}

/** An image that a pod needs, and its path from the pod: of a container, or of a volume. */
export interface UsedImage {
  readonly image: string;
  readonly path: Path;
}

/** All images of `pod`. */
export const imagesOf: (pod: JudgedPod) => readonly UsedImage[] = onceFor((pod: JudgedPod) => {
  const used = [
    ...containersOf(pod).map(({ container, path }) => ({ image: container['image'], path: [...path, 'image'] })),
    ...listAt(pod.spec, 'volumes').map((volume, i) => ({
      image: objectAt(volume, 'image')['reference'],
      path: ['spec', 'volumes', i, 'image', 'reference'],
    })),
  ];
  return used.flatMap(({ image, path }) => (typeof image === 'string' && image !== '' ? [{ image, path }] : []));
});

/** The labels that the pods of a template have. */
export function labelsOf(pod: JudgedPod): JsonObject {
  return objectAt(pod.metadata, 'labels');
}

/** The namespace that an object stands in; '' where it names none. */
export function namespaceOf(object: Manifest): string {
  return object.metadata.namespace ?? '';
}

/** `items` by namespace, each in its order. */
export function byNamespace<T>(items: readonly T[], object: (item: T) => Manifest): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const namespace = namespaceOf(object(item));
    const group = groups.get(namespace);
    if (group === undefined) groups.set(namespace, [item]);
    else group.push(item);
  }
  return groups;
}
