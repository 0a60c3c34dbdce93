import type { Health } from '../../../model/health.ts';
import { at, type Path } from '../../../model/json.ts';
import { type LiveObject, refOf } from '../../../model/manifest.ts';
import { formatGroupKind } from '../../../model/ref.ts';
import { current } from '../rule.ts';

/** What makes a controller look away from an object. */
export interface Suspension {
  readonly at: Path;
  /** The value that does it, as text. */
  readonly value: string;
  /** What such an object is. */
  readonly word: string;
}

const suspended: Suspension = { at: ['spec', 'suspend'], value: 'true', word: 'suspended' };
const paused: Suspension = { at: ['spec', 'paused'], value: 'true', word: 'paused' };

/**
 * Of each kind that can be suspended, how. What its status says is of the time before, of whatever generation: the controllers
 * do not write into it. Source: `spec.suspend` in the API references of Flux and Argo Workflows, and
 * `spec.paused` in that of Cluster API.
 */
export const suspensions: Readonly<Record<string, Suspension>> = {
  ...of(suspended, 'kustomize.toolkit.fluxcd.io', 'Kustomization'),
  ...of(suspended, 'helm.toolkit.fluxcd.io', 'HelmRelease'),
  ...of(suspended, 'source.toolkit.fluxcd.io', 'GitRepository', 'OCIRepository', 'HelmRepository', 'HelmChart', 'Bucket'),
  ...of(suspended, 'image.toolkit.fluxcd.io', 'ImageRepository', 'ImagePolicy', 'ImageUpdateAutomation'),
  ...of(suspended, 'notification.toolkit.fluxcd.io', 'Receiver'),
  ...of(suspended, 'argoproj.io', 'Workflow', 'CronWorkflow'),
  ...of(paused, 'cluster.x-k8s.io', 'Cluster'),
};

/** Current where somebody has its controller look away from `object`: that is wanted, and nothing will move. */
export function suspension(object: LiveObject): Health | undefined {
  const found = suspensions[formatGroupKind(refOf(object))];
  return found !== undefined && String(at(object, ...found.at)) === found.value ? current(found.word) : undefined;
}

function of(how: Suspension, group: string, ...kinds: readonly string[]): Readonly<Record<string, Suspension>> {
  return Object.fromEntries(kinds.map((kind) => [`${kind}.${group}`, how]));
}
