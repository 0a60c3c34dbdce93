import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Known, nothingKnown, openAgent } from '../../src/agent/agent.ts';
import { cycle } from '../../src/agent/cycle.ts';
import { openStore } from '../../src/agent/state.ts';
import { painter } from '../../src/cli/paint.ts';
import { runProgram } from '../../src/commands/program.ts';
import { openWorld } from '../../src/io/world.ts';
import { parentOf, suspensionsOf } from '../../src/model/applyset.ts';
import type { SyncEvent } from '../../src/model/event.ts';
import { exitCodes, Failure } from '../../src/model/failure.ts';
import { numberAt, stringAt } from '../../src/model/json.ts';
import { type Manifest, refOf } from '../../src/model/manifest.ts';
import { formatRef } from '../../src/model/ref.ts';
import type { RenderedRepository, World } from '../../src/ports.ts';
import { holdAnnotation } from '../../src/reconcile/hold.ts';
import { configMap, deployment, namespace } from '../e2e/manifests.ts';
import { type FakeCluster, fakeCluster } from '../fakes/cluster.ts';
import { fakeSource } from '../fakes/source.ts';
import { entry, inventory } from '../reconcile/samples.ts';
import { handClock } from '../support/clock.ts';

/** A command line, on a cluster that an environment `dev` owns some objects of. */
interface Bench {
  readonly cluster: FakeCluster;
  /** Runs `lockstep hold dev …`; what it said and printed, and how it ended. */
  run(...args: readonly string[]): Promise<Ended>;
  /** The hold that stands on an object. */
  holdOn(manifest: Manifest): unknown;
}

interface Ended {
  readonly exit: number;
  readonly said: string;
  readonly out: string;
  readonly help: string | undefined;
}

const [shop, yard] = [namespace('shop'), namespace('yard')];
const web = deployment('shop', 'web');
const config = configMap('shop', 'config', 'one');
const twins = [configMap('shop', 'twin', 'one'), configMap('yard', 'twin', 'one')];
const owned = [shop, yard, web, config, ...twins];
const ada = { name: 'Ada Lovelace', email: 'ada@example.com', date: '1767225600 +0000' };

async function bench(git: 'git' | 'no git' = 'git'): Promise<Bench> {
  const cluster = fakeCluster();
  const clock = handClock();
  const signal = new AbortController().signal;
  for (const manifest of [namespace('lockstep'), ...owned]) {
    const answer = await cluster.apply(manifest, { manager: 'lockstep-dev' });
    assert.ok(answer.ok);
  }
  const entries = owned.map((manifest) => entry(formatRef(refOf(manifest)), 'a', manifest === web ? { slice: 'payments' } : {}));
  await openStore({ cluster, environment: 'dev', namespace: 'lockstep' }).save(inventory(...entries), signal);
  const repository = { identity: async () => ada, close: async () => {} } as RenderedRepository;
  const world: World = {
    ...openWorld({
      folder: process.cwd(),
      program: { folder: 'build', runtime: 'test' },
      host: { env: {}, pid: process.pid, execPath: process.execPath, stdin: process.stdin, stderr: process.stderr },
      signal,
    }),
    clock,
    cluster: async () => cluster,
    repository: async () => {
      if (git === 'no git') throw new Failure('git-missing', '`git` was not found');
      return repository;
    },
  };
  return {
    cluster,
    holdOn: (manifest) => JSON.parse(cluster.live(refOf(manifest)).metadata.annotations?.[holdAnnotation] ?? 'null'),
    async run(...args) {
      const [said, out]: [string[], string[]] = [[], []];
      const streams = { out: (text: string) => out.push(text), say: (text: string) => said.push(text.trim()) };
      const paint = { out: painter(false), say: painter(false) };
      try {
        const exit = await runProgram(['hold', 'dev', ...args], {
          version: '0',
          streams,
          makeContext: ({ output }) => ({ world, version: '0', signal, output, paint, show: () => {}, ...streams }),
        });
        return { exit, said: said.join('\n'), out: out.join('\n'), help: undefined };
      } catch (thrown) {
        if (!(thrown instanceof Failure)) throw thrown;
        return { exit: thrown.exit, said: thrown.message, out: out.join('\n'), help: thrown.help };
      }
    },
  };
}

