import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { stringAt } from '../../src/model/json.ts';
import { type LiveObject, type Manifest, refOf } from '../../src/model/manifest.ts';
import { formatRef } from '../../src/model/ref.ts';
import { type ControlPlane, startControlPlane } from '../controlplane/start.ts';
import { eventually, inShort, isAbout, nextOf, readyIn, statusNow, statusOnce } from './eventually.ts';
import { configMap, namespace } from './manifests.ts';
import { ofType, openStage, type Rest, type Running, type Stage } from './stage.ts';

/** Three teams and what they share, in one environment: one agent lives through all of this, in this order. */
let plane: ControlPlane;
let stage: Stage;
let agent: Running;

const places = ['apple', 'berry', 'cherry', 'shared'] as const;
const namespaces = places.map(namespace);
const config = (place: string, value: string): Manifest => configMap(place, `${place}-config`, value);
/** The ConfigMaps of all, each with one value; those of single places otherwise. */
const configs = (value: string, others: Readonly<Record<string, string>> = {}): readonly Manifest[] =>
  places.map((place) => config(place, others[place] ?? value));
const claim = (place: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: `${place}-data`, namespace: place },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
});
/** Of a kind that everybody has, and with a field that no ConfigMap has. */
const broken = (place: string): Manifest => ({ ...configMap(place, `${place}-broken`, 'one'), tpyo: true });

/** Every object belongs to the slice that its namespace is of; `otherwise` says of `kind/name` where that is not so. */
function sliced(manifests: readonly Manifest[], otherwise: Readonly<Record<string, string>> = {}): Rest {
  const objects = manifests.map(({ kind, metadata: { name, namespace: place = name } }) => {
    const key = `${kind}/${name}`.toLowerCase();
    return [key, { slice: otherwise[key] ?? (place === 'shared' ? '' : place) }] as const;
  });
  return { objects: Object.fromEntries(objects) };
}

function publish(manifests: readonly Manifest[], otherwise?: Readonly<Record<string, string>>): Promise<string> {
  return stage.publish(manifests, sliced(manifests, otherwise));
}

const valueAt = async (place: string, on = stage): Promise<string | undefined> =>
  stringAt(await on.live(config(place, '')), 'data', 'value');
const valuesNow = async (): Promise<readonly (string | undefined)[]> => Promise.all(places.map((place) => valueAt(place)));
const stateOf = async (manifests: readonly Manifest[]): Promise<readonly string[]> =>
  Promise.all(manifests.map(async (manifest) => versionOf(await stage.live(manifest))));
const versionOf = (live: LiveObject | undefined): string => `${live?.metadata.uid} at ${live?.metadata.resourceVersion}`;
const inventory: Manifest = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'lockstep-slices-inventory-1-0', namespace: 'lockstep' },
};

const short = (commit: string): string => commit.slice(0, 12);

/** What an agent tells when it has taken `revision` as far as it can, and when it refuses something of it. */
const takes = (revision: string) => ofType('synced', (event) => event.revision === revision);
const refuses = (revision: string) => ofType('refused', (event) => event.revision === revision);

before(async () => {
  plane = await startControlPlane({ without: ['kube-controller-manager', 'kube-scheduler', 'kwok'] });
  stage = await openStage('slices', { plane });
  await stage.allow([...namespaces, ...configs('one'), claim('berry')]);
});
after(async () => {
  await stage?.close();
  await plane?.stop();
});

let first: string;
let second: string;

