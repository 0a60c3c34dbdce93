import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Environment } from '../../../src/io/git/environment.ts';
import { openRepository } from '../../../src/io/git/repository.ts';
import type { NewCommit, RenderedRepository } from '../../../src/ports.ts';
import { allowedSigners, makeKeyring, makeSshKey, signBySsh } from '../../support/keys.ts';
import { makeBareRepository, makeRepository, type TestRepository, temporaryFolder } from '../../support/repository.ts';

const ada = { name: 'Ada Lovelace', email: 'ada@example.com', date: '1767225600 +0100' };
const grace = { name: 'Grace Hopper', email: 'grace@example.com', date: '1767229200 +0000' };

function signed(given: Partial<NewCommit> = {}): NewCommit {
  const content = [{ path: 'web/a.yaml', text: 'kind: Service\n' }];
  return { content, parent: undefined, author: grace, committer: ada, message: 'Render ä\n\nBody.\n', isSigned: true, ...given };
}

async function open(t: TestContext, { folder, env }: TestRepository, more: Environment = {}): Promise<RenderedRepository> {
  const repository = await openRepository({ folder, env: { ...env, ...more } });
  t.after(() => repository.close());
  return repository;
}

test('commits are signed unless told otherwise where git signs them', async (t) => {
  const project = makeRepository(t);
  const repository = await open(t, project);
  assert.equal(await repository.signs(), false);
  project.git('config', 'commit.gpgSign', 'yes');
  assert.equal(await repository.signs(), true);
});

test('a commit that is signed by SSH is what it would be without, and git verifies it', async (t) => {
  const project = makeRepository(t);
  const key = makeSshKey(t);
  signBySsh(project, key.path);
  const repository = await open(t, project);
  const parent = project.commit({ 'a.ts': 'a\n' }, 'Start');
  const commit = await repository.commit(signed({ parent }));
  const plain = await repository.commit(signed({ parent, isSigned: false }));
  const show = (id: string): string => project.git('log', '-1', '--format=%T %P %an %ae %ad %cn %ce %cd%n%B', '--date=raw', id);
  assert.equal(show(commit), show(plain));
  const signers = allowedSigners(t, { 'ada@example.com': key });
  project.git('-c', `gpg.ssh.allowedSignersFile=${signers}`, 'verify-commit', commit);
  const { key: print, ...found } = await repository.signatureOf(commit, signers);
  assert.deepEqual(found, { state: 'good', format: 'ssh', signer: 'ada@example.com' });
  assert.match(print, /^SHA256:/);
  assert.equal((await repository.signatureOf(plain, signers)).state, 'missing');
});

test('a signature by SSH counts only for those whom the file names, or git trusts, and for what was signed', async (t) => {
  const project = makeRepository(t);
  const [key, other] = [makeSshKey(t), makeSshKey(t)];
  signBySsh(project, key.path);
  const repository = await open(t, project);
  const commit = await repository.commit(signed());
  const stranger = await repository.signatureOf(commit, allowedSigners(t, { 'eve@example.com': other }));
  assert.equal(stranger.state, 'untrusted');
  await assert.rejects(repository.signatureOf(commit, undefined), { code: 'signers-missing', exit: 2 });
  await assert.rejects(repository.signatureOf(commit, 'nowhere'), { code: 'signers-unreadable', exit: 2 });
  const signers = allowedSigners(t, { 'ada@example.com': key });
  project.git('config', 'gpg.ssh.allowedSignersFile', signers);
  assert.equal((await repository.signatureOf(commit, undefined)).state, 'good');
  const forged = project.git('cat-file', 'commit', commit).replace('Render', 'Tamper');
  const file = join(temporaryFolder(t), 'forged');
  writeFileSync(file, `${forged}\n`);
  const tampered = project.git('hash-object', '-t', 'commit', '-w', file);
  assert.equal((await repository.signatureOf(tampered, signers)).state, 'bad');
});

test('the key may come from a command, and be held by an agent', async (t) => {
  const project = makeRepository(t);
  const key = makeSshKey(t);
  const said = execFileSync('ssh-agent', ['-s'], { encoding: 'utf8' });
  const [, socket = ''] = /SSH_AUTH_SOCK=([^;]+)/.exec(said) ?? [];
  const [, pid = ''] = /SSH_AGENT_PID=(\d+)/.exec(said) ?? [];
  t.after(() => process.kill(Number(pid)));
  const agent = { SSH_AUTH_SOCK: socket };
  execFileSync('ssh-add', ['-q', key.path], { env: { ...process.env, ...agent } });
  execFileSync('rm', [key.path]);
  project.git('config', 'gpg.format', 'ssh');
  project.git('config', 'gpg.ssh.defaultKeyCommand', 'ssh-add -L');
  const repository = await open(t, project, agent);
  const commit = await repository.commit(signed());
  assert.equal((await repository.signatureOf(commit, allowedSigners(t, { 'ada@example.com': key }))).state, 'good');
});