const anHour = ['--for', '1h', '--reason', 'a look'] as const;

test('a hold names who asked for it by git, why, and until when, and the next command', async () => {
  const { run, holdOn } = await bench();
  const { exit, said, out } = await run('deployment/shop/web', ...anHour);
  assert.deepEqual([exit, out], [exitCodes.done, '']);
  assert.equal(said, 'Deployment/shop/web is left as it is until 2026-01-01T01:00:00Z; next: lockstep status dev');
  assert.deepEqual(holdOn(web), { owner: 'Ada Lovelace <ada@example.com>', reason: 'a look', until: '2026-01-01T01:00:00Z' });
});

test('as JSON it is the object and its hold, or null when there is none any more', async () => {
  const { run } = await bench();
  const begun = await run('deployment/shop/web', ...anHour, '--owner', 'Bob', '--output', 'json');
  const hold = { owner: 'Bob', reason: 'a look', until: '2026-01-01T01:00:00Z' };
  assert.deepEqual(JSON.parse(begun.out), { object: refOf(web), hold });
  const ended = await run('deployment/shop/web', '--end', '--output', 'json');
  assert.deepEqual(JSON.parse(ended.out), { object: refOf(web), hold: null });
});

test('a second hold takes the place of the first', async () => {
  const { run, holdOn } = await bench();
  await run('deployment/web', ...anHour);
  await run('deployment/web', '--for', '2d', '--reason', 'a long look', '--owner', 'Bob');
  assert.deepEqual(holdOn(web), { owner: 'Bob', reason: 'a long look', until: '2026-01-03T00:00:00Z' });
});

for (const name of ['Deployment/shop/web', 'deployment/shop/web', 'deployment/web', 'Deployment.apps/web', 'deployment.apps/shop/web']) {
  test(`an object may be called ${name}`, async () => {
    const { run } = await bench();
    assert.match((await run(name, ...anHour)).said, /^Deployment\/shop\/web is left as it is/);
  });
}

test('an object without a namespace is called by kind and name', async () => {
  const { run } = await bench();
  assert.match((await run('namespace/shop', ...anHour)).said, /^Namespace\/shop is left as it is/);
});

interface Wrong {
  readonly what: string;
  readonly args: readonly string[];
  readonly said: string;
  readonly help: string | undefined;
}

const wrong: readonly Wrong[] = [
  {
    what: 'a name of two objects',
    args: ['configmap/twin', ...anHour],
    said: '`configmap/twin` names 2 objects: `ConfigMap/shop/twin`, `ConfigMap/yard/twin`',
    help: 'name its namespace too',
  },
  {
    what: 'a name with a slip',
    args: ['deployment/shop/wbe', ...anHour],
    said: '`dev` owns no `deployment/shop/wbe` in this cluster',
    help: 'did you mean `Deployment/shop/web`?',
  },
  {
    what: 'a name that is like none',
    args: ['anything', ...anHour],
    said: '`dev` owns no `anything` in this cluster',
    help: 'name one of its objects: `Deployment/<namespace>/<name>`',
  },
  {
    what: 'no time',
    args: ['deployment/web', '--reason', 'a look'],
    said: 'a hold needs a time and a reason',
    help: "give `--for 1h` and `--reason 'what is going on'`",
  },
  {
    what: 'no reason',
    args: ['deployment/web', '--for', '1h'],
    said: 'a hold needs a time and a reason',
    help: "give `--for 1h` and `--reason 'what is going on'`",
  },
  {
    what: 'more than a week',
    args: ['deployment/web', '--for', '8d', '--reason', 'a look'],
    said: 'this would not count as a hold: it lasts until 2026-01-09T00:00:00Z, which is more than 7 days ahead',
    help: 'give another `--for`, `--reason` or `--owner`',
  },
  {
    what: 'a reason of nothing',
    args: ['deployment/web', '--for', '1h', '--reason', ' '],
    said: 'this would not count as a hold: it needs a text as `reason`',
    help: 'give another `--for`, `--reason` or `--owner`',
  },
  {
    what: 'an owner without end',
    args: ['deployment/web', ...anHour, '--owner', 'o'.repeat(201)],
    said: 'this would not count as a hold: it has more than 200 characters as `owner`',
    help: 'give another `--for`, `--reason` or `--owner`',
  },
];
for (const { what, args, said, help } of wrong) {
  test(`${what} is wrong, and nothing is held`, async () => {
    const { run, cluster } = await bench();
    assert.deepEqual(await run(...args), { exit: exitCodes.input, said, out: '', help });
    assert.deepEqual(
      cluster.objects.filter(({ metadata }) => metadata.annotations?.[holdAnnotation] !== undefined),
      [],
    );
  });
}

