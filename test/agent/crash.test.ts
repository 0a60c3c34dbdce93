import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { openStore } from '../../src/agent/state.ts';
import { applySetMarks, managerOf, parentOf, partOfLabel } from '../../src/model/applyset.ts';
import { exitCodes } from '../../src/model/failure.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import { stringAt } from '../../src/model/json.ts';
import { type LiveObject, type Manifest, refOf } from '../../src/model/manifest.ts';
import { formatGroupKind, formatRef, keyOf, type ObjectKey } from '../../src/model/ref.ts';
import { leavesOf } from '../fakes/cluster/fields.ts';
import { isEqual } from '../fakes/cluster/ownership.ts';
import { fakeCluster } from '../fakes/cluster.ts';
import { fakeSource } from '../fakes/source.ts';
import { entry, inventory } from '../reconcile/samples.ts';
import { handClock, settled } from '../support/clock.ts';
import { crashSpec, type Death, fates, type Land, openLand, openProcess, type Seen } from '../support/crash.ts';
import { entriesIn, surveyOf } from '../support/survey.ts';
import { crashSetId, type Scenario, scenarios } from './crash/scenarios.ts';

const parent = parentOf(crashSpec.environment, crashSpec.namespace);
const lease = { ...parent, group: 'coordination.k8s.io', kind: 'Lease' };
const manager = managerOf(crashSpec.environment);
/** What no environment made, and what stays of one that is no more. */
const others = [...['default', 'kube-system', crashSpec.namespace].map((name) => `/Namespace//${name}`), keyOf(lease)];

/** A story that was played to its end. */
interface Played {
  readonly land: Land;
  /** What stood in the cluster before the first step, and how much of the history was over by then. */
  readonly before: readonly LiveObject[];
  readonly since: number;
  /** How often the agent was killed. */
  readonly kills: number;
  /** How many calls the processes made since the first step, or since the last death. */
  readonly calls: number;
  /** The deaths that they might have died meanwhile. */
  readonly deaths: readonly Death[];
}

/**
 * Plays `scenario`: of the processes that run in its steps, the one that comes so far dies the first of `killed`, of those
 * after it one the second, and so on. Undefined when a death left a state that `visited` knows: what follows is the same again.
 */
async function play(scenario: Scenario, killed: readonly Death[], visited = new Set<string>()): Promise<Played | undefined> {
  const land = await openLand();
  for (const { act } of scenario.given) {
    await act(land);
    const { end } = await land.run();
    assert.equal(end?.exit, exitCodes.done, JSON.stringify(end?.status));
  }
  const [before, since] = [land.cluster.objects, land.history.length];
  let now: Pick<Played, 'kills' | 'calls' | 'deaths'> = { kills: 0, calls: 0, deaths: [] };
  for (const [i, { act, exit = exitCodes.done }] of scenario.steps.entries()) {
    await act(land);
    for (let isOver = false; !isOver; ) {
      const { kills, calls, deaths } = now;
      const death = killed[kills];
      const ran = await land.run(death && { ...death, call: death.call - calls });
      isOver = ran.end !== undefined;
      if (ran.end === undefined) {
        now = { kills: kills + 1, calls: 0, deaths: [] };
        const state = JSON.stringify([i, land.cluster.objects]);
        if (visited.has(state)) return undefined;
        visited.add(state);
        isOver = scenario.overtaken === true && i < scenario.steps.length - 1;
      } else {
        assert.equal(ran.end.exit, exit, JSON.stringify([ran.end.status, ...ran.events]));
        const later = ran.deaths.map((one) => ({ ...one, call: one.call + calls }));
        now = { kills, calls: calls + ran.calls, deaths: [...deaths, ...later] };
      }
    }
  }
  return { land, before, since, ...now };
}

