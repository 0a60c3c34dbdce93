import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verify } from '../../src/agent/newest.ts';
import { statusNow } from '../../src/agent/report.ts';
import { Failure } from '../../src/model/failure.ts';
import { emptyInventory } from '../../src/model/inventory.ts';
import { type Manifest, refOf } from '../../src/model/manifest.ts';
import type { SyncWindow } from '../../src/model/window.ts';
import type { Signers } from '../../src/ports.ts';
import { isRefusal } from '../../src/reconcile/desired.ts';
import { configMap, deployment, namespace } from '../e2e/manifests.ts';
import type { Committed } from '../fakes/source.ts';
import { settled } from '../support/clock.ts';
import { testSigner } from '../support/sshsig.ts';
import { bench } from './bench.ts';

const shop: Committed = { manifest: namespace('shop'), wave: 0 };
const one = configMap('shop', 'config', 'one');
const two = configMap('shop', 'config', 'two');
const three = configMap('shop', 'config', 'three');
const [ada, eve] = [testSigner(), testSigner()];
const byAda = (payload: Buffer): string => ada.sign(payload);
const byEve = (payload: Buffer): string => eve.sign(payload);

/** Signers whose text can be changed, and that count how often they are asked. */
function signersOf(text = `ada ${ada.publicKey}`) {
  const state: { text: string | undefined; asked: number; isAway: boolean } = { text, asked: 0, isAway: false };
  const signers: Signers = {
    place: 'the file `signers`',
    async read() {
      state.asked += 1;
      if (state.isAway) throw new Failure('environments-unreadable', 'the API server is away');
      return state.text;
    },
  };
  return { state, signers };
}

test('a commit that one of the signers signed is taken, and is not looked at again', async (t) => {
  const { state, signers } = signersOf();
  const { source, turn, value } = await bench(t, { signers });
  source.commit([shop, { manifest: one }], { sign: byAda });
  assert.equal((await turn()).at(-1), 'synced');
  assert.equal(value(one), 'one');
  const { asked } = state;
  assert.deepEqual(await turn(), []);
  assert.deepEqual([state.asked, source.looks], [asked, 0]);
});

test('a commit that nobody signed, or somebody else, is refused and told, and what was taken is kept', async (t) => {
  const { signers } = signersOf();
  const { source, turn, value, cluster } = await bench(t, { signers });
  source.commit([shop, { manifest: one }], { sign: byAda });
  await turn();
  source.commit([shop, { manifest: two }]);
  assert.deepEqual(await turn(), ['refused commit-untrusted']);
  assert.equal(value(one), 'one');
  source.commit([shop, { manifest: two }], { sign: byEve });
  assert.deepEqual(await turn(), ['refused commit-untrusted']);
  // Drift is repaired to what was taken.
  cluster.others.edit(refOf(one), (object) => ({ ...object, data: { value: 'tampered' } }));
  await settled();
  assert.deepEqual(await turn(), ['configured ConfigMap/shop/config', 'synced']);
  // A good commit on top of bad ones is good: it says itself what is to be.
  source.commit([shop, { manifest: three }], { sign: byAda });
  assert.equal((await turn()).at(-1), 'synced');
  assert.equal(value(one), 'three');
});

test('the refusal says who signed, what is attested, and where to go on', async (t) => {
  const { signers } = signersOf(`ada ${ada.publicKey}\nbob cert-authority ${eve.publicKey}`);
  const { source, agent } = await bench(t, { signers });
  const { signal } = new AbortController();
  const unsigned = await agent.trust.refusalOf(source.commit([shop]), signal);
  assert.match(unsigned?.message ?? '', /the commit has no signature, and nothing is attested of its tree; .*line 2 .*certificates/);
  assert.match(unsigned?.help ?? '', /--sign/);
  const commit = source.commit([shop], { sign: byEve });
  source.attest(commit, { sign: byEve });
  const other = await agent.trust.refusalOf(commit, signal);
  assert.match(
    other?.message ?? '',
    /the commit is signed by the key `SHA256:\S+`, which is none of theirs, and what is attested of its tree is/,
  );
});

test('what a forge made of signed commits is taken for what is attested of its tree, also when that comes later', async (t) => {
  const { signers } = signersOf();
  const { source, turn, value, clock } = await bench(t, { signers });
  const squashed = source.commit([shop, { manifest: one }]);
  assert.deepEqual(await turn(), ['refused commit-untrusted']);
  source.attest(squashed, { sign: byAda });
  await clock.advance(60_000);
  assert.equal((await turn()).at(-1), 'synced');
  assert.equal(value(one), 'one');
});

test('an attestation counts for its own environment, its own tree and its own signer alone', async (t) => {
  const { signers } = signersOf();
  const { source, agent } = await bench(t, { signers });
  const { signal } = new AbortController();
  const commit = source.commit([shop, { manifest: one }]);
  source.attest(commit, { sign: byAda, environment: 'prod' });
  assert.match((await agent.trust.refusalOf(commit, signal))?.message ?? '', /nothing is attested/);
  source.attest(commit, { sign: byEve });
  assert.match((await agent.trust.refusalOf(commit, signal))?.message ?? '', /attested of its tree is signed by the key/);
  const changed = source.commit([shop, { manifest: two }]);
  source.attest(commit, { sign: byAda });
  assert.equal(await agent.trust.refusalOf(commit, signal), undefined);
  assert.equal((await agent.trust.refusalOf(changed, signal))?.code, 'commit-untrusted');
});

