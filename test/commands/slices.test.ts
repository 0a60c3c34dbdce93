import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Ended } from '../support/command.ts';
import { makeSshKey, signBySsh } from '../support/keys.ts';
import { openTestRepository, temporaryFolder } from '../support/repository.ts';
import { atGitea, makeShop, type Shop } from './shop.ts';

/** What two teams have: objects by name, what they hold, and what they ask for. */
interface Teams {
  readonly payments: Readonly<Record<string, string>>;
  readonly shop: Readonly<Record<string, string>>;
  /** ConfigMaps that a pod of payments reads. */
  readonly reads?: readonly string[];
  readonly more?: string;
}

const environment = ({ payments, shop, reads = [], more = '' }: Teams): string => `import { ApiObject } from 'cdk8s';
import { defineChart, defineEnvironment } from 'lockstep';
const maps = (chart, all) => {
  for (const [name, level] of Object.entries(all))
    new ApiObject(chart, name, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop' }, data: { level } });
};
const payments = defineChart({
  slice: 'payments',
  build(chart) {
    maps(chart, ${JSON.stringify(payments)});
    for (const name of ${JSON.stringify(reads)})
      new ApiObject(chart, 'pod-' + name, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'reads-' + name, namespace: 'shop' },
        spec: { containers: [{ name: 'main', image: 'ghcr.io/acme/pay@sha256:${'1'.repeat(64)}', envFrom: [{ configMapRef: { name } }] }] },
      });
  },
});
const shop = defineChart({ slice: 'shop', build: (chart) => maps(chart, ${JSON.stringify(shop)}) });
export default defineEnvironment({
  name: 'prod',
  cluster: 'prod-1',
  kubernetes: '1.35',
  rendered: { ...${atGitea}, owners: { payments: '@acme/payments', shop: '@acme/shop' } },
  external: [{ kind: 'Namespace', name: 'shop' }],
  charts: { payments, shop },
  ${more}
});
`;

const file = 'environments/prod.ts';
const [payment, sale] = ['payments/configmap.core.shop.payment.yaml', 'shop/configmap.core.shop.sale.yaml'];
const begun: Teams = { payments: { payment: 'info' }, shop: { sale: 'info' } };

/** Merges the proposal of a slice that somebody reviewed. */
function mergeSlice(shop: Shop, slice: string, branch = slice): Promise<Ended> {
  const commit = shop.there.git('rev-parse', `proposals/prod/${branch}`);
  return shop.run('merge', 'prod', '--slice', slice, '--push', '--commit', commit);
}

