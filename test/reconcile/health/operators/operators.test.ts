import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Health } from '../../../../src/model/health.ts';
import type { Path } from '../../../../src/model/json.ts';
import type { LiveObject } from '../../../../src/model/manifest.ts';
import { healthOf } from '../../../../src/reconcile/health/health.ts';
import type { ConditionWords } from '../../../../src/reconcile/health/operators/conditions.ts';
import { judgements } from '../../../../src/reconcile/health/operators/operators.ts';
import type { PhaseWords } from '../../../../src/reconcile/health/operators/phase.ts';
import { suspensions } from '../../../../src/reconcile/health/operators/suspension.ts';
import { exists } from '../../../../src/reconcile/health/rule.ts';
import type { OperatorCase, OperatorCases } from './cases.ts';
import { data } from './data.ts';
import { delivery } from './delivery.ts';
import { machines } from './machines.ts';
import { older, platform } from './platform.ts';
import { security } from './security.ts';

const families: readonly OperatorCases[] = [...data, ...delivery, ...machines, ...platform, ...security];

/** The rules in code that have nothing to call Failed: all that they tell of is tried again. */
const neverFailed: ReadonlySet<string> = new Set([
  'Certificate.cert-manager.io',
  'CephCluster.ceph.rook.io',
  'ClusterClass.cluster.x-k8s.io',
  'CompositeResourceDefinition.apiextensions.crossplane.io',
  'KafkaNodePool.kafka.strimzi.io',
  'OpenTelemetryCollector.opentelemetry.io',
  'ExternalSecret.external-secrets.io',
  'PushSecret.external-secrets.io',
  'VirtualMachine.kubevirt.io',
  ...['ScheduledBackup', 'Pooler', 'Database', 'Publication', 'Subscription'].map((kind) => `${kind}.postgresql.cnpg.io`),
  ...['VolumeSnapshot', 'VolumeSnapshotContent'].map((kind) => `${kind}.snapshot.storage.k8s.io`),
  ...['VolumeGroupSnapshot', 'VolumeGroupSnapshotContent'].map((kind) => `${kind}.groupsnapshot.storage.k8s.io`),
  ...['ServiceMonitor', 'PodMonitor', 'Probe', 'PrometheusRule', 'ScrapeConfig', 'AlertmanagerConfig'].map(
    (kind) => `${kind}.monitoring.coreos.com`,
  ),
  'ScaledJob.keda.sh',
  'ScaledObject.keda.sh',
  ...['Gateway', 'ListenerSet', 'HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'].map(
    (kind) => `${kind}.gateway.networking.k8s.io`,
  ),
]);

/** Every case by the kind that it is one of. */
const casesOf: ReadonlyMap<string, readonly OperatorCase[]> = new Map(
  families.flatMap(({ kinds, cases }) => kinds.map((name) => [name, cases])),
);

for (const { kinds, version, cases } of [...families, ...older]) {
  for (const name of kinds) {
    for (const one of cases) {
      test(`${name} (${version}) is ${one.says} with ${JSON.stringify({ ...one, says: undefined })}`, () => {
        assert.equal(spoken(healthOf(objectOf(name, version, one), { hasStatus: true })), one.says);
      });
    }
  }
}

test('every kind of an operator has cases, and no other kind has', () => {
  assert.deepEqual([...casesOf.keys()].sort(), Object.keys(judgements).sort());
  assert.equal(families.flatMap(({ kinds }) => kinds).length, casesOf.size, 'a kind has its cases in two places');
});

test('every condition that a kind is judged by has cases: met, not met, and of what is final', () => {
  for (const [name, words] of Object.entries(judgements)) {
    if (typeof words === 'function' || words.by !== 'conditions') continue;
    for (const [what, status, found] of expectedOf(words))
      assert.ok(some(name, status, found), `${name}: no case ${what} that is ${status}`);
  }
});

test('every word that a kind is judged by has a case', () => {
  for (const [name, words] of Object.entries(judgements)) {
    if (typeof words === 'function' || words.by !== 'phase') continue;
    const told = (word: string) => (one: OperatorCase) => wordOf(words, one) === word;
    for (const word of words.current) assert.ok(some(name, 'Current', told(word)), `${name}: no case of \`${word}\``);
    for (const word of words.failed) assert.ok(some(name, 'Failed', told(word)), `${name}: no case of \`${word}\``);
    assert.ok(
      some(name, 'InProgress', (one) => wordOf(words, one) !== undefined),
      `${name}: no case on its way`,
    );
  }
});

