import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runLockstep } from '../demo/program.ts';
import { allowedSigners, makeSshKey, signBySsh } from '../support/keys.ts';
import { makeBareRepository, temporaryFolder } from '../support/repository.ts';
import { chart, editByHandIn, environment, makeShop, moveOn, objectPath, publish, runWithInput } from '../support/shop.ts';

test('a commit is proven to be what its source renders to, whatever the work tree holds by then', async (t) => {
  const shop = makeShop(t);
  const source = shop.git('rev-parse', 'HEAD');
  const commit = await publish(shop, '--direct');
  moveOn(shop);
  for (const what of ['prod', commit.slice(0, 9)]) {
    const { exit, commits } = await shop.verify(what);
    assert.equal(exit, 0);
    assert.deepEqual(commits, [{ commit, environment: 'prod', version: '0', isDirty: false, source, verdict: 'proven', compared: 'all' }]);
  }
  const { out } = await shop.run('verify', 'prod');
  assert.equal(out, `proven ${commit.slice(0, 12)} of prod: it is what ${source.slice(0, 12)} renders to, rendered by lockstep/0`);
});

test('commits that a forge squashed, rebased or merged are proven as their trees are', async (t) => {
  const shop = makeShop(t);
  const first = await publish(shop, '--direct');
  shop.commit({ 'chart.ts': chart('two') }, 'Say two');
  const next = await publish(shop);
  moveOn(shop);
  const scratch = `${shop.folder}-scratch`;
  const there = (...args: readonly string[]): string => shop.git('-C', scratch, ...args);
  const forge: Readonly<Record<string, () => void>> = {
    'a squash': () => {
      there('merge', '--quiet', '--squash', next);
      there('commit', '--quiet', '--message', 'prod (#7)');
    },
    'a rebase': () => {
      there('checkout', '--quiet', '--detach', next);
      there('rebase', '--quiet', '--force-rebase', first);
    },
    'a merge': () => void there('merge', '--quiet', '--no-ff', '--message', 'Merge', next),
  };
  for (const [how, act] of Object.entries(forge)) {
    shop.git('worktree', 'add', '--quiet', '--force', '--detach', scratch, first);
    act();
    const tip = there('rev-parse', 'HEAD');
    shop.git('worktree', 'remove', '--force', scratch);
    assert.notEqual(tip, next, how);
    shop.git('update-ref', 'refs/heads/environments/prod', tip);
    const { exit, commits } = await shop.verify('prod', '--all');
    assert.equal(exit, 0);
    assert.deepEqual(
      commits.map(({ commit, verdict }) => [commit, verdict]),
      [
        [tip, 'proven'],
        [first, 'proven'],
      ],
      how,
    );
  }
});

test('a rollback is what the source of the commit renders to that it goes back to', async (t) => {
  const shop = makeShop(t);
  const source = shop.git('rev-parse', 'HEAD');
  await publish(shop, '--direct');
  shop.commit({ 'chart.ts': chart('two') }, 'Say two');
  await publish(shop, '--direct');
  assert.equal((await shop.run('rollback', 'prod', '--direct')).exit, 0);
  const { exit, commits } = await shop.verify('prod');
  assert.deepEqual([exit, commits[0]?.verdict, commits[0]?.source], [0, 'proven', source]);
});

test('what was changed by hand is told by files, and by fields where it is an object', async (t) => {
  const shop = makeShop(t);
  const commit = await publish(shop, '--direct');
  const text = shop.git('show', `${commit}:${objectPath}`);
  const edits = [
    { path: objectPath, text: `${text.replace('one', 'evil')}\n`, how: 'modified' },
    { path: 'notes/extra.yaml', text: 'kind: Secret\n', how: 'added' },
    { path: objectPath, text: undefined, how: 'removed' },
    { path: 'README.md', text: 'Trust me.\n', how: 'modified' },
    { path: '.lockstep/index', text: `${shop.git('show', `${commit}:.lockstep/index`).replace('"c"', '"d"')}\n`, how: 'modified' },
  ] as const;
  for (const { how, ...edit } of edits) {
    shop.git('update-ref', 'refs/heads/environments/prod', commit);
    editByHandIn(shop, edit);
    const { exit, commits } = await shop.verify('prod');
    assert.deepEqual([exit, commits[0]?.verdict], [1, 'different'], edit.path);
    assert.deepEqual(commits[0]?.files, { added: [], modified: [], removed: [], [how]: [edit.path] });
  }
  shop.git('update-ref', 'refs/heads/environments/prod', commit);
  editByHandIn(shop, edits[0]);
  const { out } = await shop.run('verify', 'prod');
  assert.match(out, /^different .*\n {2}~ notes\/configmap\.core\.shop\.a\.yaml\n {2}~ ConfigMap\/shop\/a: /);
  assert.match(out, /data\.text: .*one.*evil/);
  // All of the branch: the commit before it is as it was.
  const { exit, commits } = await shop.verify('prod', '--all');
  assert.deepEqual([exit, commits.map(({ verdict }) => verdict)], [1, ['different', 'proven']]);
  assert.equal((await shop.verify('prod', '--since', commit)).commits.length, 1);
  assert.equal((await shop.run('verify', 'prod', '--since', 'main')).exit, 2);
});

