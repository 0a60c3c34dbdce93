import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { judgeSignature } from '../../src/agent/signature.ts';
import { readSignedCommit } from '../../src/codec/signed-commit.ts';
import { readAllowedSigners } from '../../src/codec/ssh/allowed-signers.ts';
import { makeKeyring, makeSshKey, signBySsh } from '../support/keys.ts';
import { makeRepository, type TestRepository, temporaryFolder } from '../support/repository.ts';
import { commitBytes, type SignatureOptions, type TestKeyType, type TestSigner, testSigner } from '../support/sshsig.ts';

/** What is judged here is judged by git, too, with the `ssh-keygen` of this machine. */
interface Both {
  readonly project: TestRepository;
  /** The tree of every commit. */
  readonly tree: string;
  /** What we say, and whether git takes it. */
  judge(bytes: Buffer, signers: string): { readonly state: string; readonly signer: string; readonly isGood: boolean };
}

function both(t: TestContext): Both {
  const project = makeRepository(t);
  project.commit({ 'a.yaml': 'kind: Service\n' }, 'Start');
  const folder = temporaryFolder(t);
  const [file, object] = [join(folder, 'signers'), join(folder, 'commit')];
  return {
    project,
    tree: project.git('rev-parse', 'HEAD^{tree}'),
    judge(bytes, signers) {
      writeFileSync(file, signers);
      writeFileSync(object, bytes);
      const id = execFileSync('git', ['hash-object', '-t', 'commit', '-w', '--literally', object], {
        cwd: project.folder,
        env: project.env,
        encoding: 'utf8',
      }).trim();
      const args = ['-c', `gpg.ssh.allowedSignersFile=${file}`, 'verify-commit', id];
      // The time zone of a machine is no part of what a file means.
      const git = spawnSync('git', args, { cwd: project.folder, env: { ...project.env, TZ: 'UTC' } });
      const read = readSignedCommit(bytes, 'sha1');
      const found = read === undefined ? undefined : judgeSignature(read, readAllowedSigners(signers));
      return { state: found?.state ?? 'unread', signer: found?.signer ?? '', isGood: git.status === 0 };
    },
  };
}

function signedBy(signer: TestSigner, tree: string, more: SignatureOptions & { readonly committed?: number } = {}): Buffer {
  return commitBytes({
    tree,
    ...(more.committed === undefined ? {} : { committed: more.committed }),
    sign: (payload) => signer.sign(payload, more),
  });
}

const types: readonly TestKeyType[] = [
  'ssh-ed25519',
  'sk-ssh-ed25519@openssh.com',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'sk-ecdsa-sha2-nistp256@openssh.com',
  'ssh-rsa',
];

for (const type of types)
  test(`a signature by ${type} is good for git and here, and that of another key, or of another text, is not`, (t) => {
    const { judge, tree } = both(t);
    const [ada, eve] = [testSigner(type), testSigner(type)];
    const signers = `ada@example.com ${ada.publicKey} her laptop\n`;
    assert.deepEqual(judge(signedBy(ada, tree), signers), { state: 'good', signer: 'ada@example.com', isGood: true });
    assert.deepEqual(judge(signedBy(ada, tree, { hash: 'sha256' }), signers), { state: 'good', signer: 'ada@example.com', isGood: true });
    assert.deepEqual(judge(signedBy(eve, tree), signers), { state: 'untrusted', signer: '', isGood: false });
    const forged = Buffer.from(signedBy(ada, tree).toString('latin1').replace('Render', 'Tamper'), 'latin1');
    assert.deepEqual(judge(forged, signers), { state: 'bad', signer: 'ada@example.com', isGood: false });
  });

test('ECDSA signatures are good however long their numbers are', (t) => {
  const { judge, tree } = both(t);
  const ada = testSigner('ecdsa-sha2-nistp256');
  // One number in 128 is a byte shorter, and every other one begins with a zero.
  const commits = Array.from({ length: 400 }, (_, i) => signedBy(ada, tree, { committed: 1_767_225_600 + i }));
  const allowed = readAllowedSigners(`ada ${ada.publicKey}`);
  const read = commits.map((bytes) => readSignedCommit(bytes, 'sha1'));
  assert.ok(read.every((one) => one !== undefined && judgeSignature(one, allowed).state === 'good'));
  assert.equal(judge(commits[0] ?? Buffer.alloc(0), `ada ${ada.publicKey}`).isGood, true);
});