test('a slice is proposed, merged and rebased alone, and its pull request says so', async (t) => {
  const shop = makeShop(t, { [file]: environment(begun) });
  assert.equal((await shop.run('publish', 'prod', '--direct', '--push')).exit, 0);
  shop.git.commit({ [file]: environment({ payments: { payment: 'debug' }, shop: { sale: 'debug' } }) }, 'Talk more');

  const first = await shop.run('publish', 'prod', '--slice', 'payments', '--push');
  assert.match(
    first.said,
    /^~ payments\/configmap\.core\.shop\.payment\.yaml\nproposals\/prod\/payments is at .*pull request opened/,
    first.said,
  );
  const [pull] = shop.forge.pulls;
  assert.deepEqual(
    [pull?.head, pull?.base, pull?.title],
    ['proposals/prod/payments', 'environments/prod', 'Deploy prod/payments: Talk more'],
  );
  assert.match(
    pull?.body ?? '',
    /^Merging this deploys `payments` in `prod`, rendered from .* by `Ada Lovelace`\. All other slices stay as they are\.\n/,
  );
  assert.doesNotMatch(pull?.body ?? '', /sale/);
  const second = await shop.run('publish', 'prod', '--slice', 'shop', '--push', '--no-pull-request');
  assert.match(second.said, /next: review it, then `lockstep merge prod --slice shop --push --commit [0-9a-f]{7}`$/);

  const show = (ref: string, path: string): string => shop.there.git('show', `${ref}:${path}`);
  assert.deepEqual(
    [payment, sale].map((path) => /level: (\w+)/.exec(show('proposals/prod/payments', path))?.[1]),
    ['debug', 'info'],
  );
  assert.match(show('proposals/prod/payments', 'CODEOWNERS'), /\npayments\/\.\* @acme\/payments\nshop\/\.\* @acme\/shop$/);
  assert.match(show('proposals/prod/payments', 'README.md'), /- `payments`: `[0-9a-f]{40}`\n- `shop`: `[0-9a-f]{40}`/);
  const merged = await mergeSlice(shop, 'payments');
  assert.match(merged.said, /^~ payments\/configmap\.core\.shop\.payment\.yaml\nenvironments\/prod is at/);
  const stale = await shop.run('merge', 'prod', '--slice', 'shop', '--push');
  assert.deepEqual([stale.exit, /error\[merge-stale\].*\n.*`lockstep publish prod --slice shop`/.test(stale.said)], [4, true], stale.said);

  assert.match((await shop.run('publish', 'prod', '--slice', 'payments', '--push')).said, /holds this already.*pull request closed/);
  assert.equal(shop.forge.pulls[0]?.why, 'Nothing is left to merge: `payments` in `prod` holds all of this already.');
  const rebased = await shop.run('publish', 'prod', '--slice', 'shop', '--push');
  assert.match(
    rebased.said,
    /^~ shop\/configmap\.core\.shop\.sale\.yaml\nproposals\/prod\/shop is at .* \(0 added, 1 modified, 0 removed\)/,
  );
  assert.equal((await mergeSlice(shop, 'shop')).exit, 0);

  // What slices came to is what the whole renders to: one and the same tree, which the note says.
  const tip = shop.there.git('rev-parse', 'environments/prod');
  const whole = await shop.run('publish', 'prod', '--push');
  assert.match(whole.said, /^environments\/prod holds this already/, whole.said);
  assert.equal(JSON.parse(shop.there.git('notes', '--ref=hydrator.metadata', 'show', tip)).drySha, shop.git.git('rev-parse', 'HEAD'));
});

test('a diff of a slice shows that alone', async (t) => {
  const shop = makeShop(t, { [file]: environment(begun) });
  await shop.run('publish', 'prod', '--direct');
  shop.git.commit({ [file]: environment({ payments: {}, shop: { sale: 'debug', offer: 'info' } }) }, 'Change all');
  const ended = await shop.run('diff', 'prod', '--slice', 'shop', '--output', 'json');
  assert.equal(ended.exit, 1, ended.said);
  const names = (JSON.parse(ended.out).changes as { readonly object: { readonly name: string } }[]).map(({ object }) => object.name);
  assert.deepEqual(names.sort(), ['offer', 'sale']);
  const none = await shop.run('diff', 'prod', '--slice', 'shops');
  assert.deepEqual([none.exit, none.said], [2, 'error[slice-unknown]: `prod` has no slice `shops`\n  help: did you mean `shop`?']);
});

test('what a slice needs of the pending change of another one is told, and which one that is', async (t) => {
  const shop = makeShop(t, { [file]: environment(begun) });
  await shop.run('publish', 'prod', '--direct');
  shop.git.commit(
    { [file]: environment({ payments: { payment: 'info' }, shop: { sale: 'info', limits: 'x' }, reads: ['limits'] }) },
    'Limit',
  );
  const refused = await shop.run('publish', 'prod', '--slice', 'payments');
  assert.equal(refused.exit, 4);
  assert.match(refused.said, /^error\[slice-incomplete\]: `payments` of `prod` cannot be deployed alone: .*the ConfigMap `limits`/);
  assert.match(refused.said, /help: deploy `shop` first: `lockstep publish prod --slice shop`; or publish the whole environment/);
  await shop.run('publish', 'prod', '--slice', 'shop', '--direct');
  assert.equal((await shop.run('publish', 'prod', '--slice', 'payments', '--direct')).exit, 0);

  // The other way round: what another slice still needs does not go.
  shop.git.commit({ [file]: environment({ payments: { payment: 'info' }, shop: { sale: 'info' } }) }, 'Do not limit');
  const needed = await shop.run('publish', 'prod', '--slice', 'shop');
  assert.match(needed.said, /error\[slice-incomplete\]: `shop` of .*the ConfigMap `limits`[\s\S]*deploy `payments` first/);
});