test('a file mode, or a link, is a difference', async (t) => {
  const shop = makeShop(t);
  const commit = await publish(shop, '--direct');
  const listed = shop.git('ls-tree', commit).replace('100644 blob', '100755 blob');
  const tree = runWithInput(shop, `${listed}\n`, 'mktree');
  shop.git('update-ref', 'refs/heads/environments/prod', shop.git('commit-tree', '-p', commit, '-m', 'Edit', tree));
  assert.deepEqual((await shop.verify('prod')).commits[0]?.files?.modified, ['.gitattributes']);
});

test('what nobody can render again is not proven: changes that were not committed, a source that is gone or was never reviewed', async (t) => {
  const shop = makeShop(t);
  shop.write('chart.ts', chart('not committed'));
  await publish(shop, '--direct', '--allow-dirty');
  const dirty = await shop.verify('prod');
  assert.deepEqual(
    [dirty.exit, dirty.commits[0]?.verdict, dirty.commits[0]?.why],
    [3, 'unverifiable', 'changes that were not committed went into it'],
  );
  shop.git('checkout', '--quiet', '-b', 'feature');
  shop.commit({ 'chart.ts': chart('on a branch') }, 'Say something of my own');
  await publish(shop, '--direct');
  assert.equal((await shop.verify('prod')).exit, 0);
  shop.git('checkout', '--quiet', 'main');
  const unreviewed = await shop.verify('prod');
  assert.equal(unreviewed.exit, 3);
  assert.match(unreviewed.commits[0]?.why ?? '', /is in no history that was reviewed/);
  assert.match((await shop.run('verify', 'prod')).out, /^cannot be verified .* of prod: the source .*\n {2}help: merge it first/);
});

test('what a lock names as the source is rendered from there, by the lock of the commit that was published', async (t) => {
  const shop = makeShop(t);
  const code = shop.git('rev-parse', 'HEAD');
  const source = shop.commit({ 'chart.ts': chart('two'), 'environments/prod.lock.yaml': `source: ${code}\nimages: {}\n` }, 'Promote');
  await publish(shop, '--direct');
  shop.commit({ 'environments/prod.lock.yaml': 'images: {}\n' }, 'Go on');
  moveOn(shop);
  const { exit, commits } = await shop.verify('prod');
  assert.deepEqual([exit, commits[0]?.verdict, commits[0]?.source], [0, 'proven', source], JSON.stringify(commits));
});

test('what another version rendered is rendered by that one, where the packages of the source have it', async (t) => {
  const shop = makeShop(t);
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  const env = { ...shop.env, XDG_CACHE_HOME: temporaryFolder(t) };
  const publishByBuild = async (): Promise<string> => {
    const { exit, talk } = await runLockstep(shop.folder, ['publish', 'prod', '--direct'], { env });
    assert.equal(exit, 0, talk);
    return shop.git('rev-parse', 'environments/prod');
  };
  await publishByBuild();
  const code = shop.commit({ 'chart.ts': chart('two') }, 'Say two');
  shop.commit({ 'chart.ts': chart('three'), 'environments/prod.lock.yaml': `source: ${code}\nimages: {}\n` }, 'Promote');
  const commit = await publishByBuild();
  moveOn(shop);
  const { exit, commits } = await shop.verify('prod', '--all');
  assert.deepEqual(
    [exit, ...commits.map((one) => [one.verdict, one.version, one.compared])],
    [0, ['proven', version, 'content'], ['proven', version, 'content']],
    JSON.stringify(commits),
  );
  const text = shop.git('show', `${commit}:${objectPath}`);
  editByHandIn(shop, { path: objectPath, text: `${text.replace('two', 'evil')}\n` });
  const { out } = await shop.run('verify', 'prod');
  assert.match(out, new RegExp(`^different .* by lockstep/${version}, its provenance aside\n  ~ ${objectPath}\n  ~ ConfigMap`));
  const readme = shop.git('show', `${commit}:README.md`);
  editByHandIn(shop, { path: 'README.md', text: `${readme.replace(`lockstep/${version}`, 'lockstep/9.9.9')}\n` });
  const elsewhere = await shop.run('verify', 'prod');
  assert.equal(elsewhere.exit, 3);
  assert.match(
    elsewhere.out,
    /^cannot be verified .* lockstep\/9\.9\.9, this is lockstep\/0, and .*\n {2}help: verify it by lockstep\/9\.9\.9/,
  );
});

