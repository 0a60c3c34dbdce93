import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { writeIndex } from '../../src/codec/index-file.ts';
import { environmentApi } from '../../src/model/declared.ts';
import { isObject, listAt, stringAt } from '../../src/model/json.ts';
import type { LiveObject } from '../../src/model/manifest.ts';
import { indexPath } from '../../src/model/rendered.ts';
import { got } from '../contract/cluster/asking.ts';
import { runLockstep } from '../demo/program.ts';
import { type FleetAgent, type FleetStage, openFleetStage, stateNamespace } from '../scale/fleet-stage.ts';
import { makeRepository, type TestRepository, temporaryFolder } from '../support/repository.ts';
import { eventually } from './eventually.ts';
import { configMap } from './manifests.ts';
import { treeOf } from './stage.ts';

/** One agent, the built one, for environments that are folders of one branch, on a real API server and a real git server. */
let stage: FleetStage;
let agent: FleetAgent;
let work: TestRepository;
const closing: (() => unknown)[] = [];
const later = { after: (end: unknown) => void closing.push(end as () => unknown) };

const branch = 'environments/fleet';
const [eu, us, ap] = ['e000', 'e001', 'e002'] as const;

before(async () => {
  stage = await openFleetStage({ environments: 3, objects: 2, homes: 1 });
  work = makeRepository(later);
  work.git('checkout', '--quiet', '-b', branch);
  for (const name of [eu, us, ap]) await stage.declare(name, { source: { url: `${stage.git.url}/config.git`, branch, interval: '1h' } });
  agent = await stage.agent();
  await agent.ready();
});
after(async () => {
  await stage.close();
  for (const close of closing) await close();
});

/** The rendered tree of the environment `i`, in its folder. */
function folderOf(i: number, version: number): Readonly<Record<string, string>> {
  const name = stage.names[i] ?? '';
  const { files, index } = treeOf(
    name,
    [0, 1].map((object) => stage.manifest(i, object, version)),
    {},
  );
  return Object.fromEntries([...files, { path: indexPath, text: writeIndex(index) }].map(({ path, text }) => [`${name}/${path}`, text]));
}

/** Pushes what is checked out, and tells the agent as the webhook of a forge does. */
async function push(): Promise<void> {
  work.git('push', '--quiet', '--force', stage.repository, branch);
  assert.equal((await fetch(`${agent.probes}/hook`, { method: 'POST' })).status, 202);
}

async function declared(name: string): Promise<LiveObject | undefined> {
  return (await stage.environments()).find(({ metadata }) => metadata.name === name);
}

/** The message of the condition Ready of an environment, once `fits` the object. */
async function once(name: string, what: string, fits: (object: LiveObject, message: string) => boolean): Promise<void> {
  let last: LiveObject | undefined;
  await eventually(`${name} ${what}`, async () => {
    last = await declared(name);
    const ready = listAt(last?.status, 'conditions').find((condition) => isObject(condition) && condition['type'] === 'Ready');
    return (last !== undefined && fits(last, stringAt(ready, 'message') ?? '')) || undefined;
  }).catch((cause: unknown) => {
    throw new Error(`the status was ${JSON.stringify(last?.status)}`, { cause });
  });
}

const at =
  (revision: string) =>
  (object: LiveObject): boolean =>
    stringAt(object.status, 'revision') === revision;

/** The resourceVersions of all that an environment has in the cluster, but for the Lease that is renewed by the clock. */
async function versionsOf(i: number): Promise<readonly string[]> {
  const name = stage.names[i] ?? '';
  const state = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: stateNamespace, name: `lockstep-${name}` } };
  const objects = [await got(stage.admin, state), await got(stage.admin, stage.manifest(i, 0, 1)), await declared(name)];
  return objects.map((object) => object?.metadata.resourceVersion ?? assert.fail(`an object of ${name} is not there`));
}

test('an API server takes a branch that environments share, and none that means something else', async () => {
  const { apiVersion, kind } = environmentApi;
  for (const wrong of ['', '-x', 'a..b', 'a b', 'fleet.lock', 'environments/prod-next', 'proposals/prod/web', 'x'.repeat(101)]) {
    const spec = { source: { url: 'https://git.example.com/config.git', branch: wrong } };
    const answer = await stage.admin.apply(
      { apiVersion, kind, metadata: { name: 'wrong', namespace: stateNamespace }, spec },
      { manager: 'administrator', dryRun: true },
    );
    assert.equal(answer.ok, false, wrong);
    assert.match(answer.ok ? '' : answer.error.message, /spec\.source\.branch/, wrong);
  }
});