for (const duration of ['0h', '90', 'soon', '1w', '-1h', '1.5h']) {
  test(`\`${duration}\` is no duration`, async () => {
    const { run, holdOn } = await bench();
    const { exit, said } = await run('deployment/web', '--reason', 'a look', `--for=${duration}`);
    assert.equal(exit, exitCodes.input);
    assert.match(said, /^error: option '--for <duration>' argument '.*' is invalid\. expected a duration such as 30m, 12h or 2d\./);
    assert.equal(holdOn(web), null);
  });
}

test('where git knows nobody, an owner has to be given', async () => {
  const { run } = await bench('no git');
  const { exit, said, help } = await run('deployment/web', ...anHour);
  assert.deepEqual([exit, said, help], [exitCodes.input, 'nobody knows who holds it: git tells no name here', 'give `--owner <name>`']);
  assert.equal((await run('deployment/web', ...anHour, '--owner', 'Bob')).exit, exitCodes.done);
});

test('an object that is gone cannot be held', async () => {
  const { run, cluster } = await bench();
  cluster.others.remove(refOf(web));
  const { exit, said, help } = await run('deployment/web', ...anHour);
  assert.deepEqual(
    [exit, said, help],
    [exitCodes.input, '`Deployment/shop/web` is not there now', 'wait until the agent has made it again'],
  );
});

test('what the API server does not allow is told in its words', async () => {
  const { run, cluster } = await bench();
  assert.equal((await run('deployment/web', ...anHour)).exit, exitCodes.done);
  cluster.setFault(({ verb }) =>
    ['apply', 'patch'].includes(verb) ? { reason: 'forbidden', status: 403, message: 'you may not' } : undefined,
  );
  const [begun, ended] = [await run('deployment/web', ...anHour), await run('deployment/web', '--end')];
  assert.deepEqual([begun.exit, begun.said], [exitCodes.world, '`Deployment/shop/web` cannot be held: you may not']);
  assert.deepEqual([ended.exit, ended.said], [exitCodes.world, '`Deployment/shop/web` is held still: you may not']);
});

test('a hold is ended whoever wrote it, and leaves no trace', async () => {
  const { run, cluster, holdOn } = await bench();
  await run('deployment/web', ...anHour);
  cluster.others.edit(refOf(web), (object) => ({
    ...object,
    metadata: { ...object.metadata, annotations: { [holdAnnotation]: '{}', mine: 'kept' } },
  }));
  const { said } = await run('deployment/web', '--end');
  assert.equal(said, 'Deployment/shop/web is held no longer; next: lockstep status dev');
  assert.equal(holdOn(web), null);
  assert.deepEqual(cluster.live(refOf(web)).metadata.annotations, { mine: 'kept' });
});

test('where there is no hold, ending one writes nothing', async () => {
  const { run, cluster } = await bench();
  const before = cluster.live(refOf(web)).metadata.resourceVersion;
  assert.equal((await run('deployment/web', '--end')).exit, exitCodes.done);
  assert.equal(cluster.live(refOf(web)).metadata.resourceVersion, before);
});

