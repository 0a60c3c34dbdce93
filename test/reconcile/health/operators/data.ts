import { conditions, fresh, no, type OperatorCase, type OperatorCases, stale, yes } from './cases.ts';

/** What Strimzi says of an object that its operator has seen. */
const strimzi: readonly OperatorCase[] = [
  fresh,
  { says: 'Current: ready', status: { observedGeneration: 2, ...conditions(yes('Ready')) } },
  { says: stale, status: { observedGeneration: 1, ...conditions(yes('Ready')) } },
  { says: 'InProgress: not seen by its controller yet', status: conditions(yes('Ready')) },
  { says: 'InProgress: Waiting: not there yet', status: { observedGeneration: 2, ...conditions(no('Ready')) } },
  {
    says: 'InProgress: Creating: Kafka cluster is being deployed',
    status: { observedGeneration: 2, ...conditions(yes('NotReady', { reason: 'Creating', message: 'Kafka cluster is being deployed' })) },
  },
  {
    says: 'Current: paused',
    annotations: { 'strimzi.io/pause-reconciliation': 'true' },
    status: { observedGeneration: 1, ...conditions(yes('ReconciliationPaused')) },
  },
];

const rabbit = conditions(yes('AllReplicasReady'), yes('ClusterAvailable'), yes('ReconcileSuccess'));

/** What is made in a database of CloudNativePG. */
const applied: readonly OperatorCase[] = [
  { says: 'InProgress: not applied yet' },
  { says: 'Current: applied', status: { observedGeneration: 2, applied: true } },
  { says: stale, status: { observedGeneration: 1, applied: true } },
  { says: 'InProgress: not seen by its controller yet', status: { applied: true } },
  {
    says: 'InProgress: role "shop" does not exist (SQLSTATE 42704)',
    status: { observedGeneration: 2, applied: false, message: 'role "shop" does not exist (SQLSTATE 42704)' },
  },
];

/** What Elastic Cloud on Kubernetes says of all but Elasticsearch. */
const elastic: readonly OperatorCase[] = [
  fresh,
  { says: 'Current: health: green', status: { observedGeneration: 2, health: 'green' } },
  { says: 'InProgress: health: red', status: { observedGeneration: 2, health: 'red' } },
  { says: stale, status: { observedGeneration: 1, health: 'green' } },
];

