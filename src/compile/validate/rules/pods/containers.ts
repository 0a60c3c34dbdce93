import { isObject, type JsonObject, listAt, type Path } from '../../../../model/json.ts';

/** The lists that a pod keeps its containers in. */
export type ContainerList = 'initContainers' | 'containers';

/** A container of a pod, with where it stands. */
export interface Placed {
  readonly container: JsonObject;
  readonly list: ContainerList;
  readonly path: Path;
}

const lists: readonly ContainerList[] = ['containers', 'initContainers'];

/** The containers of the pod `spec` at `path`. Ephemeral ones can be in no manifest, and are refused for themselves. */
export function containersOf(spec: JsonObject, path: Path): readonly Placed[] {
  const found: Placed[] = [];
  for (const list of lists) {
    listAt(spec, list).forEach((container, i) => {
      if (isObject(container)) found.push({ container, list, path: [...path, list, i] });
    });
  }
  return found;
}
