import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openVitals } from '../../src/agent/vitals.ts';
import type { SyncEvent } from '../../src/model/event.ts';
import { handClock } from '../support/clock.ts';
import { parseExposition } from './exposition.ts';

const ref = { group: '', kind: 'ConfigMap', namespace: 'shop', name: 'config' };
const applied: SyncEvent = { type: 'applied', ref, op: 'create', outcome: 'created' };
const usage = { version: '1', residentMemoryBytes: 1, cpuSeconds: 1, startTime: 1, kubernetesRequests: 1 };

function outage(code: 'another-agent' | 'state-unreachable', message: string): SyncEvent {
  return { type: 'outage', code, message, retryIn: 1 };
}

test('an agent is not ready until it keeps something, and says what is in the way', () => {
  const vitals = openVitals(handClock());
  assert.match(vitals.unready() ?? '', /not seen the cluster/);
  vitals.event('shop/prod', outage('state-unreachable', 'no route to the API server'));
  assert.equal(vitals.unready(), 'no route to the API server');
  vitals.ready();
  assert.equal(vitals.unready(), undefined);
  vitals.event('shop/prod', outage('state-unreachable', 'no route to the API server'));
  assert.equal(vitals.unready(), undefined);
});

test('an agent that stands back is ready, and so is one whose environment is no more', () => {
  for (const event of [outage('another-agent', 'ada acts'), { type: 'removed', revision: 'a' }] as const) {
    const vitals = openVitals(handClock());
    vitals.event('shop/prod', event);
    assert.equal(vitals.unready(), undefined, event.type);
  }
});

test('a turn hangs when nothing is heard of it for ten minutes; a pause between turns does not', async () => {
  const clock = handClock();
  const vitals = openVitals(clock);
  await clock.advance(3_600_000);
  assert.equal(vitals.hung(), undefined);
  vitals.turn('shop/prod', 'begin');
  vitals.turn('shop/dev', 'begin');
  await clock.advance(599_000);
  vitals.event('shop/dev', applied);
  assert.equal(vitals.hung(), undefined);
  await clock.advance(2_000);
  assert.match(vitals.hung() ?? '', /^nothing was heard of `shop\/prod` for 10 minutes/);
  vitals.turn('shop/prod', 'end');
  assert.equal(vitals.hung(), undefined);
  await clock.advance(3_600_000);
  assert.match(vitals.hung() ?? '', /shop\/dev/);
  vitals.gone('shop/dev');
  assert.equal(vitals.hung(), undefined);
});

test('what a forge is told, or cannot be told, is no sign of life of a turn, and says nothing of whether the agent is ready', async () => {
  const clock = handClock();
  const vitals = openVitals(clock);
  const untold: SyncEvent = {
    type: 'untold',
    revision: 'a',
    state: 'pending',
    code: 'forge-unreachable',
    message: 'no answer',
    retryIn: 1,
  };
  vitals.turn('shop/prod', 'begin');
  for (let minutes = 0; minutes < 10; minutes += 5) {
    await clock.advance(300_001);
    vitals.event('shop/prod', untold);
    vitals.event('shop/prod', { type: 'told', revision: 'a', state: 'pending' });
  }
  assert.match(vitals.hung() ?? '', /shop\/prod/);
  assert.match(vitals.unready() ?? '', /not seen the cluster/);
});

test('the series of an environment that is gone are gone, and what is of none has no state', () => {
  const vitals = openVitals(handClock());
  const namesOf = (): readonly string[] =>
    [...parseExposition(vitals.metrics(usage).text).keys()].filter((key) => /environment="(prod|dev)?"/.test(key));
  vitals.event('shop/prod', applied);
  vitals.event('shop/dev', applied);
  vitals.event('', outage('state-unreachable', 'no route'));
  assert.ok(namesOf().includes('lockstep_changes_total{namespace="shop",environment="dev",op="create",outcome="created"}'));
  assert.ok(namesOf().includes('lockstep_outages_total{namespace="",environment="",code="state-unreachable"}'));
  assert.ok(!namesOf().includes('lockstep_environment_ready{namespace="",environment=""}'));
  vitals.gone('shop/dev');
  vitals.event('shop/prod', { type: 'removed', revision: 'a' });
  assert.deepEqual(
    namesOf().filter((key) => key.includes('"shop"')),
    [],
  );
});
