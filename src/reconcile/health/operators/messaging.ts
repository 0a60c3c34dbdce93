import type { Health } from '../../../model/health.ts';
import { numberAt } from '../../../model/json.ts';
import type { LiveObject } from '../../../model/manifest.ts';
import { count, current, short, unobserved } from '../rule.ts';
import { conditions } from './conditions.ts';
import { alike, inGroup, type Judgements } from './judgement.ts';

/**
 * Strimzi, by `io.strimzi.api.kafka.model` of github.com/strimzi/strimzi-kafka-operator, which sets NotReady to True instead of Ready to
 * False; and RabbitMQ's cluster operator, by `internal/status` of github.com/rabbitmq/cluster-operator.
 */
export const messaging: Judgements = {
  ...alike(
    'kafka.strimzi.io',
    ['Kafka', 'KafkaTopic', 'KafkaUser', 'KafkaConnect', 'KafkaConnector', 'KafkaMirrorMaker2', 'KafkaBridge'],
    conditions({ busy: ['NotReady'], seen: 'status' }),
  ),
  ...inGroup('kafka.strimzi.io', { KafkaNodePool: nodePool }),
  ...inGroup('rabbitmq.com', {
    RabbitmqCluster: conditions({ current: ['AllReplicasReady', 'ClusterAvailable', 'ReconcileSuccess'] }),
  }),
};

/** Its Kafka says whether its pods are ready; it says that they are used. */
function nodePool(object: LiveObject): Health {
  const want = numberAt(object, 'spec', 'replicas') ?? 0;
  return (
    unobserved(object) ?? short('replicas', count(object, 'replicas'), want) ?? current(`replicas: ${count(object, 'replicas')}/${want}`)
  );
}
