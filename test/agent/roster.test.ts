import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joinRoster, type Roster } from '../../src/agent/roster.ts';
import { readMembers, writeMembers } from '../../src/codec/roster.ts';
import type { ApiError } from '../../src/model/apierror.ts';
import type { Failure } from '../../src/model/failure.ts';
import type { ObjectRef } from '../../src/model/ref.ts';
import type { Identity } from '../../src/ports.ts';
import { type FakeCluster, fakeCluster } from '../fakes/cluster.ts';
import { type HandClock, handClock, settled } from '../support/clock.ts';

const ref: ObjectRef = { group: '', kind: 'ConfigMap', namespace: 'default', name: 'lockstep' };
const unavailable: ApiError = { reason: 'unavailable', status: 503, message: 'try again' };
const environments = Array.from({ length: 100 }, (_, i) => `shop/e${i}`);

/** An agent on the roster. */
interface Agent {
  readonly roster: Roster;
  readonly failures: readonly Failure[];
  /** What it keeps of a hundred environments. */
  kept(): readonly string[];
  /** Ends as a killed process does: without a word. */
  kill(): void;
  stop(): Promise<void>;
}

interface Arena {
  readonly cluster: FakeCluster;
  readonly clock: HandClock;
  start(
    name: string,
    options?: { readonly scope?: string; readonly gone?: readonly string[]; readonly isCutOff?: () => boolean },
  ): Promise<Agent>;
  /** Who is on the roster. */
  names(): readonly string[];
}

function arena(): Arena {
  const world = { cluster: fakeCluster(), clock: handClock() };
  return {
    ...world,
    async start(name, { scope = '', gone = [], isCutOff = () => false } = {}) {
      const end = new AbortController();
      const failures: Failure[] = [];
      const identity: Identity = { name, isGone: (other) => gone.includes(other.split('@')[0] ?? '') };
      const { get, apply } = world.cluster;
      const cluster = {
        get: async (...args: Parameters<typeof get>) => (isCutOff() ? { ok: false as const, error: unavailable } : get(...args)),
        apply: async (...args: Parameters<typeof apply>) => (isCutOff() ? { ok: false as const, error: unavailable } : apply(...args)),
      };
      const telling = { onChange: () => {}, onFailure: (failure: Failure) => void failures.push(failure) };
      const roster = joinRoster({ cluster, clock: world.clock, identity, namespace: 'default', scope, ...telling }, end.signal);
      await settled();
      return {
        roster,
        failures,
        kept: () => environments.filter((environment) => roster.keeps(environment) !== undefined),
        kill: () => end.abort(),
        stop() {
          end.abort();
          return roster.leave();
        },
      };
    },
    names: () => readMembers(world.cluster.live(ref)).map(({ name }) => name),
  };
}

/** Each environment is kept by exactly one of `agents`. */
function assertShared(agents: readonly Agent[]): void {
  assert.deepEqual(agents.flatMap((agent) => agent.kept()).sort(), [...environments].sort());
}

test('an agent that is alone keeps everything, and says every three seconds that it is alive', async () => {
  const { start, names, cluster, clock } = arena();
  const ada = await start('ada');
  assert.deepEqual([names(), ada.kept().length], [['ada@default:1'], 100]);
  await clock.advance(60_000);
  assert.deepEqual(readMembers(cluster.live(ref)), [{ name: 'ada@default:1', scope: '', beat: 21 }]);
  assert.equal(ada.kept().length, 100);
});

test('agents share, and only what the newcomer keeps changes hands', async () => {
  const { start, clock } = arena();
  const ada = await start('ada');
  const bob = await start('bob');
  await clock.advance(3_000);
  assertShared([ada, bob]);
  assert.ok(ada.kept().length > 25 && bob.kept().length > 25, `${ada.kept().length} and ${bob.kept().length}`);
  const before = new Set(bob.kept());
  const eve = await start('eve');
  await clock.advance(3_000);
  assertShared([ada, bob, eve]);
  assert.ok(bob.kept().every((environment) => before.has(environment)));
});

test('agents that start at the same moment all get on the roster', async () => {
  const { start, names, clock } = arena();
  const all = await Promise.all(['ada', 'bob', 'eve'].map((name) => start(name)));
  await clock.advance(6_000);
  assert.equal(names().length, 3);
  assertShared(all);
});

test('those who keep the environments of other namespaces take nothing away', async () => {
  const { start, clock } = arena();
  const ada = await start('ada', { scope: 'one' });
  const bob = await start('bob', { scope: 'two' });
  await clock.advance(6_000);
  assert.deepEqual([ada.kept().length, bob.kept().length], [100, 100]);
});