test('a bad object keeps its slice wholly where it was, and the others take the commit at once', async () => {
  first = await publish([...namespaces, ...configs('one')]);
  agent = stage.agent();
  await agent.until(takes(first), 'the first commit');
  assert.deepEqual(await valuesNow(), ['one', 'one', 'one', 'one']);

  const from = agent.events.length;
  second = await publish([...namespaces, ...configs('two'), broken('berry')]);
  await agent.until(takes(second), 'the second commit, but for one slice');
  assert.deepEqual(await valuesNow(), ['two', 'one', 'two', 'two']);
  assert.equal(await stage.live(broken('berry')), undefined);
  assert.deepEqual(inShort(agent.events.slice(from)).toSorted(), [
    'accepted',
    'configured ConfigMap/apple/apple-config',
    'configured ConfigMap/cherry/cherry-config',
    'configured ConfigMap/shared/shared-config',
    'planned',
    'refused preflight-failed berry',
    'synced',
  ]);
});

test('the refusal names the slice, the object and its file', async () => {
  const event = await agent.until(refuses(second), 'the refusal');
  assert.deepEqual(event.slices, ['berry']);
  assert.deepEqual(
    event.problems.map(({ ref, path }) => [formatRef(ref), path]),
    [['ConfigMap/berry/berry-broken', 'test/configmap.berry.berry-broken.yaml']],
  );
  assert.match(event.problems[0]?.message ?? '', /tpyo/);
});

test('the status says which slice stays behind, at which commit, and why', async () => {
  const status = await statusOnce(stage, ({ revision, behind }) => revision === second && behind.length > 0, 'the slice behind');
  assert.deepEqual(status.behind, [{ slice: 'berry', revision: first }]);
  assert.equal(status.latest, second);
  const ready = readyIn(status);
  assert.deepEqual([ready.status, ready.reason], ['False', 'PreflightFailed']);
  assert.ok(ready.message.startsWith(`\`berry\` of ${short(second)} is refused: `), ready.message);
  assert.deepEqual(
    status.problems.map(({ ref }) => formatRef(ref)),
    ['ConfigMap/berry/berry-broken'],
  );
});

test('what drifts in a slice that stays behind is repaired to what the slice has', async () => {
  const repair = nextOf(agent, 'applied', (event) => isAbout(event, config('berry', '')));
  assert.ok((await stage.admin.apply(config('berry', 'drifted'), { manager: 'somebody' })).ok);
  const { op, by } = await repair;
  assert.deepEqual([op, by], ['repair', 'somebody']);
  assert.equal(await valueAt('berry'), 'one');
});

test('an agent that starts again keeps every slice where it was, and writes no object and no inventory', async () => {
  await agent.stop();
  const all = [...namespaces, ...configs(''), inventory];
  const before = await stateOf(all);
  agent = stage.agent();
  await agent.until(refuses(second), 'the refusal, told anew');
  assert.deepEqual(inShort(agent.events), ['planned', 'refused preflight-failed berry']);
  const repair = nextOf(agent, 'applied', (event) => isAbout(event, config('berry', '')));
  assert.deepEqual(await stateOf(all), before);
  assert.deepEqual((await statusNow(stage))?.behind, [{ slice: 'berry', revision: first }]);
  assert.ok((await stage.admin.apply(config('berry', 'drifted'), { manager: 'somebody' })).ok);
  await repair;
  assert.equal(await valueAt('berry'), 'one');
});

test('a commit that changes nothing but the refused slice is refused as a whole, and what was taken stays', async () => {
  const next = await publish([...namespaces, ...configs('two', { berry: 'three' }), broken('berry')]);
  const event = await agent.until(refuses(next), 'the refusal');
  assert.deepEqual(event.slices, []);
  const status = await statusOnce(stage, ({ latest }) => latest === next, 'the newest commit');
  assert.deepEqual([status.revision, status.behind], [second, [{ slice: 'berry', revision: first }]]);
  assert.equal(readyIn(status).reason, 'PreflightFailed');
  assert.deepEqual(await valuesNow(), ['two', 'one', 'two', 'two']);
});

test('a slice stays at the commit that it took last, however many it refuses', async () => {
  const next = await publish([...namespaces, ...configs('four'), broken('berry')]);
  await agent.until(takes(next), 'the next commit');
  assert.deepEqual(await valuesNow(), ['four', 'one', 'four', 'four']);
  const status = await statusOnce(stage, ({ revision }) => revision === next, 'the next commit');
  assert.deepEqual(status.behind, [{ slice: 'berry', revision: first }]);
});

