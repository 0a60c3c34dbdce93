import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { runAgent } from '../../src/agent/loop.ts';
import { writeIndex } from '../../src/codec/index-file.ts';
import { folderSource } from '../../src/io/git/folder-source.ts';
import { openSource } from '../../src/io/git/source.ts';
import type { EnvironmentStatus, SyncEvent } from '../../src/model/event.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { homeOf, indexPath } from '../../src/model/rendered.ts';
import { verdictOf } from '../../src/reconcile/verdict.ts';
import { configMap } from '../e2e/manifests.ts';
import { treeOf } from '../e2e/stage.ts';
import { fakeCluster } from '../fakes/cluster.ts';
import { handClock } from '../support/clock.ts';
import { makeRepository, temporaryFolder } from '../support/repository.ts';

/** Agents of environments that share a branch, on real git and a fake cluster. */

const branch = 'environments/fleet';

/** The rendered tree of an environment, in its folder. */
function folderOf(environment: string, ...manifests: readonly Manifest[]): Readonly<Record<string, string>> {
  const { files, index } = treeOf(environment, manifests, {});
  const all = [...files, { path: indexPath, text: writeIndex(index) }];
  return Object.fromEntries(all.map(({ path, text }) => [`${environment}/${path}`, text]));
}

interface Kept {
  readonly events: SyncEvent[];
  status(): EnvironmentStatus | undefined;
  turns(): number;
  /** The resourceVersions of all that the environment has in the cluster, its own state too. */
  versions(): readonly string[];
  stop(): Promise<void>;
}