test('an old commit that was signed does not come back: it does not follow what was applied', async (t) => {
  const { signers } = signersOf();
  const { source, turn, value } = await bench(t, { signers });
  source.commit([shop, { manifest: one }], { sign: byAda });
  await turn();
  source.commit([shop, { manifest: two }], { sign: byAda });
  await turn();
  source.commit([shop, { manifest: one }], { sign: byAda, anew: true });
  assert.deepEqual(await turn(), ['refused branch-rewritten']);
  assert.equal(value(one), 'two');
});

test('a branch that was begun with nothing in it is told for what it is', async (t) => {
  const { signers } = signersOf();
  const { source, agent } = await bench(t, { signers });
  const commit = source.commit([]);
  const begun = { ...agent, source: { ...agent.source, files: async () => [] } };
  const { signal } = new AbortController();
  const found = await verify(begun, { inventory: emptyInventory }, { commit, signal });
  assert.equal(isRefusal(found) && found.code, 'branch-not-rendered');
});

test('without signers that can be used nothing is taken, and what is repaired counts at once', async (t) => {
  const { state, signers } = signersOf();
  const { source, turn, clock } = await bench(t, { signers });
  source.commit([shop, { manifest: one }], { sign: byAda });
  const files = [undefined, '', 'ada ssh-ed25519 AAAA', '-----BEGIN PGP PUBLIC KEY BLOCK-----\n'];
  for (const text of files) {
    state.text = text;
    await clock.advance(600_000);
    // Each says something else.
    assert.deepEqual([text, ...(await turn())], [text, 'refused signers-unusable']);
  }
  state.isAway = true;
  await clock.advance(600_000);
  assert.deepEqual(await turn(), ['outage environments-unreadable']);
  state.isAway = false;
  state.text = `ada ${ada.publicKey}`;
  await clock.advance(600_000);
  assert.equal((await turn()).at(-1), 'synced');
});

test('a key that is taken away while a commit waits for its window lets it not be taken any more', async (t) => {
  const { state, signers } = signersOf();
  const { source, turn, value, clock } = await bench(t, { signers });
  source.commit([shop, { manifest: one }], { sign: byAda });
  await turn();
  const day = (after: number): string => new Date(clock.now().getTime() + after * 86_400_000).toISOString().slice(0, 10);
  const tomorrow: SyncWindow = { type: 'allow', from: day(1), to: day(2), timeZone: 'UTC', days: undefined, reason: undefined };
  source.commit([shop, { manifest: two }], { sign: byAda, syncWindows: [tomorrow] });
  assert.deepEqual(await turn(), ['postponed']);
  const { asked } = state;
  assert.deepEqual([await turn(), state.asked], [[], asked]);
  state.text = `eve ${eve.publicKey}`;
  await clock.advance(86_400_000);
  assert.deepEqual(await turn(), ['refused commit-untrusted']);
  assert.equal(value(one), 'one');
  state.text = `ada ${ada.publicKey}`;
  await clock.advance(600_000);
  assert.equal((await turn()).at(-1), 'synced');
});

test('nothing goes back to a commit that was healthy and is by nobody who may sign now', async (t) => {
  const { state, signers } = signersOf();
  const made = await bench(t, { signers });
  const { source, turn, cluster, clock } = made;
  const [old, bad] = ['web:1', 'web:2'].map((image) => deployment('shop', 'web', { image })) as [Manifest, Manifest];
  const counts = { replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 };
  const report = async (status: object): Promise<void> => {
    const { generation = 1 } = cluster.live(refOf(old)).metadata;
    cluster.others.status(refOf(old), { observedGeneration: generation, ...counts, ...status });
    await settled();
    await turn();
    await clock.advance(11_000);
  };
  const options = { onFailure: 'return', sign: byAda } as const;
  const healthy = source.commit([shop, { manifest: old }], options);
  await turn();
  cluster.others.status(refOf(shop.manifest), { phase: 'Active' });
  await report({ conditions: [{ type: 'Available', status: 'True' }] });
  await turn();
  source.commit([shop, { manifest: bad }], options);
  await turn();
  state.text = `eve ${eve.publicKey}`;
  await report({ updatedReplicas: 0, conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }] });
  assert.deepEqual(await turn(), []);
  const { conditions } = await statusNow(made.agent, { known: made.known, outage: undefined }, new AbortController().signal);
  const ready = conditions.find(({ type }) => type === 'Ready');
  assert.match(
    ready?.message ?? '',
    new RegExp(`it does not go back: .*${healthy.slice(0, 12)}.* is not taken again \\(commit-untrusted\\)`),
  );
  state.text = `ada ${ada.publicKey}`;
  await clock.advance(600_000);
  assert.equal((await turn())[0], 'refused rollout-failed');
});

test('after a restart what was taken is kept, whoever may sign by now', async (t) => {
  const { state, signers } = signersOf();
  const { source, turn, restart, value, cluster } = await bench(t, { signers });
  source.commit([shop, { manifest: one }], { sign: byAda });
  await turn();
  state.text = `eve ${eve.publicKey}`;
  await restart();
  cluster.others.edit(refOf(one), (object) => ({ ...object, data: { value: 'tampered' } }));
  await settled();
  assert.deepEqual(await turn(), ['configured ConfigMap/shop/config', 'synced']);
  assert.equal(value(one), 'one');
});
