import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeSignersFile } from '../../src/compile/signers-file.ts';
import { testSigner } from '../support/sshsig.ts';

const { publicKey } = testSigner();
const judged = (text: string | undefined) =>
  judgeSignersFile({ environment: 'prod', path: 'signers', text }).map(
    ({ severity, at, message }) => `${severity} ${at.line ?? at.environment}: ${message}`,
  );

test('a file that names somebody is right, and each line that names nobody is told', () => {
  assert.deepEqual(judged(`# those of the platform\nada@example.com ${publicKey}\n`), []);
  assert.deepEqual(judged(`ada@example.com ${publicKey}\n\nbob cert-authority ${publicKey}\n`), [
    'warning 3: the line lets nobody sign: it names an authority (`cert-authority`), and certificates are not supported: name the keys themselves',
  ]);
});

test('a file that is not there, or names nobody, is an error', () => {
  assert.deepEqual(judged(undefined), ['error prod: the file `signers` of those who may sign cannot be read']);
  assert.deepEqual(judged(''), ['error prod: the file `signers` names nobody who may sign']);
  assert.deepEqual(judged('ada ssh-dss AAAA\n'), [
    'warning 1: the line lets nobody sign: keys of the type `ssh-dss` are not supported',
    'error prod: the file `signers` names nobody who may sign',
  ]);
});

test('a keyring of OpenPGP is left to its own program, in letters or not', () => {
  for (const bytes of [
    '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDME',
    Buffer.from([0x99, 1, 2]),
    Buffer.from('\0\0\0\x20\x01\x01\0\x02KBXf', 'latin1'),
  ])
    assert.deepEqual(judged(bytes.toString('utf8')), []);
});