test('what moves between slices, or is a matter of all, needs the whole environment', async (t) => {
  const shop = makeShop(t, { [file]: environment(begun) });
  await shop.run('publish', 'prod', '--direct');
  shop.git.commit({ [file]: environment({ payments: { payment: 'info', sale: 'info' }, shop: { offer: 'info' } }) }, 'Move it');
  for (const slice of ['payments', 'shop']) {
    const refused = await shop.run('publish', 'prod', '--slice', slice);
    assert.match(refused.said, /^error\[slice-moves\].*`ConfigMap\/shop\/sale` goes from `shop` to `payments`\n.*`lockstep publish prod`/);
  }
  shop.git.commit({ [file]: environment(begun).replace("'1.35'", "'1.34'") }, 'Another minor');
  const other = await shop.run('publish', 'prod', '--slice', 'shop');
  assert.match(other.said, /^error\[slice-settings\].*`kubernetes` goes from `1\.35` to `1\.34`/);
});

test('settings stay those in force, and decisions come with their objects', async (t) => {
  const shop = makeShop(t, { [file]: environment({ payments: { payment: 'info', old: 'x' }, shop: { sale: 'info', past: 'x' } }) });
  await shop.run('publish', 'prod', '--direct');
  const approve = (name: string): string =>
    `{ delete: { kind: 'ConfigMap', namespace: 'shop', name: '${name}' }, reason: 'nobody reads ${name}' }`;
  const more = `preflight: 'none', onFailure: 'return', approvals: [${approve('old')}, ${approve('past')}],`;
  shop.git.commit({ [file]: environment({ ...begun, more }) }, 'Clean up');
  assert.equal((await shop.run('publish', 'prod', '--slice', 'payments', '--direct')).exit, 0);
  const index = JSON.parse(shop.git.git('show', 'environments/prod:.lockstep/index'));
  assert.deepEqual(
    index.approvals.map(({ name }: { name: string }) => name),
    ['old'],
  );
  assert.deepEqual([index.preflight, index.onFailure], [undefined, undefined]);
  assert.deepEqual(
    index.objects.map(({ name }: { name: string }) => name),
    ['payment', 'past', 'sale'],
  );
});

test('edits by hand, older sources and rollbacks are judged for the slice alone', async (t) => {
  const shop = makeShop(t, { [file]: environment(begun) });
  await shop.run('publish', 'prod', '--direct', '--push');
  const older = shop.git.git('rev-parse', 'HEAD');
  shop.git.commit({ [file]: environment({ payments: { payment: 'debug' }, shop: { sale: 'broken' } }) }, 'Break sales');
  await shop.run('publish', 'prod', '--direct', '--push');
  await shop.run('rollback', 'prod', '--direct', '--push');
  const clone = openTestRepository(join(temporaryFolder(t), 'clone'), shop.git.env);
  shop.git.git('clone', '--quiet', '--branch', 'environments/prod', shop.there.folder, clone.folder);

  // Payments goes on: what was taken away of sales stays away, however often payments is published.
  shop.git.commit({ [file]: environment({ payments: { payment: 'warn' }, shop: { sale: 'broken' } }) }, 'Talk less');
  assert.equal((await shop.run('publish', 'prod', '--slice', 'payments', '--direct', '--push')).exit, 0);
  for (const args of [['--slice', 'shop'], []]) {
    const undone = await shop.run('publish', 'prod', ...args, '--push');
    assert.match(undone.said, /^error\[rollback-undone\].*taken away: `shop\/configmap\.core\.shop\.sale\.yaml`$/m, undone.said);
  }
  shop.git.commit({ [file]: environment({ payments: { payment: 'warn' }, shop: { sale: 'mended' } }) }, 'Mend sales');
  const newer = shop.git.git('rev-parse', 'HEAD');

  // An edit by hand of one slice stops that one alone, and the other one keeps it.
  clone.git('pull', '--quiet');
  clone.commit({ [sale]: `${clone.git('show', `HEAD:${sale}`).replace('info', 'edited')}\n` }, 'By hand');
  clone.git('push', '--quiet');
  assert.match((await shop.run('publish', 'prod', '--slice', 'shop', '--push')).said, /error\[edited-branch\].*sale\.yaml/);
  shop.git.commit({ [file]: environment({ payments: { payment: 'error' }, shop: { sale: 'mended' } }) }, 'Talk least');
  assert.equal((await shop.run('publish', 'prod', '--slice', 'payments', '--direct', '--push')).exit, 0);
  assert.match(shop.there.git('show', `environments/prod:${sale}`), /level: edited/);

  // Payments is rendered from a later commit, which is no matter of the other slice.
  shop.git.git('checkout', '--quiet', newer);
  const overwritten = await shop.run('publish', 'prod', '--slice', 'shop', '--overwrite-edits', '--push', '--no-pull-request');
  assert.match(overwritten.said, /proposals\/prod\/shop is at/);
  shop.git.git('checkout', '--quiet', older);
  const late = await shop.run('publish', 'prod', '--slice', 'payments', '--push', '--no-pull-request');
  assert.match(late.said, /rendered from a later commit already/);
});