test('a branch that is missing and a folder that is are told apart', { timeout: 120_000 }, async () => {
  await once(eu, 'to miss its branch', (_, message) => message.includes('the repository has no branch `environments/fleet`'));
  const first = work.commit({ 'README.md': 'All environments.\n', ...folderOf(0, 1), ...folderOf(1, 1) }, 'Begin');
  await push();
  for (const name of [eu, us]) await once(name, 'to be synced', at(first));
  await once(ap, 'to miss its folder', (_, message) => message.includes('the branch `environments/fleet` has no folder `e002`'));
  const third = work.commit(folderOf(2, 1), 'Add the third');
  await push();
  await once(ap, 'to be synced', at(third));
  await stage.allReady();
});

test('a commit that changes one folder is taken by one environment, with one fetch, and the others do nothing', {
  timeout: 120_000,
}, async () => {
  // That they have been well for ten seconds is noted, too.
  await new Promise((resolve) => setTimeout(resolve, 12_000));
  const before = [await versionsOf(0), await versionsOf(2)];
  const asked = stage.git.requests.length;
  const second = work.commit(folderOf(1, 2), 'Change one');
  await push();
  await once(us, 'to be synced', (object) => at(second)(object) && stringAt(object.status, 'latest') === second);
  assert.deepEqual([await versionsOf(0), await versionsOf(2)], before);
  const looks = stage.git.requests.slice(asked).filter((request) => request.startsWith('GET '));
  assert.equal(looks.length, 2, looks.join('\n'));
});

test('who rewrites a folder is refused there, and whose folder is as it was does nothing', { timeout: 120_000 }, async () => {
  const before = [await versionsOf(0), await versionsOf(2)];
  const refused = agent.events.length;
  work.git('reset', '--quiet', '--hard', 'HEAD~1');
  work.commit(folderOf(1, 3), 'Change it otherwise');
  await push();
  const event = await agent.until(({ type }) => type === 'refused', { since: refused, what: 'the refusal' });
  assert.ok(event.type === 'refused');
  assert.equal(event.refusal.code, 'branch-rewritten');
  await once(us, 'to refuse', (_, message) => message.includes('history was rewritten'));
  assert.deepEqual([await versionsOf(0), await versionsOf(2)], before);
});

test('a folder that goes is told, and what it held stays in the cluster', { timeout: 120_000 }, async () => {
  const before = await versionsOf(0);
  work.git('rm', '--quiet', '-r', ap);
  work.commit({}, 'Remove the third');
  await push();
  await once(ap, 'to miss its folder', (_, message) => message.includes('has no folder `e002`'));
  assert.notEqual(await got(stage.admin, stage.manifest(2, 0, 1)), undefined);
  assert.deepEqual(await versionsOf(0), before);
});

test('the plan of an environment, and an agent that is told its branch, are of the folder', { timeout: 120_000 }, async () => {
  const place = ['--source', stage.repository, '--branch', branch, '--kubeconfig', stage.plane.kubeconfig];
  const cache = ['--cache', temporaryFolder(later)];
  const plan = await runLockstep(work.folder, ['plan', eu, ...place, ...cache]);
  assert.equal(plan.exit, 0, plan.talk + plan.out);
  const gone = await runLockstep(work.folder, ['plan', ap, ...place, ...cache]);
  assert.match(gone.talk, /error\[folder-missing\]: the branch `environments\/fleet` has no folder `e002`/);
  work.git('checkout', '--quiet', '-b', `environments/${eu}-next`);
  work.commit(folderOf(0, 7), 'Propose');
  work.git('push', '--quiet', stage.repository, `environments/${eu}-next`);
  const next = await runLockstep(work.folder, ['plan', eu, '--next', ...place, ...cache]);
  assert.equal(next.exit, 1, next.talk + next.out);
  const { files, index } = treeOf('alone', [configMap('home-0', 'alone', 'one')], {});
  work.git('checkout', '--quiet', branch);
  const all = [...files, { path: indexPath, text: writeIndex(index) }].map(({ path, text }) => [`alone/${path}`, text]);
  work.commit(Object.fromEntries(all), 'Add one that an agent of its own keeps');
  await push();
  const own = ['--environment', 'alone', '--namespace', 'home-0', '--once', '--timeout', '60'];
  const alone = await runLockstep(work.folder, ['agent', ...own, ...place, ...cache]);
  assert.equal(alone.exit, 0, alone.talk);
  assert.notEqual(await got(stage.admin, configMap('home-0', 'alone', 'one')), undefined);
});