test('a key that does not sign is a failure that says so, and no dialogue waits', { timeout: 60_000 }, async (t) => {
  const project = makeRepository(t);
  const repository = await open(t, project);
  const locked = makeSshKey(t, 'secret');
  for (const key of ['/nowhere/id', locked.path]) {
    signBySsh(project, key);
    await assert.rejects(repository.commit(signed()), (thrown: Error & { code?: string; help?: string; exit?: number }) => {
      assert.equal(thrown.code, 'signing-failed');
      assert.equal(thrown.exit, 2);
      assert.match(thrown.message, /the commit cannot be signed: .*(nowhere|passphrase)/);
      assert.match(thrown.help ?? '', /--no-sign/);
      return true;
    });
  }
  project.git('config', '--unset', 'user.signingKey');
  await assert.rejects(repository.commit(signed()), { code: 'signing-failed' });
});

test('a commit is signed by OpenPGP with the key of its committer, and a keyring says whom to trust', async (t) => {
  const project = makeRepository(t);
  const keyring = makeKeyring(t);
  const repository = await open(t, project, { GNUPGHOME: keyring.home });
  const commit = await repository.commit(signed());
  const folder = temporaryFolder(t);
  for (const how of ['armored', 'binary'] as const) {
    const signers = join(folder, how);
    writeFileSync(signers, keyring.exported(how));
    // Whatever keys this person has, those of the file are asked.
    const elsewhere = await open(t, project, { GNUPGHOME: temporaryFolder(t) });
    const found = await elsewhere.signatureOf(commit, signers);
    assert.deepEqual([found.state, found.format, found.signer], ['good', 'openpgp', 'Ada Lovelace <ada@example.com>']);
  }
  const other = makeKeyring(t);
  writeFileSync(join(folder, 'other'), other.exported('armored'));
  assert.equal((await repository.signatureOf(commit, join(folder, 'other'))).state, 'untrusted');
  // A keyring of OpenPGP says nothing of a key of SSH, nor the other way round.
  const ssh = allowedSigners(t, { 'ada@example.com': makeSshKey(t) });
  assert.equal((await repository.signatureOf(commit, ssh)).state, 'untrusted');
  assert.equal((await repository.signatureOf(commit, undefined)).state, 'good');
  project.git('config', 'gpg.program', '/nowhere/gpg');
  await assert.rejects(repository.commit(signed()), { code: 'signing-failed' });
  await assert.rejects(repository.signatureOf(commit, undefined), { code: 'signature-program' });
});

test('a header that git does not look at does not say by which rules a signature is judged', async (t) => {
  const project = makeRepository(t);
  const [key, other] = [makeSshKey(t), makeSshKey(t)];
  signBySsh(project, other.path);
  const repository = await open(t, project);
  const commit = await repository.commit(signed());
  const text = project.git('cat-file', 'commit', commit);
  const signers = allowedSigners(t, { 'ada@example.com': key });
  project.git('config', 'gpg.ssh.allowedSignersFile', signers);
  const keys = join(temporaryFolder(t), 'keys');
  writeFileSync(keys, makeKeyring(t).exported('armored'));
  const armor = '-----BEGIN PGP SIGNATURE-----';
  for (const line of [`gpgsig-sha256 ${armor}`, `x-note a\u2028gpgsig ${armor}`, `x-note a\rgpgsig ${armor}`]) {
    // What a signature is of leaves out neither header, so that the signature is made for what has it.
    const [head = '', ...rest] = text.split('\n\n');
    const [unsigned = '', armored = ''] = head.split('\ngpgsig ');
    const payload = join(temporaryFolder(t), 'payload');
    const isLeftOut = line.startsWith('gpgsig-sha256');
    writeFileSync(payload, `${[isLeftOut ? unsigned : `${unsigned}\n${line}`, ...rest].join('\n\n')}\n`);
    execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-n', 'git', '-f', other.path, payload]);
    const signature = readFileSync(`${payload}.sig`, 'utf8').trimEnd().replaceAll('\n', '\n ');
    assert.notEqual(armored, '');
    const file = join(temporaryFolder(t), 'forged');
    writeFileSync(file, `${[`${unsigned}\n${line}\ngpgsig ${signature}`, ...rest].join('\n\n')}\n`);
    const forged = project.git('hash-object', '-t', 'commit', '-w', '--literally', file);
    // Git itself finds a signature that fits, by a key that nobody allowed.
    assert.equal(project.git('log', '-1', '--format=%G?', forged), 'U', line);
    for (const by of [signers, undefined, keys]) assert.equal((await repository.signatureOf(forged, by)).state, 'untrusted', line);
  }
});

