import type { MetricFamily, MetricSample } from '../codec/metrics-text.ts';
import type { EnvironmentStatus, SyncEvent } from '../model/event.ts';
import type { HealthStatus } from '../model/health.ts';
import { isReady } from '../reconcile/status.ts';

/** What is counted of one environment since this agent began to keep it. */
export interface EnvironmentMetrics {
  /** Whether it is kept here: `aside` while another agent does, `unknown` until anything is known. */
  readonly standing: 'unknown' | 'kept' | 'aside';
  /** How it did when that was recorded last. */
  readonly status: EnvironmentStatus | undefined;
  /** Whether it could not be looked at since then. */
  readonly isOut: boolean;
  /** Whether somebody wants nothing to be changed for a time. */
  readonly isSuspended: boolean;
  /** Changes by what was to be done and what came of it, with a space between. */
  readonly changes: Counts;
  readonly repairs: number;
  readonly failures: number;
  /** By code. */
  readonly refused: Counts;
  /** By code. */
  readonly outages: Counts;
  /** What a forge was told, by state. */
  readonly told: Counts;
  /** What it could not be told, by code. */
  readonly untold: Counts;
  /** How many syncs took no longer than each of `syncBounds`, and no shorter than the one before; the last are those that took longer. */
  readonly syncs: readonly number[];
  /** The milliseconds of all syncs together. */
  readonly syncing: number;
  /** When a sync ended last, in milliseconds since 1970. */
  readonly lastSynced: number | undefined;
}

type Counts = Readonly<Record<string, number>>;

/** Seconds that a sync takes: the buckets of their histogram. */
const syncBounds = [0.1, 0.5, 2, 10, 60, 300] as const;

/** Of an environment that nothing is known of yet. */
export const noMetrics: EnvironmentMetrics = {
  standing: 'unknown',
  status: undefined,
  isOut: false,
  isSuspended: false,
  changes: {},
  repairs: 0,
  failures: 0,
  refused: {},
  outages: {},
  told: {},
  untold: {},
  syncs: [...syncBounds, Number.POSITIVE_INFINITY].map(() => 0),
  syncing: 0,
  lastSynced: undefined,
};

/** Counts an event; `now` is in milliseconds since 1970. */
export function withEvent(before: EnvironmentMetrics, event: SyncEvent, now: number): EnvironmentMetrics {
  if (event.type === 'outage') return withOutage(before, event.code);
  const metrics: EnvironmentMetrics = { ...before, standing: 'kept' };
  switch (event.type) {
    case 'applied': {
      const isRepair = event.op === 'repair' && event.outcome !== 'unchanged';
      return {
        ...metrics,
        changes: counted(metrics.changes, `${event.op} ${event.outcome}`),
        repairs: metrics.repairs + (isRepair ? 1 : 0),
      };
    }
    case 'pruned':
      return { ...metrics, changes: counted(metrics.changes, `prune ${event.outcome}`) };
    case 'failed':
      return { ...metrics, failures: metrics.failures + 1 };
    case 'refused':
      return { ...metrics, refused: counted(metrics.refused, event.refusal.code) };
    case 'told':
      return { ...metrics, told: counted(metrics.told, event.state) };
    case 'untold':
      return { ...metrics, untold: counted(metrics.untold, event.code) };
    case 'synced':
      return withSync(metrics, event.milliseconds, now);
    default:
      return metrics;
  }
}

/** Notes how an environment does. */
export function withStatus(before: EnvironmentMetrics, status: EnvironmentStatus): EnvironmentMetrics {
  return { ...before, standing: 'kept', isOut: false, isSuspended: false, status };
}

/** Notes conditions that are told of an environment otherwise than by the status of its sync. */
export function withConditions(before: EnvironmentMetrics, conditions: EnvironmentStatus['conditions']): EnvironmentMetrics {
  return { ...before, standing: 'kept', isOut: false, status: { ...(before.status ?? nothingSynced), conditions } };
}

/** The status of an environment before its first sync. */
const nothingSynced: EnvironmentStatus = {
  environment: '',
  latest: undefined,
  revision: undefined,
  behind: [],
  objects: 0,
  conditions: [],
  problems: [],
  unhealthy: [],
  held: [],
  suspended: [],
  rewritten: [],
  updated: '',
};

/** Notes whether somebody wants nothing to be changed. */
export function withSuspension(before: EnvironmentMetrics, isSuspended: boolean): EnvironmentMetrics {
  return { ...before, standing: 'kept', isSuspended };
}