/** Checks that the environment is as it should be, that nothing is left over, and that nothing else was touched. */
function assertConverged(played: Played, scenario: Scenario): void {
  const { cluster, history } = played.land;
  const { wanted, foreign = [], released = [], over = false, holds } = scenario;
  const state = over ? [] : [parent, { ...parent, name: `${parent.name}-inventory-1-0` }].map(keyOf);
  const expected = [...keysOf([...wanted, ...foreign, ...released]), ...state, ...others];
  assert.deepEqual(
    cluster.objects.map((object) => keyOf(refOf(object))),
    expected.sort(),
  );
  assertOwned(played.land, wanted);
  for (const manifest of released) {
    const live = cluster.live(refOf(manifest));
    assertSays(live, manifest);
    assert.equal(live.metadata.labels?.[partOfLabel], undefined, formatRef(refOf(live)));
  }
  for (const manifest of foreign) assert.ok(!statesOf(keyOf(refOf(manifest)), history).some(({ object }) => isManaged(object)));
  assertSurvived(played, scenario);
  assert.equal(stringAt(cluster.live(lease), 'spec', 'holderIdentity'), '');
  holds?.(played.land);
}

/** What is wanted is there, and the inventory lists that and nothing else. */
function assertOwned({ cluster }: Land, wanted: readonly Manifest[]): void {
  const entries = new Map(cluster.objects.flatMap(entriesIn).map((entry) => [keyOf(entry.ref), entry]));
  assert.deepEqual([...entries.keys()].sort(), keysOf(wanted).toSorted());
  for (const manifest of wanted) {
    const ref = refOf(manifest);
    const live = cluster.live(ref);
    const { seen, accepted, unsure } = entries.get(keyOf(ref)) ?? {};
    assertSays(live, manifest);
    assert.equal(live.metadata.labels?.[partOfLabel], crashSetId, formatRef(ref));
    assert.deepEqual([seen?.uid, accepted, unsure], [live.metadata.uid, true, undefined], formatRef(ref));
    const told = cluster.live(parent).metadata.annotations?.[applySetMarks.groupKinds]?.split(',');
    assert.ok(told?.includes(formatGroupKind(ref)), formatRef(ref));
  }
}

/** What is there in the end was made once, and what was there in the beginning was never gone; unless it is remade, once. */
function assertSurvived({ land, before, since }: Played, { wanted, foreign = [], released = [], remade = [] }: Scenario): void {
  const anew = new Set(keysOf(remade));
  const uids = new Map(before.map(({ metadata, ...object }) => [keyOf(refOf({ ...object, metadata })), metadata.uid]));
  for (const key of keysOf([...wanted, ...foreign, ...released])) {
    const seen = new Set(statesOf(key, land.history).map(({ object }) => object.metadata.uid));
    assert.ok(seen.size <= (anew.has(key) ? 2 : 1), `${key} was made ${seen.size} times`);
    const uid = uids.get(key);
    if (uid === undefined || anew.has(key)) continue;
    const later = statesOf(key, land.history.slice(since));
    assert.ok(
      later.every(({ type, object }) => type === 'present' && object.metadata.uid === uid),
      `${key} was deleted`,
    );
  }
}

function keysOf(manifests: readonly Manifest[]): readonly ObjectKey[] {
  return manifests.map((manifest) => keyOf(refOf(manifest)));
}

function statesOf(key: ObjectKey, history: readonly Seen[]): readonly Seen[] {
  return history.filter(({ object }) => keyOf(refOf(object)) === key);
}

function isManaged({ metadata }: LiveObject): boolean {
  return (metadata.managedFields ?? []).some((entry) => entry.operation === 'Apply' && entry.manager?.startsWith(manager));
}

/** Every field of `manifest` stands in `live`. */
function assertSays(live: LiveObject, manifest: Manifest): void {
  const fields = leavesOf(live);
  for (const [path, value] of leavesOf(manifest)) assert.ok(isEqual(fields.get(path), value), `${formatRef(refOf(live))}: ${path}`);
}

/** One more start finds nothing to do. */
async function assertCalm({ land }: Played, { steps }: Scenario): Promise<void> {
  const versions = (): readonly string[] =>
    land.cluster.objects.filter(({ kind }) => kind !== 'Lease').map(({ metadata }) => metadata.resourceVersion);
  const before = versions();
  const { end } = await land.run();
  assert.equal(end?.exit, steps.at(-1)?.exit ?? exitCodes.done);
  assert.deepEqual(versions(), before);
}

/** How a scenario goes when nobody is killed. */
interface Undisturbed extends Pick<Played, 'calls' | 'deaths'> {
  readonly scenario: Scenario;
  readonly survey: unknown;
}

async function undisturbed(scenario: Scenario): Promise<Undisturbed> {
  const played = await play(scenario, []);
  assert.ok(played);
  return { scenario, calls: played.calls, deaths: played.deaths, survey: await finished(played, scenario) };
}