test('a signature that is not as it has to be is good for neither', (t) => {
  const { judge, tree } = both(t);
  const [ada, rsa, token] = [testSigner(), testSigner('ssh-rsa'), testSigner('sk-ssh-ed25519@openssh.com')];
  const cases: readonly (readonly [what: string, signer: TestSigner, more: SignatureOptions])[] = [
    ['for a file', ada, { namespace: 'file' }],
    ['for nothing', ada, { namespace: '' }],
    ['by another hash', ada, { hash: 'sha384' }],
    ['of another version', ada, { version: 2 }],
    ['with more behind it', ada, { trailing: Buffer.from('x') }],
    ['by SHA-1', rsa, { format: 'ssh-rsa' }],
    ['by a format of nobody', rsa, { format: 'rsa-sha2-1024' }],
    ['by a token that says nothing', token, { said: Buffer.alloc(0) }],
    ['by a token that says too much', token, { said: Buffer.alloc(9) }],
  ];
  for (const [what, signer, more] of cases) {
    const { state, isGood } = judge(signedBy(signer, tree, more), `ada ${signer.publicKey}\n`);
    assert.deepEqual([what, state, isGood], [what, 'bad', false]);
  }
});

test('a character too many anywhere in a signature or in a key is good here only where it is for git', (t) => {
  const { judge, tree } = both(t);
  const ada = testSigner();
  const signers = `ada ${ada.publicKey}`;
  const bytes = signedBy(ada, tree);
  const [begin, end] = [bytes.indexOf('gpgsig'), bytes.indexOf('\n\n')];
  const isGoodHere = (commit: Buffer, by: string): boolean => {
    const read = readSignedCommit(commit, 'sha1');
    return read !== undefined && judgeSignature(read, readAllowedSigners(by)).state === 'good';
  };
  for (const one of ['+', '=', 'A', '-', ' ', '\r']) {
    for (let at = begin; at <= end; at++) {
      const commit = Buffer.concat([bytes.subarray(0, at), Buffer.from(one), bytes.subarray(at)]);
      if (isGoodHere(commit, signers)) assert.ok(judge(commit, signers).isGood, `${JSON.stringify(one)} at ${at}`);
    }
    for (let at = 0; at <= signers.length; at++) {
      const by = `${signers.slice(0, at)}${one}${signers.slice(at)}`;
      if (isGoodHere(bytes, by)) assert.ok(judge(bytes, by).isGood, `${JSON.stringify(one)} at ${at} of the signers`);
    }
  }
});

test('RSA is good in both of its formats, and with too short a key for git alone', (t) => {
  const { judge, tree } = both(t);
  const rsa = testSigner('ssh-rsa', { bits: 3072 });
  for (const format of ['rsa-sha2-256', 'rsa-sha2-512'])
    assert.deepEqual(judge(signedBy(rsa, tree, { format }), `ada ${rsa.publicKey}`), { state: 'good', signer: 'ada', isGood: true });
  const weak = testSigner('ssh-rsa', { bits: 1024 });
  assert.equal(judge(signedBy(weak, tree), `ada ${weak.publicKey}`).state, 'untrusted');
});

test('the file of allowed signers means what it means to git', (t) => {
  const { judge, tree } = both(t);
  const [ada, eve] = [testSigner(), testSigner()];
  const at = Date.UTC(2026, 0, 2, 12, 0, 0) / 1000;
  const bytes = signedBy(ada, tree, { committed: at });
  const key = ada.publicKey;
  const cases: readonly (readonly [file: string, state: string, signer?: string])[] = [
    [`ada ${key}`, 'good', 'ada'],
    [`\n  # a comment\n\t ada\t${key} and more`, 'good', 'ada'],
    [`ada ${key}\r\n`, 'good', 'ada'],
    [`ada,grace ${key}`, 'good', 'ada'],
    [`*@example.com ${key}`, 'good', '*@example.com'],
    [`!ada,ada ${key}`, 'untrusted'],
    [`"ada lovelace" ${key}`, 'good', 'ada lovelace'],
    [`ada namespaces="git" ${key}`, 'good', 'ada'],
    [`ada NAMESPACES="file,g?t" ${key}`, 'good', 'ada'],
    [`ada namespaces="file" ${key}`, 'untrusted', 'ada'],
    [`ada namespaces="!git,*" ${key}`, 'untrusted', 'ada'],
    [`ada namespaces="file" ${key}\ngrace namespaces="git" ${key}`, 'good', 'grace'],
    [`ada cert-authority ${key}`, 'untrusted'],
    [`ada namespaces="git",cert-authority ${key}`, 'untrusted'],
    [`ada valid-after="20260102" ${key}`, 'good', 'ada'],
    [`ada valid-after="202601021200Z" ${key}`, 'good', 'ada'],
    [`ada valid-after="20260102120001Z" ${key}`, 'expired', 'ada'],
    [`ada valid-before="20260102120000Z" ${key}`, 'good', 'ada'],
    [`ada valid-before="20260102115959Z" ${key}`, 'expired', 'ada'],
    [`ada valid-after="20260101",valid-before="20260103",namespaces="git" ${key}`, 'good', 'ada'],
    [`ada valid-after="20260103",valid-before="20260101" ${key}`, 'untrusted'],
    [`ada valid-before="20260102115959Z" ${key}\ngrace ${key}`, 'good', 'grace'],
    [`ada valid-before="tomorrow" ${key}`, 'untrusted'],
    [`ada valid-before=20270102 ${key}`, 'untrusted'],
    [`ada valid-before="20260230" ${key}`, 'untrusted'],
    [`ada namespaces="git",namespaces="git" ${key}`, 'untrusted'],
    [`ada namespaces="git ${key}`, 'untrusted'],
    [`ada namespaces="git", ${key}`, 'untrusted'],
    [`ada no-touch-required ${key}`, 'untrusted'],
    [`ada ${key.replace('ssh-ed25519', 'ssh-rsa')}`, 'untrusted'],
    [`ada ${key.slice(0, -8)}`, 'untrusted'],
    [key, 'untrusted'],
    [`eve ${eve.publicKey}`, 'untrusted'],
    [`eve ${eve.publicKey}\nada ${key}`, 'good', 'ada'],
    ['', 'untrusted'],
  ];
  for (const [file, state, signer = ''] of cases) {
    const found = judge(bytes, file);
    assert.deepEqual([file, found.state, found.signer], [file, state, signer]);
    // Git asks for the name in the first line that has the key, and for no other one.
    const isOtherLine = /file.*\ngrace/.test(file);
    // The C library takes a day that no month has for one of the next.
    const isNoDay = file.includes('20260230');
    assert.deepEqual([file, found.isGood], [file, isNoDay || (state === 'good' && !isOtherLine)]);
  }
});