function withOutage(before: EnvironmentMetrics, code: string): EnvironmentMetrics {
  const outages = counted(before.outages, code);
  // How it does is for the other agent to tell.
  if (code === 'another-agent') return { ...before, standing: 'aside', status: undefined, outages };
  return { ...before, standing: 'kept', isOut: true, outages };
}

function withSync(metrics: EnvironmentMetrics, milliseconds: number, now: number): EnvironmentMetrics {
  const found = syncBounds.findIndex((bound) => milliseconds <= bound * 1_000);
  const bucket = found < 0 ? syncBounds.length : found;
  const syncs = metrics.syncs.map((count, i) => (i === bucket ? count + 1 : count));
  return { ...metrics, syncs, syncing: metrics.syncing + milliseconds, lastSynced: now };
}

function counted(counts: Counts, key: string): Counts {
  return { ...counts, [key]: (counts[key] ?? 0) + 1 };
}

/** What a process is measured by. Times in seconds. */
export interface ProcessMetrics {
  readonly version: string;
  readonly residentMemoryBytes: number;
  readonly cpuSeconds: number;
  /** Since 1970. */
  readonly startTime: number;
  readonly kubernetesRequests: number;
}

/** The metrics of environments, by `<namespace>/<environment>` ('' for what is of none), and of the process that keeps them. */
export function metricFamilies(environments: ReadonlyMap<string, EnvironmentMetrics>, usage: ProcessMetrics): readonly MetricFamily[] {
  const all = [...environments].map(([name, metrics]) => ({
    labels: labelsOf(name),
    metrics: name === '' ? { ...metrics, standing: 'unknown' as const } : metrics,
  }));
  const each = (samples: (metrics: EnvironmentMetrics) => readonly MetricSample[]): readonly MetricSample[] =>
    all.flatMap(({ labels, metrics }) => samples(metrics).map((one) => ({ ...one, labels: { ...labels, ...one.labels } })));
  return [...environmentFamilies.map(({ samples, ...family }) => ({ ...family, samples: each(samples) })), ...processFamilies(usage)];
}

function labelsOf(name: string): MetricSample['labels'] {
  const slash = name.indexOf('/');
  return { namespace: name.slice(0, Math.max(0, slash)), environment: name.slice(slash + 1) };
}

/** A metric of an environment, and its series there. */
type EnvironmentFamily = Omit<MetricFamily, 'samples'> & { readonly samples: (metrics: EnvironmentMetrics) => readonly MetricSample[] };