/** Checks how a story ended, and returns what stands in the cluster then. */
async function finished(played: Played, scenario: Scenario): Promise<unknown> {
  assertConverged(played, scenario);
  const survey = surveyOf(played.land.cluster.objects, { manager, parent: keyOf(parent) });
  await assertCalm(played, scenario);
  played.land.close();
  return survey;
}

/** Kills agents in a scenario, and checks that all ends as if nobody had been killed. */
async function disturb({ scenario, survey }: Undisturbed, killed: readonly Death[], visited?: Set<string>): Promise<void> {
  try {
    const played = await play(scenario, killed, visited);
    if (played === undefined) return;
    assert.ok(played.kills > 0);
    assert.deepEqual(await finished(played, scenario), survey);
  } catch (cause) {
    throw new Error(`${scenario.name}, killed: ${JSON.stringify(killed)}: ${String(cause)}`, { cause });
  }
}

for (const scenario of scenarios) {
  test(`${scenario.name}: killed at any call, the next start finishes it`, async () => {
    const calm = await undisturbed(scenario);
    assert.ok(calm.deaths.length >= 15, `${calm.deaths.length} deaths`);
    const visited = new Set<string>();
    for (const death of calm.deaths) await disturb(calm, [death], visited);
  });
}

test('killed twice, anywhere in any of these, the third start finishes it', async () => {
  const calm = await Promise.all(scenarios.map(undisturbed));
  const death = fc.record({ call: fc.double({ min: 0, max: 1, noNaN: true }), fate: fc.constantFrom(...fates) });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...calm), death, death, async (one, ...killed) => {
      const deaths = killed.map(({ call, fate }) => ({ call: 1 + Math.floor(call * (one.calls - 1)), fate }));
      await disturb(one, deaths);
    }),
    { numRuns: 100 },
  );
});

/** An inventory of `size` objects that were applied from blob `content`. */
function owning(size: number, content: string): Inventory {
  const objects = Array.from({ length: size }, (_, i) => entry(`ConfigMap/shop/c${i}`, content));
  return { ...inventory(...objects), revision: `${size} ${content}` };
}

/** The state of an environment whose agent died while it recorded `to` in place of `from`. */
async function savedUntil(death: Death | undefined, from: Inventory, to: Inventory) {
  const world = { cluster: fakeCluster(), source: fakeSource(crashSpec.environment), clock: handClock() };
  const { signal } = new AbortController();
  const store = openStore({ ...world, ...crashSpec });
  await world.cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: crashSpec.namespace } }, { manager: 'administrator' });
  await store.save(from, signal);
  const process = openProcess({ ...world, home: world.cluster, identity: { name: 'ada', isGone: () => false } }, death);
  const next = openStore({ cluster: process.ports.home, ...crashSpec });
  let isOver = false;
  const save = async (): Promise<void> => {
    await next.load(signal);
    await next.save(to, signal);
    isOver = true;
  };
  save().catch(assert.fail);
  while (!isOver && !process.dead) await settled();
  await settled();
  return { cluster: world.cluster, deaths: process.deaths };
}

test('the inventory is whole, whenever an agent dies while it grows into more chunks, changes, or shrinks', async () => {
  const [few, many, changed] = [owning(300, 'one'), owning(900, 'one'), owning(900, 'two')];
  const { signal } = new AbortController();
  for (const [from, to] of [
    [few, many],
    [many, changed],
    [changed, few],
  ] as const) {
    const { deaths } = await savedUntil(undefined, from, to);
    assert.ok(deaths.length > 5);
    for (const death of deaths) {
      const { cluster } = await savedUntil(death, from, to);
      const store = openStore({ cluster, ...crashSpec });
      const { inventory: found, lost } = await store.load(signal);
      assert.deepEqual(lost, []);
      for (const key of new Set([...from.entries.keys(), ...to.entries.keys()])) {
        const known = found.entries.get(key);
        assert.ok(
          [from, to].some(({ entries }) => isDeepStrictEqual(entries.get(key), known)),
          key,
        );
      }
      if (found.revision !== from.revision) assert.deepEqual(found, to);
      await store.save(to, signal);
      assert.deepEqual(await store.load(signal), { inventory: to, lost: [] });
    }
  }
});