async function bench(t: TestContext) {
  const [origin, cluster, clock] = [makeRepository(t), fakeCluster(), handClock()];
  const source = await openSource({ url: origin.folder, folder: join(temporaryFolder(t), 'cache'), env: origin.env });
  const pokes = new Set<() => void>();
  const running = new Set<Kept>();
  const pass = async (): Promise<void> => {
    await clock.advance(1);
    await new Promise((resolve) => setTimeout(resolve, 5));
  };
  t.after(async () => {
    for (const one of running) await one.stop();
    await source.close();
  });
  return {
    origin,
    /** Starts an agent for an environment in the shared branch, or in one of its own. */
    keep(environment: string, { shared }: { readonly shared: string | undefined } = { shared: branch }): Kept {
      const stop = new AbortController();
      const events: SyncEvent[] = [];
      let status: EnvironmentStatus | undefined;
      let turns = 0;
      let isOver = false;
      const view = folderSource(source, homeOf(environment, shared).folder);
      const ended = runAgent(
        { cluster, home: cluster, source: view, clock, identity: { name: environment, isGone: () => true } },
        { environment, namespace: 'default', branch: shared },
        {
          interval: 3_600_000,
          report: (event) => void events.push(event),
          onStatus: async (now) => {
            status = now;
          },
          onTurn: (moment) => {
            if (moment === 'begin') turns += 1;
          },
          pokes: (look) => void pokes.add(look),
          signal: stop.signal,
        },
      ).finally(() => {
        isOver = true;
      });
      const own = new RegExp(`^(?:lockstep-)?${environment}(?:$|[.-])`);
      const versions = (): readonly string[] =>
        cluster.objects
          .filter(({ kind, metadata }) => kind !== 'Lease' && own.test(metadata.name))
          .map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`)
          .sort();
      const kept: Kept = {
        events,
        status: () => status,
        turns: () => turns,
        versions,
        async stop() {
          stop.abort();
          while (!isOver) await pass();
          await ended;
          running.delete(kept);
        },
      };
      running.add(kept);
      return kept;
    },
    /** As the webhook of a forge does: it names no folder. */
    poke: (): void => {
      for (const look of pokes) look();
    },
    /** Time hardly passes meanwhile, so that nothing is done for its sake. */
    async until(what: string, fits: () => boolean): Promise<void> {
      for (let i = 0; i < 2_000 && !fits(); i++) await pass();
      assert.ok(fits(), what);
      for (let i = 0; i < 40; i++) await pass();
    },
  };
}

test('a commit of another folder is no turn and no write, and neither is what becomes of that folder', async (t) => {
  const { origin, keep, poke, until } = await bench(t);
  origin.git('checkout', '--quiet', '-b', branch);
  const [eu, us] = [keep('eu'), keep('us')];
  const first = origin.commit(
    { ...folderOf('eu', configMap('default', 'eu', 'one')), ...folderOf('us', configMap('default', 'us', 'one')) },
    '1',
  );
  poke();
  await until('both to be synced', () => [eu, us].every((one) => one.status()?.revision === first && one.status()?.unhealthy.length === 0));
  const quiet = { turns: eu.turns(), versions: eu.versions(), events: eu.events.length };
  const isQuiet = (): void => assert.deepEqual({ turns: eu.turns(), versions: eu.versions(), events: eu.events.length }, quiet);
  assert.ok(quiet.versions.length >= 3, quiet.versions.join());

  const second = origin.commit(folderOf('us', configMap('default', 'us', 'two')), '2');
  poke();
  await until('us to be synced', () => us.status()?.revision === second);
  assert.deepEqual([us.status()?.latest, verdictOf(us.status() as EnvironmentStatus)?.commit], [second, second]);
  isQuiet();
  assert.deepEqual([eu.status()?.latest, verdictOf(eu.status() as EnvironmentStatus)?.commit], [first, first]);

  origin.git('reset', '--quiet', '--hard', first);
  origin.commit(folderOf('us', configMap('default', 'us', 'three')), '3');
  poke();
  await until('us to refuse', () => us.events.some((event) => event.type === 'refused'));
  assert.deepEqual(
    us.events.flatMap((event) => (event.type === 'refused' ? [event.refusal.code] : [])),
    ['branch-rewritten'],
  );
  assert.equal(us.status()?.revision, second);
  isQuiet();

  origin.git('rm', '--quiet', '-r', 'us');
  origin.commit({}, '4');
  poke();
  await until('us to miss its folder', () => us.events.some((event) => event.type === 'outage' && event.code === 'folder-missing'));
  assert.equal(us.status()?.objects, 1);
  isQuiet();
});

test('an environment whose folder is not there yet waits for it, and says so', async (t) => {
  const { origin, keep, poke, until } = await bench(t);
  origin.git('checkout', '--quiet', '-b', branch);
  const eu = keep('eu');
  origin.commit(folderOf('us', configMap('default', 'us', 'one')), '1');
  poke();
  await until('eu to miss its folder', () => eu.events.some((event) => event.type === 'outage' && event.code === 'folder-missing'));
  await until('eu to say so', () => JSON.stringify(eu.status()?.conditions).includes('the branch `environments/fleet` has no folder `eu`'));
  // What another environment is, put into this folder, is not taken.
  const wrong = Object.entries(folderOf('us', configMap('default', 'us', 'one'))).map(([path, text]) => [path.replace('us/', 'eu/'), text]);
  origin.commit(Object.fromEntries(wrong), '2');
  poke();
  await until('eu to refuse', () =>
    eu.events.some((event) => event.type === 'refused' && event.refusal.code === 'branch-of-other-environment'),
  );
  origin.git('rm', '--quiet', '-r', 'eu');
  const third = origin.commit(folderOf('eu', configMap('default', 'eu', 'one')), '3');
  poke();
  await until('eu to be synced', () => eu.status()?.revision === third);
});

test('an environment goes on in the folder of a shared branch where that comes after its own, and only there', async (t) => {
  const { origin, keep, until } = await bench(t);
  const tree = (value: string) => folderOf('eu', configMap('default', 'eu', value));
  origin.git('checkout', '--quiet', '-b', 'environments/eu');
  const own = origin.commit(Object.fromEntries(Object.entries(tree('one')).map(([path, text]) => [path.replace('eu/', ''), text])), '1');
  const before = keep('eu', { shared: undefined });
  await until('eu to be synced', () => before.status()?.revision === own);
  await before.stop();

  origin.git('checkout', '--quiet', '--orphan', branch);
  origin.git('rm', '--quiet', '-r', '--force', '.');
  const apart = origin.commit(tree('two'), '2');
  const refusing = keep('eu');
  await until('eu to refuse', () => refusing.events.some((event) => event.type === 'refused'));
  assert.deepEqual(
    refusing.events.flatMap((event) => (event.type === 'refused' ? [event.refusal.code] : [])),
    ['branch-rewritten'],
  );
  await refusing.stop();

  const joined = origin.git('commit-tree', '-p', apart, '-p', own, '-m', 'Take eu in', 'HEAD^{tree}');
  origin.git('reset', '--quiet', '--hard', joined);
  const third = origin.commit(tree('three'), '3');
  const after = keep('eu');
  await until('eu to be synced', () => after.status()?.revision === third && after.status()?.unhealthy.length === 0);
  assert.equal(after.status()?.objects, 1);
});