test('a commit whose bytes are changed anywhere is good for git and here alike', (t) => {
  const { judge, tree } = both(t);
  const ada = testSigner();
  const bytes = signedBy(ada, tree);
  const signers = `ada ${ada.publicKey}`;
  const change = fc.record({ at: fc.nat(bytes.length - 1), byte: fc.nat(255), how: fc.constantFrom('set', 'insert', 'remove') });
  let changed = 0;
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 2 }), (changes) => {
      const all = [...bytes];
      for (const { at, byte, how } of changes) all.splice(at, how === 'insert' ? 0 : 1, ...(how === 'remove' ? [] : [byte]));
      const { state, isGood } = judge(Buffer.from(all), signers);
      // What git is lenient with may be nothing here, and never the other way round.
      if (state === 'good') assert.ok(isGood);
      if (isGood && state !== 'good') changed += 1;
    }),
    { numRuns: 150 },
  );
  assert.ok(changed < 15, `${changed} of 150 are good for git alone`);
});

test('headers beside the signature are signed, but for other signatures', (t) => {
  const { judge, tree } = both(t);
  const ada = testSigner();
  const signers = `ada ${ada.publicKey}`;
  const text = signedBy(ada, tree).toString('latin1');
  const insert = (header: string, before: string): Buffer => Buffer.from(text.replace(before, `${header}\n${before}`), 'latin1');
  const other = 'gpgsig-sha256 -----BEGIN SSH SIGNATURE-----\n YQ==\n -----END SSH SIGNATURE-----';
  const cases: readonly (readonly [what: string, bytes: Buffer, isGood: boolean])[] = [
    ['of the other hash', insert(other, 'gpgsig '), true],
    ['an encoding', insert('encoding ISO-8859-1', 'gpgsig '), false],
    ['a merged tag', insert('mergetag object 1\n gpgsig x', 'gpgsig '), false],
    ['another parent', insert(`parent ${'1'.repeat(40)}`, 'author '), false],
    ['a second tree', insert(`tree ${'1'.repeat(40)}`, 'author '), false],
    ['a line that continues the tree', insert(' more', 'author '), false],
    ['the signature in the message', Buffer.from(text.replace(/\ngpgsig (.*?\n)(?! )/s, '\n').concat(text), 'latin1'), false],
  ];
  for (const [what, bytes, isGood] of cases) {
    const found = judge(bytes, signers);
    assert.deepEqual([what, found.state === 'good', found.isGood], [what, isGood, isGood]);
  }
});

test('what git itself signs by a key of ssh-keygen is good, and what it signs by OpenPGP is not looked at', (t) => {
  const { project, judge } = both(t);
  const key = makeSshKey(t);
  signBySsh(project, key.path);
  project.commit({ 'b.yaml': 'kind: Service\n' }, 'Ä commit\n\nwith a body\n');
  const raw = (): Buffer => execFileSync('git', ['cat-file', 'commit', 'HEAD'], { cwd: project.folder, env: project.env });
  const signers = `ada@example.com ${key.publicKey}`;
  assert.deepEqual(judge(raw(), signers), { state: 'good', signer: 'ada@example.com', isGood: true });
  const keyring = makeKeyring(t);
  project.git('config', 'gpg.format', 'openpgp');
  project.git('config', 'user.signingKey', 'ada@example.com');
  execFileSync('git', ['commit', '--allow-empty', '-q', '-m', 'By OpenPGP'], {
    cwd: project.folder,
    env: { ...project.env, GNUPGHOME: keyring.home },
  });
  const read = readSignedCommit(raw(), 'sha1');
  assert.ok(read);
  assert.deepEqual(judgeSignature(read, readAllowedSigners(signers)), { state: 'untrusted', format: 'openpgp', signer: '', key: '' });
});
