import { isObject } from '../../model/json.ts';
import { formatGroupKind } from '../../model/ref.ts';
import { fieldsOf, type ObjectChange } from '../compare.ts';
import { type Consequence, listed, quoted } from '../consequence.ts';
import type { Judge } from '../scene.ts';

/** Labels and annotations that nobody acts upon. */
const inert =
  /^(?:app\.kubernetes\.io\/.*|helm\.sh\/chart|meta\.helm\.sh\/.*|kubernetes\.io\/(?:description|change-cause)|kubectl\.kubernetes\.io\/last-applied-configuration|a8r\.io\/.*)$/;

/** Kinds whose labels select them, or are rules: of Namespaces for policies, of pods for Services, of ClusterRoles for others. */
const selected: ReadonlySet<string> = new Set(['Namespace', 'Pod', 'Node', 'ClusterRole.rbac.authorization.k8s.io']);

const exposing: ReadonlySet<string> = new Set(['Service', 'Ingress.networking.k8s.io', 'Gateway.gateway.networking.k8s.io']);

/** Annotations that controllers take for settings: who reaches what, and which rights in a cloud an account has. */
export const notes: Judge = (change): readonly Consequence[] => {
  const kind = formatGroupKind(change.ref);
  const keys = keysOf(change, 'annotations').filter((key) => !inert.test(key));
  if (keys.length === 0) return [];
  const names = listed(keys.map(quoted));
  if (exposing.has(kind)) return [{ type: 'exposes', message: `by annotations that are settings, perhaps: ${names}` }];
  if (kind === 'ServiceAccount') return [{ type: 'widens-access', message: `by annotations that give rights, perhaps: ${names}` }];
  return [];
};

/** Whether nothing but labels and annotations of the object change that nobody acts upon. */
export function isOnlyNoted(change: ObjectChange): boolean {
  const isNote = fieldsOf(change).every(({ path }) => path[0] === 'metadata' && (path[1] === 'labels' || path[1] === 'annotations'));
  if (!isNote) return false;
  const labels = keysOf(change, 'labels');
  if (labels.length > 0 && selected.has(formatGroupKind(change.ref))) return false;
  return [...labels, ...keysOf(change, 'annotations')].every((key) => inert.test(key));
}

/** The keys of labels, or of annotations, that come, go, or have another value. */
function keysOf(change: ObjectChange, kind: 'labels' | 'annotations'): readonly string[] {
  return fieldsOf(change).flatMap((field) => {
    const [metadata, map, key] = field.path;
    if (metadata !== 'metadata' || map !== kind) return [];
    if (key !== undefined) return [String(key)];
    // All of them come or go at once.
    const all = field.op === 'add' ? field.after : field.op === 'order' ? undefined : field.before;
    return isObject(all) ? Object.keys(all) : [];
  });
}