test('a hold that comes while a commit is carried out counts at once', async (t) => {
  const [cluster, source, clock] = [fakeCluster(), fakeSource('dev'), handClock()];
  const ended = new AbortController();
  t.after(() => ended.abort());
  const signals = { signal: ended.signal, stop: ended.signal };
  assert.ok((await cluster.apply(namespace('lockstep'), { manager: 'administrator' })).ok);
  const agent = openAgent(
    { cluster, home: cluster, source, clock, identity: { name: 'test', isGone: () => false } },
    { environment: 'dev', namespace: 'lockstep' },
    { onChange: () => {}, signal: ended.signal },
  );
  const turn = async (before: Known, replicas: number): Promise<{ readonly known: Known; readonly events: readonly SyncEvent[] }> => {
    const latest = source.commit([{ manifest: shop, wave: 0 }, { manifest: deployment('shop', 'web', { replicas }) }]);
    const [events, going] = [[] as SyncEvent[], cycle(agent, { ...before, latest }, signals)];
    for (;;) {
      const next = await going.next();
      if (next.done) return { known: next.value, events };
      events.push(next.value);
    }
  };
  const { known } = await turn(nothingKnown, 2);
  const hold = { owner: 'Bob', reason: 'a look', until: '2026-01-01T01:00:00Z' };
  cluster.setFault(({ verb, ref }) => {
    if (verb !== 'apply' || ref.name !== 'web') return undefined;
    cluster.setFault(undefined);
    cluster.others.scale(refOf(web), 9);
    cluster.others.edit(refOf(web), (object) => ({
      ...object,
      metadata: { ...object.metadata, annotations: { [holdAnnotation]: JSON.stringify(hold) } },
    }));
    return undefined;
  });
  const meanwhile = await turn(known, 3);
  assert.deepEqual(
    meanwhile.events.filter(({ type }) => type === 'applied' || type === 'waiting'),
    [{ type: 'waiting', ref: refOf(web), for: 'the end of a hold: held by Bob until 2026-01-01T01:00:00Z: a look' }],
  );
  assert.equal(numberAt(cluster.live(refOf(web)), 'spec', 'replicas'), 9);
  const after = await turn(meanwhile.known, 4);
  assert.deepEqual(
    after.known.held.map(({ because }) => because),
    ['held by Bob until 2026-01-01T01:00:00Z: a look'],
  );
});

test('a slice is suspended and ended by the same command, and one that is not there is told', async () => {
  const { run, cluster } = await bench();
  const said = async (): Promise<unknown> => {
    const answer = await cluster.get('v1', suspensionsOf(parentOf('dev', 'lockstep')));
    return answer.ok && JSON.parse(stringAt(answer.value, 'data', 'slices') ?? 'null');
  };
  const begun = await run('slice/payments', ...anHour);
  assert.equal(
    begun.said,
    '`payments` is left as it is until 2026-01-01T01:00:00Z, but for what a turn of the agent does that began before; next: lockstep status dev',
  );
  const hold = { owner: 'Ada Lovelace <ada@example.com>', reason: 'a look', until: '2026-01-01T01:00:00Z' };
  assert.deepEqual(await said(), { payments: hold });
  const unowned = await run('Slice/', ...anHour, '--output', 'json');
  assert.deepEqual(JSON.parse(unowned.out), { slice: '', hold });
  assert.deepEqual(await said(), { payments: hold, '': hold });
  const slip = await run('slice/payment', ...anHour);
  assert.deepEqual(
    [slip.exit, slip.said, slip.help],
    [exitCodes.input, '`dev` owns nothing of a slice `payment` in this cluster', 'did you mean `slice/payments`?'],
  );
  assert.equal((await run('slice/elsewhere', ...anHour)).help, 'its slices are `payments`');
  assert.equal((await run('slice/payments')).said, 'a hold needs a time and a reason');
  assert.equal((await run('slice/payments', '--end')).said, '`payments` is suspended no longer; next: lockstep status dev');
  await run('slice/', '--end');
  assert.equal(await said(), null);
});
