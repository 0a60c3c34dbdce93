import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { parseAddress } from '../../../src/io/git/address.ts';
import { readSourceSecret, type SecretProblem } from '../../../src/io/git/secret.ts';
import { makeCertificates } from '../../registry/certificate.ts';
import { sshKey } from '../../support/git-ssh.ts';
import { temporaryFolder } from '../../support/repository.ts';

const https = 'https://git.example.com/shop/deploy.git';
const ssh = 'ssh://git@git.example.com/shop/deploy.git';
const { ca } = makeCertificates(new Date());
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const appKey = String(rsa.export({ type: 'pkcs1', format: 'pem' }));
const pkcs8 = String(rsa.export({ type: 'pkcs8', format: 'pem' }));
const encryptedPem = String(rsa.export({ type: 'pkcs1', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open sesame' }));
const encryptedPkcs8 = String(rsa.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open sesame' }));
const elliptic = String(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }));
const knownHosts = 'git.example.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDVqd2ZqZ2ZqZ2ZqZ2ZqZ2ZqZ2Y=\n';
const app = { githubAppID: '123', githubAppInstallationID: '456', githubAppPrivateKey: appKey };

function read(url: string, data: Readonly<Record<string, string>>) {
  const bytes = Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value)]));
  return readSourceSecret(bytes, parseAddress(url));
}

function problemsOf(url: string, data: Readonly<Record<string, string>>): readonly SecretProblem[] {
  const reading = read(url, data);
  return reading.status === 'unusable' ? reading.problems : [];
}

const usable: Readonly<Record<string, readonly [url: string, data: Readonly<Record<string, string>>, credentials: object]>> = {
  'a user and a password': [https, { username: 'robot', password: 'pä ss' }, { type: 'basic', username: 'robot', password: 'pä ss' }],
  'the same beside what nobody knows': [
    https,
    { username: 'robot', password: 'x', 'identity.pub': 'ssh-ed25519 A', note: '' },
    { type: 'basic', username: 'robot', password: 'x' },
  ],
  'the same on this machine without TLS': [
    'http://127.0.0.1:8080/x.git',
    { username: 'robot', password: 'x' },
    { type: 'basic', username: 'robot', password: 'x' },
  ],
  'a token with an authority': [https, { bearerToken: 'abc.def', 'ca.crt': ca }, { type: 'bearer', token: 'abc.def', ca }],
  'an authority alone': [https, { 'ca.crt': ca }, { type: 'anonymous', ca }],
  'a key in PEM': [ssh, { identity: appKey, known_hosts: knownHosts }, { type: 'ssh', identity: appKey, knownHosts }],
  'a key of PKCS #8, and a passphrase that it does not have': [
    'git@git.example.com:shop/deploy.git',
    { identity: pkcs8, known_hosts: knownHosts, password: 'x' },
    { type: 'ssh', identity: pkcs8, knownHosts },
  ],
  'an app of GitHub': [
    'https://github.com/shop/deploy.git',
    app,
    { type: 'githubApp', appId: '123', installationId: '456', privateKey: appKey, api: 'https://api.github.com' },
  ],
  'an app of GitHub with its usual API': [
    'https://github.com/shop/deploy.git',
    { ...app, githubAppBaseURL: 'https://api.github.com/' },
    { type: 'githubApp', appId: '123', installationId: '456', privateKey: appKey, api: 'https://api.github.com' },
  ],
  'an app of a GitHub of one’s own': [
    https,
    { ...app, githubAppBaseURL: 'https://git.example.com/api/v3/' },
    { type: 'githubApp', appId: '123', installationId: '456', privateKey: appKey, api: 'https://git.example.com/api/v3' },
  ],
};

for (const [name, [url, data, credentials]] of Object.entries(usable)) {
  test(`a Secret with ${name} says who reads`, () => {
    assert.deepEqual(read(url, data), { status: 'usable', credentials });
  });
}

