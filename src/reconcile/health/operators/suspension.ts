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
/** A registry is only named by it: since Flux 2.2 nothing is fetched, and its status is the default one. */
const fixed: Suspension = { at: ['spec', 'type'], value: 'oci', word: 'static' };
const paused: Suspension = { at: ['spec', 'paused'], value: 'true', word: 'paused' };
const strimzi: Suspension = { at: ['metadata', 'annotations', 'strimzi.io/pause-reconciliation'], value: 'true', word: 'paused' };
const unmanaged: Suspension = { at: ['metadata', 'annotations', 'strimzi.io/managed'], value: 'false', word: 'unmanaged' };
const rabbitmq: Suspension = { at: ['metadata', 'labels', 'rabbitmq.com/pauseReconciliation'], value: 'true', word: 'paused' };
const hibernated: Suspension = { at: ['metadata', 'annotations', 'cnpg.io/hibernation'], value: 'on', word: 'hibernated' };
const halted: Suspension = { at: ['spec', 'runStrategy'], value: 'Halted', word: 'halted' };
const notRunning: Suspension = { at: ['spec', 'running'], value: 'false', word: 'halted' };

/**
 * Of each kind that can be suspended, how. What its status says is of the time before, of whatever generation: the controllers
 * do not write into it. Sources: `spec.suspend` in the API reference of Flux, `spec.paused` in those of Velero, Cluster API and the
 * Prometheus operator, hibernation in that of CloudNativePG, the run strategies of KubeVirt, and how reconciliation is paused in the
 * documentation of Strimzi (of topics also, how management ends) and of RabbitMQ's cluster operator.
 */
export const suspensions: Readonly<Record<string, readonly Suspension[]>> = {
  ...of([suspended], 'kustomize.toolkit.fluxcd.io', 'Kustomization'),
  ...of([suspended], 'helm.toolkit.fluxcd.io', 'HelmRelease'),
  ...of([suspended], 'source.toolkit.fluxcd.io', 'GitRepository', 'OCIRepository', 'HelmChart', 'Bucket'),
  ...of([suspended, fixed], 'source.toolkit.fluxcd.io', 'HelmRepository'),
  ...of([suspended], 'image.toolkit.fluxcd.io', 'ImageRepository', 'ImagePolicy', 'ImageUpdateAutomation'),
  ...of([suspended], 'notification.toolkit.fluxcd.io', 'Receiver'),
  ...of([hibernated], 'postgresql.cnpg.io', 'Cluster'),
  ...of([paused], 'cluster.x-k8s.io', 'Cluster'),
  ...of([paused], 'velero.io', 'Schedule'),
  ...of([paused], 'monitoring.coreos.com', 'Prometheus', 'PrometheusAgent', 'Alertmanager', 'ThanosRuler'),
  ...of([strimzi], 'kafka.strimzi.io', 'Kafka', 'KafkaUser', 'KafkaConnect', 'KafkaConnector', 'KafkaMirrorMaker2', 'KafkaBridge'),
  ...of([strimzi, unmanaged], 'kafka.strimzi.io', 'KafkaTopic'),
  ...of([rabbitmq], 'rabbitmq.com', 'RabbitmqCluster'),
  ...of([halted, notRunning], 'kubevirt.io', 'VirtualMachine'),
};

/** Current where somebody has its controller look away from `object`: that is wanted, and nothing will move. */
export function suspension(object: LiveObject): Health | undefined {
  const found = suspensions[formatGroupKind(refOf(object))]?.find(({ at: path, value }) => String(at(object, ...path)) === value);
  return found === undefined ? undefined : current(found.word);
}

function of(how: readonly Suspension[], group: string, ...kinds: readonly string[]): Readonly<Record<string, readonly Suspension[]>> {
  return Object.fromEntries(kinds.map((kind) => [`${kind}.${group}`, how]));
}