test('every rule in code has cases that are Current, InProgress and Failed, unless it never says so', () => {
  for (const [name, rule] of Object.entries(judgements)) {
    if (typeof rule !== 'function') continue;
    assert.ok(some(name, 'Current'), `${name}: no case that is Current`);
    assert.equal(some(name, 'InProgress'), rule !== exists, `${name}: cases that are InProgress`);
    assert.equal(some(name, 'Failed'), rule !== exists && !neverFailed.has(name), `${name}: cases that are Failed`);
  }
});

test('what is suspended is as wanted, whatever generation its controller has seen last', () => {
  for (const [name, ways] of Object.entries(suspensions)) {
    for (const { at, value, word } of ways) {
      const isSo = ({ says, spec, annotations, labels }: OperatorCase) =>
        says === `Current: ${word}` && String(valueAt({ spec, metadata: { annotations, labels } }, at)) === value;
      assert.ok(casesOf.get(name)?.some(isSo), `${name}: no case that is ${word} by ${at.join(' ')}`);
    }
  }
});

test('whatever stands in the status of a kind of an operator, it is judged without failing', () => {
  const odd: readonly (LiveObject['status'] | undefined)[] = [
    undefined,
    null,
    7,
    'x',
    [],
    { conditions: 'x' },
    { conditions: [null, 7, {}] },
  ];
  for (const name of Object.keys(judgements)) {
    for (const status of odd) {
      const { apiVersion, kind, metadata } = objectOf(name, 'v1', { says: '' });
      const object = { apiVersion, kind, metadata, ...(status === undefined ? {} : { status }) };
      assert.notEqual(healthOf(object as LiveObject).status, 'Failed', `${name}: ${JSON.stringify(status)}`);
    }
  }
});

/** What has to have a case, for each of the words. */
function expectedOf(words: ConditionWords): readonly (readonly [string, Health['status'], (one: OperatorCase) => boolean])[] {
  const is = (type: string, status: string) => (one: OperatorCase) =>
    conditionsOf(one).some((found) => found['type'] === type && found['status'] === status);
  const by = (reason: string) => (one: OperatorCase) => conditionsOf(one).some((found) => found['reason'] === reason);
  return [
    ...words.current.map((type) => [`of \`${type}\``, 'Current', is(type, 'True')] as const),
    ...(words.final === 'any' ? [] : words.current.map((type) => [`of \`${type}\` being False`, 'InProgress', is(type, 'False')] as const)),
    ...words.busy.map((type) => [`of \`${type}\``, 'InProgress', is(type, 'True')] as const),
    ...words.failed.map((type) => [`of \`${type}\``, 'Failed', is(type, 'True')] as const),
    ...(words.final === 'any'
      ? [['of whatever reason', 'Failed', is(words.current[0] ?? '', 'False')] as const]
      : words.final.map((reason) => [`of the reason \`${reason}\``, 'Failed', by(reason)] as const)),
    ...(words.seen === undefined
      ? []
      : [['without a generation', 'InProgress', (one: OperatorCase) => conditionsOf(one).length > 0] as const]),
  ];
}

function some(name: string, status: Health['status'], found: (one: OperatorCase) => boolean = () => true): boolean {
  return casesOf.get(name)?.some((one) => one.says.startsWith(`${status}: `) && found(one)) ?? false;
}

function conditionsOf({ status }: OperatorCase): readonly Readonly<Record<string, unknown>>[] {
  return (status?.['conditions'] ?? []) as readonly Readonly<Record<string, unknown>>[];
}

function wordOf({ at }: PhaseWords, { status }: OperatorCase): unknown {
  return valueAt(status, at);
}

function valueAt(from: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => (value as Readonly<Record<string, unknown>> | undefined)?.[key], from);
}

function objectOf(name: string, version: string, { spec, status, annotations, labels }: OperatorCase): LiveObject {
  const dot = name.indexOf('.');
  return {
    apiVersion: `${name.slice(dot + 1)}/${version}`,
    kind: name.slice(0, dot),
    metadata: {
      name: 'web',
      namespace: 'shop',
      uid: 'u1',
      resourceVersion: '7',
      generation: 2,
      ...(annotations === undefined ? {} : { annotations }),
      ...(labels === undefined ? {} : { labels }),
    },
    ...(spec === undefined ? {} : { spec }),
    ...(status === undefined ? {} : { status }),
  };
}

function spoken({ status, message }: Health): string {
  return `${status}: ${message}`;
}
