import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readStatement } from '../../src/codec/statement.ts';
import type { RenderedRepository } from '../../src/ports.ts';
import { publish } from '../../src/publish/publish.ts';
import { rollback } from '../../src/publish/rollback.ts';
import { allowedSigners, makeSshKey, signBySsh } from '../support/keys.ts';
import { makeBareRepository, type TestRepository, temporaryFolder } from '../support/repository.ts';
import { project, treeOf } from './samples.ts';

const version = '1.2.3';

interface SigningProject {
  readonly source: TestRepository;
  readonly repository: RenderedRepository;
  readonly signers: string;
}

/** A project whose commits git signs. */
async function signing(t: TestContext): Promise<SigningProject> {
  const { source, repository } = await project(t);
  const key = makeSshKey(t);
  signBySsh(source, key.path);
  return { source, repository, signers: allowedSigners(t, { 'ada@example.com': key }) };
}

async function attestedOf({ repository, signers }: SigningProject, commit: string, remote?: string) {
  const tree = await repository.treeOf(commit);
  const found = await repository.attestationOf(tree, remote);
  if (found === undefined) return undefined;
  const { state } = await repository.signatureOf(found.commit, signers);
  return { state, isOfTree: found.tree === tree, said: readStatement(found.message), statement: JSON.parse(found.message) };
}

test('where git signs, a published commit is signed by whoever publishes, and its tree is attested', async (t) => {
  const given = await signing(t);
  const { repository, source, signers } = given;
  source.git('config', 'user.name', 'Robot');
  source.git('config', 'user.email', 'robot@example.com');
  const judged = { lock: { path: 'environments/prod.lock.yaml', sha256: 'ab'.repeat(32) }, policies: ['restricted'], exceptions: ['why'] };
  const { commit } = await publish(repository, treeOf({ web: '1' }), { version, judged, repoURL: 'https://git.example.com/shop' });
  assert.equal((await repository.signatureOf(commit, signers)).state, 'good');
  assert.equal(source.git('log', '-1', '--format=%an %cn', commit), 'Ada Lovelace Robot');
  const tree = source.git('rev-parse', `${commit}^{tree}`);
  const { statement, ...found } = (await attestedOf(given, commit)) ?? {};
  const dry = source.git('rev-parse', 'HEAD');
  assert.deepEqual(found, {
    state: 'good',
    isOfTree: true,
    said: { environment: 'prod', tree, source: dry, version, isDirty: false },
  });
  assert.deepEqual(statement, {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'environments/prod', digest: { gitTree: tree } }],
    predicateType: 'https://lockstep.dev/attestation/rendered/v1',
    predicate: {
      environment: 'prod',
      source: { uri: 'https://git.example.com/shop', commit: dry },
      ...judged,
      tool: 'lockstep/1.2.3',
    },
  });
});

test('without a signature nothing is attested, and the commit has the id that it always has', async (t) => {
  const given = await signing(t);
  const [{ commit }, plain] = [await publish(given.repository, treeOf({ web: '1' }), { version, sign: false }), await project(t)];
  assert.equal(await attestedOf(given, commit), undefined);
  assert.equal(given.source.git('for-each-ref', 'refs/notes/lockstep.attestation'), '');
  assert.equal((await publish(plain.repository, treeOf({ web: '1' }), { version })).commit, commit);
});

test('a commit is signed where that is asked for, whatever git does by itself', async (t) => {
  const given = await signing(t);
  given.source.git('config', 'commit.gpgSign', 'false');
  const { commit } = await publish(given.repository, treeOf({ web: '1' }), { version, sign: true });
  assert.equal((await given.repository.signatureOf(commit, given.signers)).state, 'good');
  assert.equal((await attestedOf(given, commit))?.state, 'good');
});

test('a key that does not sign lets nothing move: no branch, no note', async (t) => {
  const { repository, source } = await project(t);
  const { commit } = await publish(repository, treeOf({ web: '1' }), { version, direct: true });
  await publish(repository, treeOf({ web: '2' }), { version, direct: true });
  const refs = source.git('for-each-ref');
  signBySsh(source, '/nowhere/id');
  await assert.rejects(publish(repository, treeOf({ web: '3' }), { version }), { code: 'signing-failed' });
  await assert.rejects(publish(repository, treeOf({ web: '3' }), { version, direct: true }), { code: 'signing-failed' });
  await assert.rejects(rollback(repository, 'prod', { version, to: commit }), { code: 'signing-failed' });
  assert.equal(source.git('for-each-ref'), refs);
});

test('what was attested stays with the tree when a forge squashes, and when a rollback brings it back', async (t) => {
  const given = await signing(t);
  const { repository, source, signers } = given;
  const first = await publish(repository, treeOf({ web: '1' }), { version, direct: true });
  const second = await publish(repository, treeOf({ web: '2' }), { version });
  const squashed = source.git('commit-tree', '-p', first.commit, '-m', 'Squash', `${second.commit}^{tree}`);
  source.git('update-ref', 'refs/heads/environments/prod', squashed);
  assert.equal((await repository.signatureOf(squashed, signers)).state, 'missing');
  assert.equal((await attestedOf(given, squashed))?.state, 'good');
  const back = await rollback(repository, 'prod', { version, direct: true });
  assert.equal((await repository.signatureOf(back.commit, signers)).state, 'good');
  assert.deepEqual((await attestedOf(given, back.commit))?.said, (await attestedOf(given, first.commit))?.said);
  assert.equal(
    (await repository.signatureOf((await rollback(repository, 'prod', { version, sign: false })).commit, signers)).state,
    'missing',
  );
});

test('what is there already is attested once, when signing begins', async (t) => {
  const given = await signing(t);
  const { repository, source } = given;
  const { commit } = await publish(repository, treeOf({ web: '1' }), { version, direct: true, sign: false });
  source.write('environments/new.ts', '1');
  await publish(repository, treeOf({ web: '1' }), { version, direct: true, allowDirty: true });
  assert.equal(await attestedOf(given, commit), undefined);
  source.commit({}, 'Sell tea');
  assert.equal((await publish(repository, treeOf({ web: '1' }), { version, direct: true })).op, 'unchanged');
  const notes = source.git('rev-parse', 'refs/notes/lockstep.attestation');
  assert.equal((await attestedOf(given, commit))?.state, 'good');
  await publish(repository, treeOf({ web: '1' }), { version, direct: true });
  assert.equal(source.git('rev-parse', 'refs/notes/lockstep.attestation'), notes);
});

test('attestations of two who publish at a remote at once both arrive', async (t) => {
  const given = await signing(t);
  const bare = join(temporaryFolder(t), 'bare');
  makeBareRepository(bare, given.source.env);
  given.source.git('remote', 'add', 'origin', bare);
  const names = ['prod', 'staging'];
  const published = await Promise.all(
    names.map((environment) => publish(given.repository, treeOf({ web: '1' }, { environment }), { version, remote: 'origin' })),
  );
  for (const { commit } of published) assert.equal((await attestedOf(given, commit, 'origin'))?.state, 'good');
});

test('a text that is no statement of ours says nothing', () => {
  for (const text of [
    '',
    '{',
    'null',
    '{}',
    '{"predicateType":"https://lockstep.dev/attestation/rendered/v1","subject":[],"predicate":{}}',
  ])
    assert.equal(readStatement(text), undefined);
});