/** Kafka, RabbitMQ, databases and Elastic's. */
export const data: readonly OperatorCases[] = [
  {
    kinds: ['Kafka', 'KafkaUser', 'KafkaConnect', 'KafkaConnector', 'KafkaMirrorMaker2', 'KafkaBridge'].map(
      (kind) => `${kind}.kafka.strimzi.io`,
    ),
    version: 'v1beta2',
    cases: strimzi,
  },
  {
    kinds: ['KafkaTopic.kafka.strimzi.io'],
    version: 'v1beta2',
    cases: [
      ...strimzi,
      { says: 'Current: unmanaged', annotations: { 'strimzi.io/managed': 'false' }, status: conditions(yes('Unmanaged')) },
    ],
  },
  {
    kinds: ['KafkaNodePool.kafka.strimzi.io'],
    version: 'v1beta2',
    cases: [
      fresh,
      { says: 'Current: replicas: 3/3', spec: { replicas: 3 }, status: { observedGeneration: 2, replicas: 3 } },
      { says: 'InProgress: replicas: 1/3', spec: { replicas: 3 }, status: { observedGeneration: 2, replicas: 1 } },
      { says: stale, spec: { replicas: 3 }, status: { observedGeneration: 1, replicas: 3 } },
    ],
  },
  {
    kinds: ['RabbitmqCluster.rabbitmq.com'],
    version: 'v1beta1',
    cases: [
      fresh,
      { says: 'Current: all replicas ready, cluster available, reconcile success', status: { observedGeneration: 2, ...rabbit } },
      { says: stale, status: { observedGeneration: 1, ...rabbit } },
      {
        says: 'InProgress: Waiting: not there yet',
        status: conditions(no('AllReplicasReady'), yes('ClusterAvailable'), yes('ReconcileSuccess')),
      },
      {
        says: 'InProgress: Waiting: not there yet',
        status: conditions(yes('AllReplicasReady'), no('ClusterAvailable'), yes('ReconcileSuccess')),
      },
      {
        says: 'InProgress: Error: no such version',
        status: conditions(yes('AllReplicasReady'), yes('ClusterAvailable'), no('ReconcileSuccess', 'Error', 'no such version')),
      },
      { says: 'Current: paused', labels: { 'rabbitmq.com/pauseReconciliation': 'true' }, status: { observedGeneration: 1, ...rabbit } },
    ],
  },
  {
    kinds: ['Cluster.postgresql.cnpg.io'],
    version: 'v1',
    cases: [
      fresh,
      { says: 'Current: instances: 3/3', spec: { instances: 3 }, status: { phase: 'Cluster in healthy state', readyInstances: 3 } },
      { says: 'InProgress: instances: 3/4', spec: { instances: 4 }, status: { phase: 'Cluster in healthy state', readyInstances: 3 } },
      {
        says: 'InProgress: Creating a new replica: creating replica db-2-join',
        status: { phase: 'Creating a new replica', phaseReason: 'creating replica db-2-join' },
      },
      { says: 'InProgress: Failing over', status: { phase: 'Failing over' } },
      { says: 'Current: hibernated', annotations: { 'cnpg.io/hibernation': 'on' }, status: { phase: 'Cluster in healthy state' } },
      { says: 'InProgress: Failing over', annotations: { 'cnpg.io/hibernation': 'off' }, status: { phase: 'Failing over' } },
      {
        says: 'Failed: Cluster is unrecoverable and needs manual intervention',
        status: { phase: 'Cluster is unrecoverable and needs manual intervention' },
      },
      {
        says: 'Failed: Cluster is in an unrecoverable state, needs manual intervention: no PVC is left',
        status: { phase: 'Cluster is in an unrecoverable state, needs manual intervention', phaseReason: 'no PVC is left' },
      },
    ],
  },
  {
    kinds: ['Backup.postgresql.cnpg.io'],
    version: 'v1',
    cases: [
      fresh,
      { says: 'Current: phase: completed', status: { phase: 'completed' } },
      { says: 'InProgress: phase: running', status: { phase: 'running' } },
      { says: 'Failed: phase: failed, exit status 1', status: { phase: 'failed', error: 'exit status 1' } },
    ],
  },
  {
    kinds: ['ScheduledBackup.postgresql.cnpg.io'],
    version: 'v1',
    cases: [
      fresh,
      { says: 'Current: schedule: 0 0 3 * * *', spec: { schedule: '0 0 3 * * *' }, status: { lastCheckTime: '2026-05-01T10:00:00Z' } },
      { says: 'Current: suspended', spec: { suspend: true, schedule: '0 0 3 * * *' } },
    ],
  },
  {
    kinds: ['Pooler.postgresql.cnpg.io'],
    version: 'v1',
    cases: [
      { says: 'InProgress: pods: 0/1' },
      { says: 'Current: pods: 2/2', spec: { instances: 2 }, status: { instances: 2 } },
      { says: 'InProgress: pods: 1/2', spec: { instances: 2 }, status: { instances: 1 } },
    ],
  },
  { kinds: ['Database', 'Publication', 'Subscription'].map((kind) => `${kind}.postgresql.cnpg.io`), version: 'v1', cases: applied },
  {
    kinds: ['postgresql.acid.zalan.do'],
    version: 'v1',
    cases: [
      fresh,
      { says: 'Current: PostgresClusterStatus: Running', status: { PostgresClusterStatus: 'Running' } },
      { says: 'InProgress: PostgresClusterStatus: UpdateFailed', status: { PostgresClusterStatus: 'UpdateFailed' } },
      { says: 'Failed: PostgresClusterStatus: Invalid', status: { PostgresClusterStatus: 'Invalid' } },
    ],
  },
  {
    kinds: [
      'PerconaXtraDBCluster.pxc.percona.com',
      'PerconaServerMongoDB.psmdb.percona.com',
      'PerconaPGCluster.pgv2.percona.com',
      'PerconaServerMySQL.ps.percona.com',
    ],
    version: 'v1',
    cases: [
      fresh,
      { says: 'Current: state: ready', status: { observedGeneration: 2, state: 'ready' } },
      { says: 'Current: state: paused', spec: { pause: true }, status: { state: 'paused' } },
      { says: 'InProgress: state: error', status: { state: 'error' } },
      { says: stale, status: { observedGeneration: 1, state: 'ready' } },
    ],
  },
  {
    kinds: ['MongoDBCommunity.mongodbcommunity.mongodb.com'],
    version: 'v1',
    cases: [
      fresh,
      { says: 'Current: phase: Running', status: { phase: 'Running' } },
      {
        says: 'InProgress: phase: Pending, ReplicaSet is not yet ready',
        status: { phase: 'Pending', message: 'ReplicaSet is not yet ready' },
      },
    ],
  },
  {
    kinds: ['Elasticsearch.elasticsearch.k8s.elastic.co'],
    version: 'v1',
    cases: [
      fresh,
      { says: 'Current: phase: Ready, health: green', status: { observedGeneration: 2, phase: 'Ready', health: 'green' } },
      { says: 'Current: phase: Ready, health: yellow', status: { phase: 'Ready', health: 'yellow' } },
      { says: 'InProgress: phase: Ready, health: red', status: { phase: 'Ready', health: 'red' } },
      { says: 'InProgress: phase: ApplyingChanges, health: green', status: { phase: 'ApplyingChanges', health: 'green' } },
      { says: stale, status: { observedGeneration: 1, phase: 'Ready', health: 'green' } },
      { says: 'Failed: phase: Invalid', status: { phase: 'Invalid' } },
    ],
  },
  {
    kinds: [
      'Kibana.kibana.k8s.elastic.co',
      'ApmServer.apm.k8s.elastic.co',
      'EnterpriseSearch.enterprisesearch.k8s.elastic.co',
      'ElasticMapsServer.maps.k8s.elastic.co',
      'Beat.beat.k8s.elastic.co',
      'Agent.agent.k8s.elastic.co',
      'Logstash.logstash.k8s.elastic.co',
    ],
    version: 'v1',
    cases: elastic,
  },
];