test('a slice of an environment that was never published needs all that it stands on', async (t) => {
  const shop = makeShop(t, { [file]: environment({ ...begun, reads: ['sale'] }) });
  assert.match(
    (await shop.run('publish', 'prod', '--slice', 'payments', '--push')).said,
    /error\[slice-incomplete\].*deploy `shop` first/s,
  );
  assert.match((await shop.run('publish', 'prod', '--slice', 'shop', '--push')).said, /\(1 added, 0 modified, 0 removed\)/);
  assert.equal((await mergeSlice(shop, 'shop')).exit, 0);
  assert.match((await shop.run('publish', 'prod', '--slice', 'payments', '--push')).said, /\(2 added, 0 modified, 0 removed\)/);
});

test('what slices came to can be gone back to, and stays until the source has followed', async (t) => {
  const shop = makeShop(t, { [file]: environment(begun) });
  await shop.run('publish', 'prod', '--direct');
  shop.git.commit({ [file]: environment({ payments: { payment: 'debug' }, shop: { sale: 'broken' } }) }, 'Talk more');
  await shop.run('publish', 'prod', '--slice', 'payments', '--direct');
  await shop.run('publish', 'prod', '--slice', 'shop', '--direct');
  const back = await shop.run('rollback', 'prod', '--direct');
  assert.match(back.said, /^~ shop\/configmap\.core\.shop\.sale\.yaml\n/, back.said);
  assert.match((await shop.run('publish', 'prod')).said, /error\[rollback-undone\]/);
  assert.match((await shop.run('publish', 'prod', '--slice', 'shop')).said, /error\[rollback-undone\]/);
  assert.match((await shop.run('publish', 'prod', '--slice', 'payments')).said, /^environments\/prod holds this already/);
  shop.git.commit({ [file]: environment({ payments: { payment: 'debug' }, shop: { sale: 'info' } }) }, 'Mend it');
  assert.match((await shop.run('publish', 'prod')).said, /^environments\/prod holds this already/);
  shop.git.commit({ [file]: environment({ payments: { payment: 'debug' }, shop: { sale: 'broken' } }) }, 'Break it on purpose');
  assert.equal((await shop.run('publish', 'prod', '--slice', 'shop')).exit, 0, 'the source has followed');
});

test('owners are part of what is proven, in the form of any forge; what slices came to alone nobody can render again', async (t) => {
  const shop = makeShop(t, { [file]: environment(begun) });
  await shop.run('publish', 'prod', '--direct');
  const proven = await shop.run('verify', 'prod');
  assert.deepEqual([proven.exit, proven.said.includes('error')], [0, false], `${proven.out}${proven.said}`);
  const clone = openTestRepository(join(temporaryFolder(t), 'clone'), shop.git.env);
  shop.git.git('clone', '--quiet', '--branch', 'environments/prod', shop.git.folder, clone.folder);
  clone.commit({ CODEOWNERS: '* @evil\n' }, 'Review it myself');
  clone.git('push', '--quiet');
  const edited = await shop.run('verify', 'prod');
  assert.deepEqual([edited.exit, /CODEOWNERS/.test(`${edited.out}${edited.said}`)], [1, true], `${edited.out}${edited.said}`);

  shop.git.git('update-ref', 'refs/heads/environments/prod', 'refs/heads/environments/prod~1');
  shop.git.commit({ [file]: environment({ payments: { payment: 'debug' }, shop: { sale: 'debug' } }) }, 'Talk more');
  assert.equal((await shop.run('publish', 'prod', '--slice', 'payments', '--direct')).exit, 0);
  const mixed = await shop.run('verify', 'prod');
  assert.deepEqual(
    [mixed.exit, /its slices were published alone/.test(`${mixed.out}${mixed.said}`)],
    [3, true],
    `${mixed.out}${mixed.said}`,
  );
  assert.equal((await shop.run('publish', 'prod', '--direct')).exit, 0);
  assert.equal((await shop.run('verify', 'prod')).exit, 0);
});