test('an exception whose last day is over by now was in force when the source was committed', async (t) => {
  const shop = makeShop(t);
  const [object, until] = ["{ kind: 'ConfigMap', namespace: 'shop', name: 'a' }", '2026-01-02'];
  const none = environment
    .replace('import { defineEnvironment }', 'import { defineEnvironment, definePolicy }')
    .replace(
      'export default',
      `const none = definePolicy({ name: 'no-a', on: ['ConfigMap'], check: (one) => (one.metadata.name === 'a' ? 'no' : undefined) });
export default`,
    )
    .replace(
      'charts: { notes }',
      `policies: { none: { policy: none, except: [{ object: ${object}, reason: 'it is old', until: '${until}' }] } }, charts: { notes }`,
    );
  shop.commit({ 'environments/prod.ts': none }, 'Refuse a');
  const { exit, said } = await shop.runOn('2026-01-01', 'publish', 'prod', '--direct');
  assert.equal(exit, 0, said);
  const body = shop.git('log', '-1', '--format=%B', 'environments/prod');
  assert.match(
    body,
    /^Rendered-policies: no-a\nRendered-exception: `no-a` leaves out `ConfigMap\/shop\/a` until 2026-01-02, 1 finding: it is old$/m,
  );
  assert.equal((await shop.run('synth', 'prod')).exit, 2);
  assert.equal((await shop.verify('prod')).exit, 0);
});

test('somebody who is trusted has to answer for the commit or for its tree, where that is asked for', async (t) => {
  const shop = makeShop(t);
  const [key, other] = [makeSshKey(t), makeSshKey(t)];
  const signers = allowedSigners(t, { 'ada@example.com': key });
  const first = await publish(shop, '--direct', '--no-sign');
  const signedOf = async (by: string) => {
    const { exit, commits } = await shop.verify('prod', '--signed-by', by);
    const { commit, attestation, isTrusted } = commits[0]?.signed ?? assert.fail();
    return [exit, commits[0]?.verdict, commit.state, attestation?.state, isTrusted];
  };
  assert.deepEqual(await signedOf(signers), [4, 'proven', 'missing', undefined, false]);
  signBySsh(shop, key.path);
  shop.commit({ 'chart.ts': chart('two') }, 'Say two');
  const commit = await publish(shop, '--direct');
  assert.deepEqual(await signedOf(signers), [0, 'proven', 'good', 'good', true]);
  assert.deepEqual(await signedOf(allowedSigners(t, { 'eve@example.com': other })), [4, 'proven', 'untrusted', 'untrusted', false]);
  shop.git('update-ref', 'refs/heads/environments/prod', shop.git('commit-tree', '-p', first, '-m', 'prod (#7)', `${commit}^{tree}`));
  assert.deepEqual(await signedOf(signers), [0, 'proven', 'missing', 'good', true]);
  shop.git('config', 'commit.gpgSign', 'false');
  // The attestation of another tree says nothing of this one, whoever signed it.
  const note = shop.git('notes', '--ref=lockstep.attestation', 'list', `${commit}^{tree}`);
  editByHandIn(shop, { path: objectPath, text: 'kind: Secret\n' });
  shop.git('notes', '--ref=lockstep.attestation', 'add', '-f', '-C', note, 'environments/prod^{tree}');
  assert.deepEqual(await signedOf(signers), [4, 'different', 'missing', undefined, false]);
  assert.equal((await shop.run('verify', 'prod', '--signed')).exit, 4);
  assert.match((await shop.run('verify', commit, '--signed')).said, /signers-missing/);
  shop.git('config', 'gpg.ssh.allowedSignersFile', signers);
  assert.match((await shop.run('verify', commit, '--signed')).out, /\n {2}the commit is signed \(ada@example\.com, SHA256:/);
});

test('at a remote, its branches and its attestations are read', async (t) => {
  const shop = makeShop(t);
  const bare = join(temporaryFolder(t), 'bare');
  makeBareRepository(bare, shop.env);
  shop.git('remote', 'add', 'origin', bare);
  shop.git('push', '--quiet', 'origin', 'main');
  const key = makeSshKey(t);
  signBySsh(shop, key.path);
  assert.equal((await shop.run('publish', 'prod', '--direct', '--push')).exit, 0);
  assert.equal(shop.git('for-each-ref', 'refs/heads/environments'), '');
  const { exit, commits } = await shop.verify('prod', '--remote', '--signed-by', allowedSigners(t, { 'ada@example.com': key }));
  assert.deepEqual([exit, commits[0]?.signed?.attestation?.state], [0, 'good']);
});

test('what is no rendered commit is told as that', async (t) => {
  const shop = makeShop(t);
  assert.match((await shop.run('verify', 'prod')).said, /error\[verify-unknown\]/);
  assert.match((await shop.run('verify', 'main')).said, /error\[foreign-branch\]/);
  const empty = shop.git('commit-tree', '-m', 'Begin', shop.git('hash-object', '-w', '-t', 'tree', '/dev/null'));
  shop.git('update-ref', 'refs/heads/environments/prod', empty);
  assert.match((await shop.run('verify', 'prod')).said, /error\[verify-not-rendered\]/);
  await publish(shop, '--direct');
  assert.equal((await shop.verify('prod', '--all')).commits.length, 1);
});
