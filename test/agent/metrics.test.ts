import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type EnvironmentMetrics, metricFamilies, noMetrics, withEvent, withStatus, withSuspension } from '../../src/agent/metrics.ts';
import { formatMetrics } from '../../src/codec/metrics-text.ts';
import type { Condition, EnvironmentStatus, SyncEvent } from '../../src/model/event.ts';
import { parseExposition } from './exposition.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
const ref = { group: '', kind: 'ConfigMap', namespace: 'shop', name: 'config' };
const process = { version: '1.2.3', residentMemoryBytes: 5e7, cpuSeconds: 1.25, startTime: 1.7e9, kubernetesRequests: 7 };
const prod = '{namespace="shop",environment="prod"';

/** The series of one environment after these events, in this order. */
function seriesAfter(events: readonly SyncEvent[], from: EnvironmentMetrics = noMetrics): ReadonlyMap<string, number> {
  return seriesOf(events.reduce((metrics, event) => withEvent(metrics, event, now), from));
}

function seriesOf(metrics: EnvironmentMetrics): ReadonlyMap<string, number> {
  return parseExposition(formatMetrics(metricFamilies(new Map([['shop/prod', metrics]]), process)));
}

function statusWith(ready: Condition['status'], rest: Partial<EnvironmentStatus> = {}): EnvironmentStatus {
  return {
    environment: 'prod',
    latest: 'b'.repeat(40),
    revision: 'a'.repeat(40),
    behind: [],
    objects: 12,
    conditions: [
      { type: 'Ready', status: ready, reason: 'Any', message: '' },
      { type: 'Stalled', status: ready === 'True' ? 'False' : 'True', reason: 'Any', message: '' },
    ],
    problems: [],
    unhealthy: [],
    held: [],
    suspended: [],
    rewritten: [],
    updated: '2026-01-01T00:00:00Z',
    ...rest,
  };
}

const problem = { ref, path: 'config.yaml', message: 'no' };

test('changes are counted by what was done and what came of it, and only what was repaired is a repair', () => {
  const series = seriesAfter([
    { type: 'applied', ref, op: 'create', outcome: 'created' },
    { type: 'applied', ref, op: 'repair', outcome: 'configured' },
    { type: 'applied', ref, op: 'repair', outcome: 'unchanged' },
    { type: 'applied', ref, op: 'create', outcome: 'created' },
    { type: 'pruned', ref, outcome: 'gone' },
    { type: 'failed', problem, passing: true, retryIn: 1 },
    { type: 'refused', revision: 'a', refusal: { code: 'branch-emptied', message: '', help: '' }, problems: [], slices: [] },
  ]);
  assert.equal(series.get(`lockstep_changes_total${prod},op="create",outcome="created"}`), 2);
  assert.equal(series.get(`lockstep_changes_total${prod},op="prune",outcome="gone"}`), 1);
  assert.equal(series.get(`lockstep_repairs_total${prod}}`), 1);
  assert.equal(series.get(`lockstep_failures_total${prod}}`), 1);
  assert.equal(series.get(`lockstep_refused_total${prod},code="branch-emptied"}`), 1);
});

test('the durations of syncs are a histogram, and the last one has its time', () => {
  const synced = (milliseconds: number): SyncEvent => ({ type: 'synced', revision: 'a', changed: 1, milliseconds });
  const series = seriesAfter([synced(100), synced(101), synced(400_000)]);
  const bucket = (le: string) => series.get(`lockstep_sync_duration_seconds_bucket${prod},le="${le}"}`);
  assert.deepEqual([bucket('0.1'), bucket('0.5'), bucket('300'), bucket('+Inf')], [1, 2, 2, 3]);
  assert.equal(series.get(`lockstep_sync_duration_seconds_sum${prod}}`), 400.201);
  assert.equal(series.get(`lockstep_last_synced_timestamp_seconds${prod}}`), now / 1_000);
});