test('the commit that mends the slice goes through, with all that the slice had waited for', async () => {
  const mended = await publish([...namespaces, ...configs('five'), configMap('berry', 'berry-broken', 'one')]);
  await agent.until(takes(mended), 'the mended commit');
  assert.deepEqual(await valuesNow(), ['five', 'five', 'five', 'five']);
  assert.ok(await stage.live(configMap('berry', 'berry-broken', 'one')));
  const status = await statusOnce(stage, (found) => readyIn(found).status === 'True', 'everything Current');
  assert.deepEqual([status.revision, status.latest, status.behind, status.problems], [mended, mended, [], []]);
});

test('an object that moves into a slice that is refused is neither deleted nor changed, also after a restart', async () => {
  const moving = (place: string): Manifest => configMap('shared', 'moving', place);
  const settled = await publish([...namespaces, ...configs('five'), moving('apple')], { 'configmap/moving': 'apple' });
  await agent.until(takes(settled), 'the object');
  const before = await stateOf([moving('')]);
  const refused = await publish([...namespaces, ...configs('six'), moving('berry'), broken('berry')], { 'configmap/moving': 'berry' });
  await agent.until(takes(refused), 'the other slices');
  assert.deepEqual(await stateOf([moving('')]), before);
  await agent.stop();
  agent = stage.agent();
  await agent.until(refuses(refused), 'the refusal, told anew');
  assert.deepEqual(await stateOf([moving('')]), before);
  const mended = await publish([...namespaces, ...configs('six'), moving('berry')], { 'configmap/moving': 'berry' });
  await agent.until(takes(mended), 'the mended commit');
  const live = await stage.live(moving(''));
  assert.deepEqual([live?.metadata.uid, stringAt(live, 'data', 'value')], [before[0]?.split(' ')[0], 'berry']);
});

test('an object that leaves a slice that is refused goes on with the slice that takes it', async () => {
  const moving = (place: string): Manifest => configMap('shared', 'moving', place);
  const before = await stage.live(moving(''));
  const next = await publish([...namespaces, ...configs('seven'), moving('cherry'), broken('berry')], { 'configmap/moving': 'cherry' });
  await agent.until(takes(next), 'the other slices');
  const live = await stage.live(moving(''));
  assert.deepEqual([live?.metadata.uid, stringAt(live, 'data', 'value')], [before?.metadata.uid, 'cherry']);
  assert.equal(await valueAt('berry'), 'six');
});

test('what such a slice gave away and the other one dropped stays gone after a restart', async () => {
  const next = await publish([...namespaces, ...configs('eight'), broken('berry')]);
  await agent.until(takes(next), 'the other slices');
  assert.equal(await stage.live(configMap('shared', 'moving', '')), undefined);
  await agent.stop();
  agent = stage.agent();
  await agent.until(refuses(next), 'the refusal, told anew');
  const repair = nextOf(agent, 'applied', (event) => isAbout(event, config('berry', '')));
  assert.ok((await stage.admin.apply(config('berry', 'drifted'), { manager: 'somebody' })).ok);
  await repair;
  assert.deepEqual(inShort(agent.events).slice(0, 2), ['planned', 'refused preflight-failed berry']);
  assert.equal(await stage.live(configMap('shared', 'moving', '')), undefined);
});

test('a deletion that nobody approved stops its own slice alone', async () => {
  const held = await publish([...namespaces, ...configs('nine'), claim('berry')]);
  await agent.until(takes(held), 'the claim');
  const next = await publish([...namespaces, ...configs('ten')]);
  await agent.until(takes(next), 'the other slices');
  assert.deepEqual(await valuesNow(), ['ten', 'nine', 'ten', 'ten']);
  const event = await agent.until(refuses(next), 'the refusal');
  assert.deepEqual([event.refusal.code, event.slices], ['deletion-protected', ['berry']]);
  assert.ok(await stage.live(claim('berry')));
});