const environmentFamilies: readonly EnvironmentFamily[] = [
  {
    name: 'lockstep_environment_ready',
    type: 'gauge',
    help: 'Whether everything is as the newest commit wants it, and Current.',
    samples: whenKept(({ status, isOut, isSuspended }) => plain(status !== undefined && !isOut && !isSuspended && isReady(status))),
  },
  {
    name: 'lockstep_environment_stalled',
    type: 'gauge',
    help: 'Whether a person has to mend something.',
    samples: whenKept(({ status }) => plain(status?.conditions.some((one) => one.type === 'Stalled' && one.status === 'True') === true)),
  },
  {
    name: 'lockstep_environment_suspended',
    type: 'gauge',
    help: 'Whether somebody wants nothing to be changed for a time.',
    samples: whenKept(({ isSuspended }) => plain(isSuspended)),
  },
  {
    name: 'lockstep_environment_info',
    type: 'gauge',
    help: 'Always 1: the commit that the cluster is kept equal to, and the newest one of the branch.',
    samples: whenKept(({ status }) =>
      status === undefined ? [] : [{ labels: { revision: status.revision ?? '', latest: status.latest ?? '' }, value: 1 }],
    ),
  },
  {
    name: 'lockstep_environment_objects',
    type: 'gauge',
    help: 'How many objects the environment wants.',
    samples: whenKept(({ status }) => (status === undefined ? [] : plain(status.objects))),
  },
  {
    name: 'lockstep_environment_unhealthy_objects',
    type: 'gauge',
    help: 'How many objects are not Current, by how they do. Only the worst 20 are counted.',
    samples: whenKept(({ status }) => (status === undefined ? [] : unhealthyIn(status))),
  },
  {
    name: 'lockstep_changes_total',
    type: 'counter',
    help: 'Changes of objects, by what was to be done and what came of it.',
    samples: ({ changes }) =>
      Object.entries(changes).map(([key, value]) => {
        const [op = '', outcome = ''] = key.split(' ');
        return { labels: { op, outcome }, value };
      }),
  },
  {
    name: 'lockstep_repairs_total',
    type: 'counter',
    help: 'Objects that somebody else had changed, and that were made equal to the branch again.',
    samples: ({ repairs }) => plain(repairs),
  },
  {
    name: 'lockstep_failures_total',
    type: 'counter',
    help: 'Changes of objects that did not work.',
    samples: ({ failures }) => plain(failures),
  },
  {
    name: 'lockstep_refused_total',
    type: 'counter',
    help: 'Commits that were refused, by the code of the refusal.',
    samples: ({ refused }) => byCode(refused),
  },
  {
    name: 'lockstep_outages_total',
    type: 'counter',
    help: 'How often the branch or the cluster could not be reached, or the like, by code.',
    samples: ({ outages }) => byCode(outages),
  },
  {
    name: 'lockstep_commit_statuses_total',
    type: 'counter',
    help: 'How often the forge was told how the environment does, by state.',
    samples: ({ told }) => Object.entries(told).map(([state, value]) => ({ labels: { state }, value })),
  },
  {
    name: 'lockstep_commit_status_failures_total',
    type: 'counter',
    help: 'How often the forge could not be told how the environment does, by code.',
    samples: ({ untold }) => byCode(untold),
  },
  { name: 'lockstep_sync_duration_seconds', type: 'histogram', help: 'How long syncs took that changed something.', samples: histogram },
  {
    name: 'lockstep_last_synced_timestamp_seconds',
    type: 'gauge',
    help: 'When a sync that changed something ended last, in seconds since 1970.',
    samples: ({ lastSynced }) => (lastSynced === undefined ? [] : plain(lastSynced / 1_000)),
  },
];

/** Series of what is as it is, rather than counted: there are none while nothing is known, or another agent tells them. */
function whenKept(samples: EnvironmentFamily['samples']): EnvironmentFamily['samples'] {
  return (metrics) => (metrics.standing === 'kept' ? samples(metrics) : []);
}

function plain(value: number | boolean): readonly MetricSample[] {
  return [{ labels: {}, value: Number(value) }];
}

function byCode(counts: Counts): readonly MetricSample[] {
  return Object.entries(counts).map(([code, value]) => ({ labels: { code }, value }));
}

const unhealthyStatuses: readonly HealthStatus[] = ['InProgress', 'Failed', 'Terminating', 'NotFound', 'Unknown'];

function unhealthyIn({ unhealthy }: EnvironmentStatus): readonly MetricSample[] {
  return unhealthyStatuses.map((status) => ({
    labels: { status },
    value: unhealthy.filter(({ health }) => health.status === status).length,
  }));
}

function histogram({ syncs, syncing }: EnvironmentMetrics): readonly MetricSample[] {
  let count = 0;
  const buckets = [...syncBounds, '+Inf'].map((bound, i): MetricSample => {
    count += syncs[i] ?? 0;
    return { suffix: '_bucket', labels: { le: String(bound) }, value: count };
  });
  return [...buckets, { suffix: '_sum', labels: {}, value: syncing / 1_000 }, { suffix: '_count', labels: {}, value: count }];
}

function processFamilies(usage: ProcessMetrics): readonly MetricFamily[] {
  const { version, residentMemoryBytes, cpuSeconds, startTime, kubernetesRequests } = usage;
  return [
    {
      name: 'lockstep_build_info',
      type: 'gauge',
      help: 'Always 1: the version of Lockstep.',
      samples: [{ labels: { version }, value: 1 }],
    },
    {
      name: 'lockstep_kubernetes_requests_total',
      type: 'counter',
      help: 'Requests to the Kubernetes API, dry runs and watches among them.',
      samples: plain(kubernetesRequests),
    },
    { name: 'process_resident_memory_bytes', type: 'gauge', help: 'Resident memory in bytes.', samples: plain(residentMemoryBytes) },
    { name: 'process_cpu_seconds_total', type: 'counter', help: 'User and system time in seconds.', samples: plain(cpuSeconds) },
    {
      name: 'process_start_time_seconds',
      type: 'gauge',
      help: 'When the process began, in seconds since 1970.',
      samples: plain(startTime),
    },
  ];
}