test('a slice and one whose name begins with it are proposed beside each other', async (t) => {
  const nested = (teams: Teams) =>
    environment(teams)
      .replace("slice: 'payments'", "slice: 'team/payments'")
      .replace("slice: 'shop'", "slice: 'team'")
      .replace(/, owners: .*/, ' },');
  const shop = makeShop(t, { [file]: nested(begun) });
  await shop.run('publish', 'prod', '--direct', '--push');
  shop.git.commit({ [file]: nested({ payments: { payment: 'debug' }, shop: { sale: 'debug' } }) }, 'Talk more');
  for (const slice of ['team', 'team/payments']) {
    const proposed = await shop.run('publish', 'prod', '--slice', slice, '--push');
    assert.equal(proposed.exit, 0, proposed.said);
  }
  assert.deepEqual(
    shop.forge.pulls.map(({ head }) => head),
    ['proposals/prod/team', 'proposals/prod/team+payments'],
  );
  const merged = await mergeSlice(shop, 'team/payments', 'team+payments');
  assert.match(merged.said, /^~ payments\/configmap\.core\.shop\.payment\.yaml\nenvironments\/prod is at/, merged.said);
});

test('the tree of a slice is attested, so that the commit that a forge makes of its proposal is trusted', async (t) => {
  const shop = makeShop(t, { [file]: environment(begun) });
  const [ada, eve] = [makeSshKey(t), makeSshKey(t)];
  shop.git.commit({ signers: `ada@example.com ${ada.publicKey}\n` }, 'Say who may sign');
  signBySsh(shop.git, ada.path);
  assert.equal((await shop.run('publish', 'prod', '--direct')).exit, 0);
  shop.git.commit({ [file]: environment({ payments: { payment: 'debug' }, shop: { sale: 'debug' } }) }, 'Talk more');
  const source = shop.git.git('rev-parse', 'HEAD');
  assert.equal((await shop.run('publish', 'prod', '--slice', 'payments')).exit, 0);
  const tree = shop.git.git('rev-parse', 'proposals/prod/payments^{tree}');
  // The note is a commit, whose message is the statement.
  const note = shop.git.git('notes', '--ref=lockstep.attestation', 'show', tree);
  const { subject, predicate } = JSON.parse(note.slice(note.indexOf('\n\n')));
  assert.deepEqual(subject, [{ name: 'environments/prod', digest: { gitTree: tree } }]);
  assert.deepEqual([predicate.slice, predicate.slices], ['payments', { payments: source, shop: shop.git.git('rev-parse', 'HEAD~1') }]);

  const squashed = shop.git.git('-c', 'commit.gpgSign=false', 'commit-tree', '-p', 'environments/prod', '-m', 'Squash', tree);
  shop.git.git('update-ref', 'refs/heads/environments/prod', squashed);
  const trusted = async (): Promise<unknown> => {
    const { out } = await shop.run('verify', 'prod', '--signed-by', 'signers', '--output', 'json');
    return JSON.parse(out).commits[0].signed.isTrusted;
  };
  assert.equal(await trusted(), true);
  // What is there already is not attested by whoever publishes a slice of it anew: what the others are was no matter then.
  shop.git.git('update-ref', '-d', 'refs/notes/lockstep.attestation');
  assert.equal((await shop.run('publish', 'prod', '--slice', 'payments', '--direct')).exit, 0);
  assert.equal(await trusted(), false);
  signBySsh(shop.git, eve.path);
  shop.git.commit({ [file]: environment({ payments: { payment: 'error' }, shop: { sale: 'debug' } }) }, 'Talk less');
  await shop.run('publish', 'prod', '--slice', 'payments', '--direct');
  assert.equal(await trusted(), false);
});