test('a deletion that is under way needs an approval no longer, and is told once however often a slice is considered', async () => {
  const manifests = [...namespaces, ...configs('ten')];
  const [pruned, waiting] = [nextOf(agent, 'pruned'), nextOf(agent, 'waiting')];
  await stage.publish(manifests, { ...sliced(manifests), approvals: [{ ref: refOf(claim('berry')), reason: 'empty' }] });
  assert.deepEqual(inShort([await pruned]), ['deleting PersistentVolumeClaim/berry/berry-data']);
  const since = (await stage.live(claim('berry')))?.metadata.deletionTimestamp;
  const waits = `waiting PersistentVolumeClaim/berry/berry-data for its deletion (since ${since}, finalizers: kubernetes.io/pvc-protection (until no pod uses it))`;
  assert.deepEqual(inShort([await waiting]), [waits]);
  assert.deepEqual(await valuesNow(), ['ten', 'ten', 'ten', 'ten']);

  const from = agent.events.length;
  const next = await publish([...namespaces, ...configs('eleven'), broken('apple')]);
  const refusal = await agent.until(refuses(next), 'the refusal');
  assert.deepEqual([refusal.refusal.code, refusal.slices], ['preflight-failed', ['apple']]);
  const requests = agent.cluster.requests;
  await eventually('the slice to be considered some times more', async () => (agent.cluster.requests > requests + 5 ? true : undefined));
  assert.deepEqual(inShort(agent.events.slice(from).filter(ofType('waiting'))), [waits]);

  const gone = nextOf(agent, 'pruned');
  const live = await stage.live(claim('berry'));
  assert.ok(live);
  const finalizers = [{ op: 'remove', path: '/metadata/finalizers' }] as const;
  assert.ok((await stage.admin.patch('v1', refOf(claim('berry')), finalizers, { manager: 'somebody' })).ok);
  assert.deepEqual(inShort([await gone]), ['gone PersistentVolumeClaim/berry/berry-data']);
});

test('a slice whose namespace is going away is waited for, and keeps no other one from its own', async () => {
  const limbo = namespace('limbo');
  assert.ok((await stage.admin.apply(limbo, { manager: 'somebody' })).ok);
  await stage.allow([...namespaces, ...configs(''), claim('berry'), config('limbo', 'one')]);
  const live = await stage.live(limbo);
  assert.ok(live);
  // Nobody plays the controller that would make it go.
  assert.ok((await stage.admin.remove('v1', refOf(limbo), live.metadata)).ok);
  const failed = nextOf(agent, 'failed');
  const next = await publish([...namespaces, ...configs('nearly'), config('limbo', 'one')]);
  const { problem, passing } = await failed;
  assert.deepEqual([formatRef(problem.ref), passing], ['ConfigMap/limbo/limbo-config', true]);
  assert.match(problem.message, /namespace limbo because it is being terminated/);
  const status = await statusOnce(stage, ({ revision }) => revision === next, 'the commit');
  assert.deepEqual([status.behind, readyIn(status).reason], [[], 'Retrying']);
  assert.deepEqual(await valuesNow(), ['nearly', 'nearly', 'nearly', 'nearly']);
});

test('a slice whose objects the agent may not see keeps no other one from its own', async () => {
  const dark = namespace('dark');
  assert.ok((await stage.admin.apply(dark, { manager: 'somebody' })).ok);
  const next = await publish([...namespaces, ...configs('twelve'), config('dark', 'one')]);
  await agent.until(takes(next), 'the other slices');
  assert.deepEqual(await valuesNow(), ['twelve', 'twelve', 'twelve', 'twelve']);
  const event = await agent.until(refuses(next), 'the refusal');
  assert.deepEqual([event.refusal.code, event.slices], ['watch-refused', ['dark']]);
  assert.match(event.problems[0]?.message ?? '', /cannot list resource "configmaps" in API group "" in the namespace "dark"/);
});

