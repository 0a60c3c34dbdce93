import type { Health } from '../../../model/health.ts';
import { at, type Path } from '../../../model/json.ts';
import { type LiveObject, refOf } from '../../../model/manifest.ts';
import { formatGroupKind } from '../../../model/ref.ts';
import { current } from '../rule.ts';
import { alike } from './judgement.ts';

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
  ...alike('kustomize.toolkit.fluxcd.io', ['Kustomization'], [suspended]),
  ...alike('helm.toolkit.fluxcd.io', ['HelmRelease'], [suspended]),
  ...alike('source.toolkit.fluxcd.io', ['GitRepository', 'OCIRepository', 'HelmChart', 'Bucket'], [suspended]),
  ...alike('source.toolkit.fluxcd.io', ['HelmRepository'], [suspended, fixed]),
  ...alike('image.toolkit.fluxcd.io', ['ImageRepository', 'ImagePolicy', 'ImageUpdateAutomation'], [suspended]),
  ...alike('notification.toolkit.fluxcd.io', ['Receiver'], [suspended]),
  ...alike('postgresql.cnpg.io', ['Cluster'], [hibernated]),
  ...alike('cluster.x-k8s.io', ['Cluster'], [paused]),
  ...alike('velero.io', ['Schedule'], [paused]),
  ...alike('monitoring.coreos.com', ['Prometheus', 'PrometheusAgent', 'Alertmanager', 'ThanosRuler'], [paused]),
  ...alike('kafka.strimzi.io', ['Kafka', 'KafkaUser', 'KafkaConnect', 'KafkaConnector', 'KafkaMirrorMaker2', 'KafkaBridge'], [strimzi]),
  ...alike('kafka.strimzi.io', ['KafkaTopic'], [strimzi, unmanaged]),
  ...alike('rabbitmq.com', ['RabbitmqCluster'], [rabbitmq]),
  ...alike('kubevirt.io', ['VirtualMachine'], [halted, notRunning]),
};

/** Current where somebody has its controller look away from `object`: that is wanted, and nothing will move. */
export function suspension(object: LiveObject): Health | undefined {
  const found = suspensions[formatGroupKind(refOf(object))]?.find(({ at: path, value }) => String(at(object, ...path)) === value);
  return found === undefined ? undefined : current(found.word);
}
