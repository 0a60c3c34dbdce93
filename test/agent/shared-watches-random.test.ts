import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { shareWatches } from '../../src/agent/shared-watches.ts';
import { partOfLabel } from '../../src/model/applyset.ts';
import { type Manifest, refOf } from '../../src/model/manifest.ts';
import type { Cluster, Resource, WatchEvent, WatchOptions } from '../../src/ports.ts';
import { type FakeCluster, fakeCluster } from '../fakes/cluster.ts';
import { handClock, settled } from '../support/clock.ts';

const resource: Resource = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true, status: false };
const names = ['one', 'two', 'three', 'four'];
const sets = ['a', 'b', 'c'];

/** What may happen; numbers say to whom. */
type Step =
  | { readonly type: 'put'; readonly name: string; readonly id: string | undefined }
  | { readonly type: 'remove'; readonly name: string }
  | { readonly type: 'break' | 'answer' }
  | { readonly type: 'join'; readonly id: string; readonly isSlow: boolean }
  | { readonly type: 'leave' | 'read'; readonly who: number }
  | { readonly type: 'arrive'; readonly events: number };

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    fc.record({
      type: fc.constant('put' as const),
      name: fc.constantFrom(...names),
      id: fc.constantFrom(...sets, undefined),
    }),
    fc.record({ type: fc.constant('remove' as const), name: fc.constantFrom(...names) }),
    fc.record({ type: fc.constantFrom('break' as const, 'answer' as const) }),
    fc.record({ type: fc.constant('join' as const), id: fc.constantFrom(...sets), isSlow: fc.boolean() }),
    fc.record({ type: fc.constantFrom('leave' as const, 'read' as const), who: fc.nat(5) }),
    fc.record({ type: fc.constant('arrive' as const), events: fc.integer({ min: 1, max: 6 }) }),
  ),
  { maxLength: 60 },
);

/** Lets pass as many as it was told to, and all once it is opened. */
function turnstile() {
  let left = 0;
  let wake = (): void => {};
  const waiting: (() => void)[] = [];
  const look = (): void => {
    while (left > 0 && waiting.length > 0) {
      left--;
      waiting.shift()?.();
    }
  };
  wake = look;
  return {
    pass: () =>
      new Promise<void>((resolve) => {
        waiting.push(resolve);
        wake();
      }),
    allow(count: number) {
      left = Math.min(left + count, Number.MAX_SAFE_INTEGER);
      look();
    },
  };
}
type Turnstile = ReturnType<typeof turnstile>;

/** The watches of `cluster` come late, and answers to its lists are older than their arrival. */
function lateCluster(cluster: FakeCluster, arriving: Turnstile, answering: Turnstile): Pick<Cluster, 'list' | 'watch'> {
  return {
    async *watch(options, signal) {
      for await (const event of cluster.watch(options, signal)) {
        await arriving.pass();
        if (signal.aborted) return;
        yield event;
      }
    },
    async list(options) {
      const answer = await cluster.list(options);
      await answering.pass();
      return answer;
    },
  };
}

/** What somebody believes who was told of the objects of a set. */
interface Follower {
  readonly id: string;
  readonly reading: Turnstile;
  readonly end: AbortController;
  readonly believed: Map<string, string>;
  readonly ended: Promise<void>;
}

function follow(watch: Cluster['watch'], id: string, isSlow: boolean): Follower {
  const end = new AbortController();
  const reading = turnstile();
  if (!isSlow) reading.allow(Number.MAX_SAFE_INTEGER);
  const believed = new Map<string, string>();
  const options: WatchOptions = { resource, namespace: 'default', selector: `${partOfLabel}=${id}`, metadataOnly: false };
  const believe = async (): Promise<void> => {
    let unnamed: Set<string> | undefined;
    for await (const event of watch(options, end.signal)) {
      await reading.pass();
      unnamed = told(event, believed, unnamed);
    }
  };
  return { id, reading, end, believed, ended: believe() };
}

/** Takes in `event`; returns what the listing that goes on has not named. */
function told(event: WatchEvent, believed: Map<string, string>, unnamed: Set<string> | undefined): Set<string> | undefined {
  if (event.type === 'listing') return new Set(believed.keys());
  if (event.type === 'lost') return undefined;
  if (event.type === 'listed') {
    assert.ok(unnamed !== undefined, 'nothing was being listed');
    for (const name of unnamed) believed.delete(name);
    return undefined;
  }
  const { name, resourceVersion } = event.object.metadata;
  unnamed?.delete(name);
  if (event.type === 'absent') believed.delete(name);
  else believed.set(name, resourceVersion);
  return unnamed;
}

function configMap(name: string, id: string | undefined, data: string): Manifest {
  const labels = id === undefined ? {} : { labels: { [partOfLabel]: id } };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default', ...labels }, data: { data } };
}

test('whatever happens in whatever order, all who follow a set believe in the end what there is', { timeout: 120_000 }, () =>
  fc.assert(
    fc.asyncProperty(steps, fc.boolean(), async (taken, isHurried) => {
      const cluster = fakeCluster();
      const [arriving, answering] = [turnstile(), turnstile()];
      const all = new AbortController();
      const watch = shareWatches({ cluster: lateCluster(cluster, arriving, answering), clock: handClock() }, all.signal);
      const followers: Follower[] = [];
      const take = async (step: Step, number: number): Promise<void> => {
        switch (step.type) {
          case 'put':
            await cluster.apply(configMap(step.name, step.id, `${number}`), { manager: 'lockstep-test' });
            return;
          case 'remove':
            await cluster.apply(configMap(step.name, undefined, ''), { manager: 'lockstep-test' });
            return cluster.others.remove(refOf(configMap(step.name, undefined, '')));
          case 'break':
            return cluster.breakWatches('broken');
          case 'answer':
            return answering.allow(1);
          case 'join':
            return void followers.push(follow(watch, step.id, step.isSlow));
          case 'leave':
            return followers[step.who % followers.length]?.end.abort();
          case 'read':
            return followers[step.who % followers.length]?.reading.allow(2);
          case 'arrive':
            return arriving.allow(step.events);
        }
      };
      for (const [number, step] of taken.entries()) {
        await take(step, number);
        if (!isHurried) await settled();
      }
      for (const one of [arriving, answering, ...followers.map(({ reading }) => reading)]) one.allow(Number.MAX_SAFE_INTEGER);
      for (let turns = 0; turns < 4; turns++) await settled();
      for (const { id, believed, end } of followers) {
        if (end.signal.aborted) continue;
        const there = cluster.objects.filter(({ metadata }) => metadata.labels?.[partOfLabel] === id);
        assert.deepEqual(
          new Map([...believed].sort()),
          new Map(there.map(({ metadata }) => [metadata.name, metadata.resourceVersion] as const).sort()),
        );
      }
      all.abort();
      for (const { end } of followers) end.abort();
      await Promise.all(followers.map(({ ended }) => ended));
    }),
    { numRuns: 400 },
  ),
);