const unusable: Readonly<Record<string, readonly [url: string, data: Readonly<Record<string, string>>, ...messages: readonly RegExp[]]>> = {
  'nothing that says who reads': [https, { token: 'x' }, /none of its keys/],
  'nothing for ssh': [ssh, { password: 'x' }, /none of its keys/],
  'anything, for a path': ['/srv/git/x.git', { username: 'robot', password: 'x' }, /without credentials/],
  'a user and no password': [https, { username: 'robot' }, /`password` is missing beside `username`/],
  'a password and no user': [https, { password: 'x' }, /`username` is missing beside `password`/],
  'a user for ssh': [ssh, { identity: pkcs8, known_hosts: knownHosts, username: 'git' }, /`username` is for https, and the URL is `ssh`/],
  'a key of ssh for https': [https, { identity: pkcs8, known_hosts: knownHosts }, /`identity` is for ssh/, /`known_hosts` is for ssh/],
  'no servers': [ssh, { identity: pkcs8 }, /`known_hosts` is missing beside `identity`: no server/],
  'servers without a key': [ssh, { identity: pkcs8, known_hosts: '# nobody\n' }, /no line with a host/],
  'a password and a token': [https, { username: 'a', password: 'b', bearerToken: 'c' }, /`bearerToken` and `username` say in two ways/],
  'an empty password': [https, { username: 'robot', password: '' }, /`password` is empty/],
  'a line break behind a password': [https, { username: 'robot', password: 'secret\n' }, /`password` ends with a line break/],
  'a header in a token': [https, { bearerToken: 'x\r\nEvil: 1' }, /control character/],
  'a space in a token': [https, { bearerToken: 'Bearer x' }, /characters that no token has/],
  'a colon in a user': [https, { username: 'a:b', password: 'c' }, /colon/],
  'several faults': [https, { username: 'a:b', password: 'c\n', 'ca.crt': 'x' }, /colon/, /line break/, /no certificate/],
  'a key that is encrypted in PEM': [
    ssh,
    { identity: encryptedPem, known_hosts: knownHosts, password: 'open sesame' },
    /encrypted.*not supported/,
  ],
  'a key that is encrypted in PKCS #8': [ssh, { identity: encryptedPkcs8, known_hosts: knownHosts }, /encrypted/],
  'a public key': [ssh, { identity: 'ssh-ed25519 AAAA robot', known_hosts: knownHosts }, /`identity` is no private key/],
  'half of an app': ['https://github.com/a/b', { githubAppID: '123' }, /InstallationID` is missing/, /PrivateKey` is missing/],
  'an app for another server': [https, app, /`githubAppBaseURL` is missing, and `git.example.com` is not `github.com`/],
  'an app of github.com for another server': [
    https,
    { ...app, githubAppBaseURL: 'https://api.github.com' },
    /`githubAppBaseURL` gives out tokens for `github.com`, and the URL is at `git.example.com`/,
  ],
  'an app of github.com in other words for another server': [
    https,
    { ...app, githubAppBaseURL: 'https://API.github.com.:443/' },
    /gives out/,
  ],
  'an app of a tenant of GitHub for another one': [
    'https://evil.ghe.com/a/b',
    { ...app, githubAppBaseURL: 'https://api.acme.ghe.com' },
    /tokens for `acme.ghe.com`, and the URL is at `evil.ghe.com`/,
  ],
  'an app with an API without TLS': [https, { ...app, githubAppBaseURL: 'http://git.example.com' }, /no https URL/],
  'an app with a path for an id': ['https://github.com/a/b', { ...app, githubAppInstallationID: '1/../2' }, /no number/],
  'an app with a key of another kind': ['https://github.com/a/b', { ...app, githubAppPrivateKey: elliptic }, /no RSA key/],
  'an app with an encrypted key': ['https://github.com/a/b', { ...app, githubAppPrivateKey: encryptedPem }, /no RSA key/],
};

for (const [name, [url, data, ...messages]] of Object.entries(unusable)) {
  test(`a Secret with ${name} is told, and what to do`, () => {
    const problems = problemsOf(url, data);
    assert.equal(problems.length, messages.length, JSON.stringify(problems));
    for (const [i, { message, help }] of problems.entries()) {
      assert.match(message, messages[i] ?? /^$/);
      assert.notEqual(help, '');
    }
  });
}

test('a key in the form of OpenSSH is taken, and one with a passphrase is not', (t) => {
  const folder = temporaryFolder(t);
  const [plain, encrypted] = [sshKey(folder, 'plain'), sshKey(folder, 'encrypted', 'open sesame')];
  assert.equal(read(ssh, { identity: plain, known_hosts: knownHosts }).status, 'usable');
  assert.match(problemsOf(ssh, { identity: encrypted, known_hosts: knownHosts })[0]?.message ?? '', /encrypted/);
});

test('bytes that are no text are told', () => {
  const reading = readSourceSecret({ username: Buffer.from('robot'), password: Buffer.of(0xff, 0xfe) }, parseAddress(https));
  assert.match(reading.status === 'unusable' ? (reading.problems[0]?.message ?? '') : '', /no text/);
});

test('no problem shows a value', () => {
  const secret = 'hunter2hunter2';
  const values: Readonly<Record<string, string>> = {
    username: `${secret}:`,
    password: `${secret}\n`,
    bearerToken: `${secret} x`,
    identity: secret,
    known_hosts: secret,
    'ca.crt': secret,
    githubAppID: `${secret}/`,
    githubAppInstallationID: secret,
    githubAppPrivateKey: secret,
    githubAppBaseURL: secret,
  };
  const sets = [
    [https, ['username', 'password', 'ca.crt']],
    [https, ['bearerToken']],
    [https, Object.keys(values).filter((key) => key.startsWith('github'))],
    [ssh, ['identity', 'known_hosts']],
    [https, Object.keys(values)],
  ] as const;
  for (const [url, keys] of sets) {
    const problems = problemsOf(url, Object.fromEntries(keys.map((key) => [key, values[key] ?? ''])));
    assert.notEqual(problems.length, 0);
    assert.ok(!JSON.stringify(problems).includes(secret), JSON.stringify(problems));
  }
});