test('a good signature counts as far as its key is trusted', async (t) => {
  const project = makeRepository(t);
  const repository = await open(t, project);
  const program = join(temporaryFolder(t), 'sign');
  const signs = '#!/bin/sh\ncat > /dev/null\necho "[GNUPG:] BEGIN_SIGNING" >&2\necho "[GNUPG:] SIG_CREATED D" >&2\n';
  const made = (format: 'openpgp' | 'x509', level: string): Promise<string> => {
    const armor = format === 'x509' ? 'SIGNED MESSAGE' : 'PGP SIGNATURE';
    const says = `[GNUPG:] NEWSIG\n[GNUPG:] GOODSIG 0123456789ABCDEF Ada\n[GNUPG:] VALIDSIG ${'A'.repeat(40)} 0 0 0 0 0 0 0 0 0\n[GNUPG:] TRUST_${level}`;
    const verifies = `case "$*" in *--verify*) printf '%b\\n' '${says.replaceAll('\n', '\\n')}'; exit 0;; esac\n`;
    writeFileSync(
      program,
      signs.replace('cat >', `${verifies}cat >`).concat(`printf -- '-----BEGIN ${armor}-----\\n-----END ${armor}-----\\n'\n`),
      {
        mode: 0o755,
      },
    );
    project.git('config', 'gpg.format', format);
    project.git('config', `gpg.${format}.program`, program);
    return repository.commit(signed());
  };
  const states = async (format: 'openpgp' | 'x509'): Promise<readonly string[]> => {
    const found: string[] = [];
    for (const level of ['NEVER', 'UNDEFINED', 'MARGINAL', 'FULLY'])
      found.push((await repository.signatureOf(await made(format, level), undefined)).state);
    return found;
  };
  assert.deepEqual(await states('openpgp'), ['untrusted', 'good', 'good', 'good']);
  // Whoever makes a signature of X.509 puts the certificate into it.
  assert.deepEqual(await states('x509'), ['untrusted', 'untrusted', 'good', 'good']);
  project.git('config', 'gpg.minTrustLevel', 'Fully');
  assert.deepEqual(await states('openpgp'), ['untrusted', 'untrusted', 'untrusted', 'good']);
});

test('a line of the allowed signers holds for its time, and for git', async (t) => {
  const project = makeRepository(t);
  const key = makeSshKey(t);
  signBySsh(project, key.path);
  const repository = await open(t, project);
  const commit = await repository.commit(signed());
  for (const [options, state] of [
    ['valid-after="20250101"', 'good'],
    ['namespaces="git,file"', 'good'],
    ['valid-before="20250101"', 'untrusted'],
    ['valid-after="20270101"', 'untrusted'],
    ['namespaces="file"', 'bad'],
  ] as const) {
    const signers = join(temporaryFolder(t), 'allowed');
    writeFileSync(signers, `ada@example.com ${options} ${key.publicKey}\n`);
    assert.equal((await repository.signatureOf(commit, signers)).state, state, options);
  }
});

test('what is attested of a tree is found with every commit that has it, here and at a remote', async (t) => {
  const project = makeRepository(t);
  const bare = join(temporaryFolder(t), 'bare');
  makeBareRepository(bare, project.env);
  project.git('remote', 'add', 'origin', bare);
  const key = makeSshKey(t);
  signBySsh(project, key.path);
  const repository = await open(t, project);
  const commit = await repository.commit(signed());
  const tree = await repository.treeOf(commit);
  const attestation = await repository.commit(signed({ content: { sameAs: commit }, message: '{\n  "a": " b"\n}\n' }));
  assert.equal(await repository.attestationOf(tree, undefined), undefined);
  await repository.attest(attestation, undefined);
  await repository.attest(attestation, 'origin');
  for (const remote of [undefined, 'origin'])
    assert.deepEqual(await repository.attestationOf(tree, remote), { commit: attestation, tree, message: '{\n  "a": " b"\n}\n' });
  // Git alone is enough to look at it.
  const note = project.git('notes', '--ref=lockstep.attestation', 'show', tree);
  const file = join(temporaryFolder(t), 'note');
  writeFileSync(file, `${note}\n`);
  const signers = allowedSigners(t, { 'ada@example.com': key });
  project.git('-c', `gpg.ssh.allowedSignersFile=${signers}`, 'verify-commit', project.git('hash-object', '-t', 'commit', '-w', file));
});

test('a note that is no attestation is none', async (t) => {
  const project = makeRepository(t);
  const repository = await open(t, project);
  const tree = await repository.treeOf(project.commit({ 'a.ts': 'a\n' }, 'Start'));
  for (const text of ['nothing', `tree ${tree}`]) {
    project.git('notes', '--ref=lockstep.attestation', 'add', '-f', '-m', text, tree);
    assert.equal(await repository.attestationOf(tree, undefined), undefined);
  }
});