test('whoever is silent for fifteen seconds is taken off, and what it kept is kept by others', async () => {
  const { start, names, clock } = arena();
  const ada = await start('ada');
  const bob = await start('bob');
  await clock.advance(3_000);
  ada.kill();
  await clock.advance(14_999);
  assert.ok(bob.kept().length < 100);
  await clock.advance(3_000);
  assert.deepEqual([names(), bob.kept().length], [['bob@default:1'], 100]);
});

test('whoever is known to be gone is taken off at once', async () => {
  const { start, names } = arena();
  (await start('ada')).kill();
  const bob = await start('bob', { gone: ['ada'] });
  assert.deepEqual([names(), bob.kept().length], [['bob@default:1'], 100]);
});

test('whoever ends takes itself off', async () => {
  const { start, names, clock } = arena();
  const ada = await start('ada');
  const bob = await start('bob');
  await ada.stop();
  await clock.advance(3_000);
  assert.deepEqual([names(), bob.kept().length], [['bob@default:1'], 100]);
});

test('a stop does not fail where nothing answers', async () => {
  const { start, names, cluster } = arena();
  const ada = await start('ada');
  cluster.setFault(() => unavailable);
  await ada.stop();
  cluster.setFault(undefined);
  assert.deepEqual(names(), ['ada@default:1']);
});

test('whoever cannot say that it is alive keeps nothing long before others count it as dead', async () => {
  const { start, names, clock } = arena();
  let isCutOff = false;
  const ada = await start('ada', { isCutOff: () => isCutOff });
  const bob = await start('bob');
  await clock.advance(3_000);
  isCutOff = true;
  await clock.advance(8_000);
  assert.deepEqual([ada.kept(), names().length], [[], 2]);
  assert.equal(ada.failures.length, 1);
  assert.equal(ada.failures[0]?.code, 'state-unreachable');
  assert.match(ada.failures[0]?.message ?? '', /ConfigMap `default\/lockstep`.*: no answer within 5 s: try again$/);
  await clock.advance(10_000);
  assert.deepEqual([names(), bob.kept().length], [['bob@default:1'], 100]);
  isCutOff = false;
  await clock.advance(9_000);
  assert.equal(names().length, 2);
  assertShared([ada, bob]);
});

test('whoever was taken off keeps nothing from its next beat on, and comes back under another name', async () => {
  const { start, names, cluster, clock } = arena();
  const ada = await start('ada');
  const before = ada.roster.keeps('shop/e0');
  cluster.others.edit(ref, (object) => ({ ...object, data: writeMembers([]) }));
  await clock.advance(3_000);
  assert.equal(ada.kept().length, 0);
  await clock.advance(500);
  assert.deepEqual([names(), ada.kept().length], [['ada@default:2'], 100]);
  assert.equal(before?.name, 'ada@default:1');
});

test('a holder that is on the roster is at work; one that is off it is not, and of others nothing is known', async () => {
  const { start, clock } = arena();
  const ada = await start('ada');
  const bob = await start('bob');
  await clock.advance(3_000);
  const identity = environments.map((environment) => bob.roster.keeps(environment)).find((one) => one !== undefined);
  assert.ok(identity);
  const gone = async (name: string): Promise<boolean> => {
    const answer = Promise.resolve(identity.isGone(name));
    await settled();
    await clock.advance(20);
    return answer;
  };
  assert.equal(await gone('ada@default:1'), false);
  await ada.stop();
  assert.equal(await gone('ada@default:1'), true);
  assert.equal(await gone('ada@elsewhere:1'), false);
  assert.equal(await gone('ada'), false);
});

test('nobody is known to be gone while the roster cannot be read', async () => {
  const { start, clock, cluster } = arena();
  const identity = (await start('ada')).roster.keeps('shop/e0');
  cluster.setFault(() => unavailable);
  const answer = Promise.resolve(identity?.isGone('bob@default:1'));
  await settled();
  await clock.advance(20);
  assert.equal(await answer, false);
});

test('a roster that somebody spoiled is written anew', async () => {
  for (const data of [{ agents: 'none' }, { agents: '{"name":1}' }, { agents: '[1,{"name":"x"}]' }, {}]) {
    const { start, names, cluster, clock } = arena();
    const ada = await start('ada');
    cluster.others.edit(ref, (object) => ({ ...object, data }));
    await clock.advance(4_000);
    assert.deepEqual([names(), ada.kept().length], [['ada@default:2'], 100], JSON.stringify(data));
  }
});