test('a status is told as it is, with one series that says the commits', () => {
  const unhealthy = [{ ref, health: { status: 'Failed', message: '' } }] as const;
  const series = seriesOf(withStatus(noMetrics, statusWith('False', { unhealthy })));
  assert.equal(series.get(`lockstep_environment_ready${prod}}`), 0);
  assert.equal(series.get(`lockstep_environment_stalled${prod}}`), 1);
  assert.equal(series.get(`lockstep_environment_objects${prod}}`), 12);
  assert.equal(series.get(`lockstep_environment_unhealthy_objects${prod},status="Failed"}`), 1);
  assert.equal(series.get(`lockstep_environment_unhealthy_objects${prod},status="InProgress"}`), 0);
  const infos = [...series.keys()].filter((key) => key.startsWith('lockstep_environment_info'));
  assert.deepEqual(infos, [`lockstep_environment_info${prod},revision="${'a'.repeat(40)}",latest="${'b'.repeat(40)}"}`]);
});

test('an environment that was ready is not while it is out of reach or suspended', () => {
  const ready = `lockstep_environment_ready${prod}}`;
  const well = withStatus(noMetrics, statusWith('True'));
  assert.equal(seriesOf(well).get(ready), 1);
  const outage: SyncEvent = { type: 'outage', code: 'state-unreachable', message: '', retryIn: 1 };
  const out = seriesAfter([outage], well);
  assert.equal(out.get(ready), 0);
  assert.equal(out.get(`lockstep_outages_total${prod},code="state-unreachable"}`), 1);
  assert.equal(seriesAfter([outage]).get(ready), 0);
  const suspended = seriesOf(withSuspension(well, true));
  assert.deepEqual([suspended.get(ready), suspended.get(`lockstep_environment_suspended${prod}}`)], [0, 1]);
  const again = seriesOf(withStatus(withSuspension(well, true), statusWith('True')));
  assert.deepEqual([again.get(ready), again.get(`lockstep_environment_suspended${prod}}`)], [1, 0]);
});

test('what a forge is told is counted, and that it could not be told is no outage', () => {
  const series = seriesAfter(
    [
      { type: 'told', revision: 'a', state: 'pending' },
      { type: 'untold', revision: 'a', state: 'success', code: 'forge-refused', message: '', retryIn: 1 },
      { type: 'told', revision: 'a', state: 'success' },
    ],
    withStatus(noMetrics, statusWith('True')),
  );
  assert.equal(series.get(`lockstep_commit_statuses_total${prod},state="success"}`), 1);
  assert.equal(series.get(`lockstep_commit_status_failures_total${prod},code="forge-refused"}`), 1);
  assert.equal(series.get(`lockstep_environment_ready${prod}}`), 1);
  assert.deepEqual(
    [...series.keys()].filter((key) => key.startsWith('lockstep_outages')),
    [],
  );
});

test('an agent that stands back says nothing of how the environment does', () => {
  const aside = seriesAfter(
    [{ type: 'outage', code: 'another-agent', message: '', retryIn: 1 }],
    withStatus(noMetrics, statusWith('True')),
  );
  assert.deepEqual(
    [...aside.keys()].filter((key) => key.startsWith('lockstep_environment')),
    [],
  );
  assert.equal(aside.get(`lockstep_outages_total${prod},code="another-agent"}`), 1);
});

test('the process is measured where no environment is, and what is in labels and help is escaped', () => {
  const families = metricFamilies(new Map(), process);
  const series = parseExposition(formatMetrics(families));
  assert.deepEqual(Object.fromEntries(series), {
    'lockstep_build_info{version="1.2.3"}': 1,
    lockstep_kubernetes_requests_total: 7,
    process_resident_memory_bytes: 5e7,
    process_cpu_seconds_total: 1.25,
    process_start_time_seconds: 1.7e9,
  });
  const odd = formatMetrics([
    { name: 'odd', type: 'gauge', help: 'a\\b\nc', samples: [{ labels: { of: 'a"b\\c\nd' }, value: Number.NEGATIVE_INFINITY }] },
  ]);
  assert.equal(odd, '# HELP odd a\\\\b\\nc\n# TYPE odd gauge\nodd{of="a\\"b\\\\c\\nd"} -Inf\n');
  assert.equal(parseExposition(odd).size, 1);
});