test('a history that was rewritten is found out while a slice is behind, and every slice stays what it was', async () => {
  const refused = await publish([...namespaces, ...configs('thirteen'), broken('berry')]);
  await agent.until(takes(refused), 'the other slices');
  const rewritten = await stage.rewrite([...namespaces, ...configs('rewritten')]);
  const event = await agent.until(refuses(rewritten), 'the refusal');
  assert.deepEqual([event.refusal.code, event.slices], ['branch-rewritten', []]);
  await agent.stop();
  agent = stage.agent();
  const repair = nextOf(agent, 'applied', (applied) => isAbout(applied, config('berry', '')));
  await agent.until(refuses(rewritten), 'the refusal, told anew');
  assert.ok((await stage.admin.apply(config('berry', 'drifted'), { manager: 'somebody' })).ok);
  await repair;
  assert.deepEqual(await valuesNow(), ['thirteen', 'twelve', 'thirteen', 'thirteen']);
});

test('a slice that never took a commit has nothing, and its first good one makes it', async (t) => {
  const young = await openStage('young', { plane });
  t.after(() => young.close());
  const manifests = [...['plum', 'quince'].map(namespace), config('plum', 'one'), config('quince', 'one')];
  await young.allow(manifests);
  const release = (all: readonly Manifest[]) => young.publish(all, sliced(all));
  const made = () => Promise.all(['plum', 'quince'].map(async (place) => stringAt(await young.live(config(place, '')), 'data', 'value')));
  const commit = await release([...manifests, broken('quince')]);
  const run = await young.agent({ once: true }).ended;
  assert.equal(run.exit, 2);
  assert.deepEqual([run.status?.revision, run.status?.behind], [commit, [{ slice: 'quince', revision: '' }]]);
  assert.deepEqual(await made(), ['one', undefined]);

  const again = young.agent({ once: true });
  assert.equal((await again.ended).exit, 2);
  assert.deepEqual(inShort(again.events), ['planned', 'refused preflight-failed quince']);
  assert.deepEqual(await made(), ['one', undefined]);

  await release(manifests);
  assert.equal((await young.agent({ once: true }).ended).exit, 0);
  assert.deepEqual(await made(), ['one', 'one']);
});

test('one broken slice of forty costs the other thirty-nine nothing', async (t) => {
  const town = await openStage('forty', { plane });
  t.after(() => town.close());
  const home = namespace('forty');
  const teams = Array.from({ length: 40 }, (_, i) => `team-${i}`);
  const objects = Object.fromEntries(teams.map((team) => [`configmap/${team}`, { slice: team }]));
  const all = (value: string) => [home, ...teams.map((team) => configMap('forty', team, value))];
  await town.allow(all('one'));
  const run = async (manifests: readonly Manifest[]) => {
    await town.publish(manifests, { objects });
    const agent = town.agent({ once: true });
    const { exit } = await agent.ended;
    return { exit, requests: agent.cluster.requests, events: inShort(agent.events) };
  };
  assert.equal((await run(all('one'))).exit, 0);
  const whole = await run(all('two'));
  assert.equal(whole.exit, 0);
  const [, , ...others] = all('three');
  const partial = await run([home, { ...configMap('forty', 'team-0', 'three'), tpyo: true }, ...others]);
  assert.equal(partial.exit, 2);
  assert.deepEqual(partial.events.filter((event) => event.startsWith('configured')).length, 39);
  const values = await Promise.all(teams.map(async (team) => stringAt(await town.live(configMap('forty', team, '')), 'data', 'value')));
  assert.deepEqual(values, ['two', ...teams.slice(1).map(() => 'three')]);
  // The lease may be renewed in one of the two and not in the other.
  assert.ok(partial.requests <= whole.requests + 2, `${partial.requests} requests, and ${whole.requests} when all were good`);
});
