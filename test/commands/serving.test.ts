import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../src/io/clock.ts';
import { serve } from '../../src/io/serve.ts';
import { Failure } from '../../src/model/failure.ts';
import { refOf } from '../../src/model/manifest.ts';
import type { ServeOptions, World } from '../../src/ports.ts';
import { parseExposition } from '../agent/exposition.ts';
import { configMap } from '../e2e/manifests.ts';
import { fakeCluster } from '../fakes/cluster.ts';
import { fakeSource } from '../fakes/source.ts';
import { runCommand } from '../support/command.ts';

const args = ['agent', '--environment', 'dev', '--namespace', 'default', '--source', '.', '--interval', '3600'];

/** A world with a real server, and the options that it serves by. */
function openServing() {
  const [cluster, source] = [fakeCluster(), fakeSource('dev')];
  source.commit([{ manifest: configMap('default', 'config', 'one') }]);
  let options: ServeOptions | undefined;
  let port = 0;
  const world: Partial<World> = {
    clock: systemClock,
    identity: { name: 'ada', isGone: () => false },
    cluster: async () => cluster,
    source: async () => source,
    usage: () => ({ residentMemoryBytes: 1, cpuSeconds: 1, started: new Date(1_000) }),
    async serve(given) {
      options = given;
      const server = await serve({ ...given, secret: async () => undefined });
      ({ port } = server);
      return server;
    },
  };
  return {
    cluster,
    source,
    world,
    told: () => options,
    ask: (path: string, method = 'GET') => fetch(`http://127.0.0.1:${port}${path}`, { method }),
  };
}

/** Waits until `act` gives true, for ten seconds at most. */
async function eventually(act: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 10_000;
  while (!(await act().catch(() => false))) {
    assert.ok(performance.now() < end, 'waited in vain');
    await systemClock.sleep(20);
  }
}

test('an agent tells how it does, hears of a new commit, and when it stops it is not ready, gives up its lease and ends soon', async () => {
  const { cluster, source, world, told, ask } = openServing();
  const stop = new AbortController();
  const running = runCommand(world, [...args, '--listen', '127.0.0.1:0'], stop.signal);
  await eventually(async () => (await ask('/readyz')).status === 200);
  assert.equal((await ask('/livez')).status, 200);
  const ready = 'lockstep_environment_ready{namespace="default",environment="dev"}';
  await eventually(async () => parseExposition(await (await ask('/metrics')).text()).get(ready) === 1);
  const revision = source.commit([{ manifest: configMap('default', 'config', 'two') }]);
  assert.equal((await ask('/hook', 'POST')).status, 202);
  await eventually(async () => (await (await ask('/metrics')).text()).includes(`revision="${revision}"`));
  const stopped = performance.now();
  stop.abort();
  assert.equal(told()?.unready(), 'the agent is about to end');
  const { exit, said } = await running;
  assert.ok(performance.now() - stopped < 4_000);
  assert.equal(exit, 0);
  assert.match(said, /listening at port \d+/);
  const lease = cluster.objects.find((object) => refOf(object).kind === 'Lease');
  assert.equal((lease?.['spec'] as { readonly holderIdentity?: string } | undefined)?.holderIdentity, '');
  await assert.rejects(ask('/livez'));
});

test('an agent that cannot listen ends, and says why', async () => {
  const { world } = openServing();
  const serveNowhere = async (): Promise<never> => {
    throw new Failure('address-in-use', 'another program listens there');
  };
  const { exit, said } = await runCommand({ ...world, serve: serveNowhere }, [...args, '--listen', ':8080']);
  assert.equal(exit, 3);
  assert.match(said, /address-in-use/);
});

test('an address that is none is wrong input, and so is one for an agent that ends by itself', async () => {
  const wrong = await runCommand({}, [...args, '--listen', '8080']);
  assert.equal(wrong.exit, 2);
  assert.match(wrong.said, /'8080' is invalid.*127\.0\.0\.1:8080/s);
  const once = await runCommand({}, [...args, '--listen', ':8080', '--once']);
  assert.equal(once.exit, 2);
  assert.match(once.said, /cannot be used with option '--once'/);
});
