import type { JudgedPod } from '../../authoring/rule.ts';
import { at, isObject, type Json, type JsonObject, type Path, stringAt } from '../../model/json.ts';
import { onceFor } from '../once.ts';
import { containersOf } from '../pods.ts';

/** A security context, of a pod or of a container, and the path to it from the pod. An absent one is an empty one. */
export interface SecurityContext {
  /** For messages: `the pod`, or `container \`web\``. */
  readonly who: string;
  readonly path: Path;
  readonly context: JsonObject;
}

/** The security context of the pod itself; none when it is of another type. */
export function podContext({ spec }: JudgedPod): SecurityContext | undefined {
  return contextIn(spec, { who: 'the pod', path: ['spec'] });
}

/** The security contexts of all containers, except those of another type. */
export const containerContexts: (pod: JudgedPod) => readonly SecurityContext[] = onceFor((pod: JudgedPod) => {
  return containersOf(pod).flatMap(({ container, ...named }) => contextIn(container, named) ?? []);
});

/** The security contexts of the pod and of all its containers. */
export const allContexts: (pod: JudgedPod) => readonly SecurityContext[] = onceFor((pod: JudgedPod) => {
  return [podContext(pod) ?? [], containerContexts(pod)].flat();
});

function contextIn(holder: JsonObject, { who, path }: { readonly who: string; readonly path: Path }): SecurityContext | undefined {
  const context = holder['securityContext'] ?? {};
  return isObject(context) ? { who, path: [...path, 'securityContext'], context } : undefined;
}

/** A text as the API server reads it: an absent one is empty. Undefined for another type. */
export function textAt(value: Json | undefined, ...keys: Path): string | undefined {
  const found = at(value, ...keys) ?? '';
  return typeof found === 'string' ? found : undefined;
}

/** Whether the pod runs on Windows, which knows none of what Linux is restricted by. */
export function isWindows({ spec }: JudgedPod): boolean {
  return stringAt(spec, 'os', 'name') === 'windows';
}

/** Whether root in the pod is nobody on the node: it has user names of its own (KEP-127). */
export function hasOwnUsers({ spec }: JudgedPod): boolean {
  return spec['hostUsers'] === false;
}
