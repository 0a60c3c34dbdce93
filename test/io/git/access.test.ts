import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { SourceCredentials } from '../../../src/io/git/credentials.ts';
import { privateFiles } from '../../../src/io/git/private-files.ts';
import { openSource } from '../../../src/io/git/source.ts';
import { makeCertificates } from '../../registry/certificate.ts';
import { startGitHttp } from '../../support/git-http.ts';
import { startGitSsh } from '../../support/git-ssh.ts';
import { startTokenApi } from '../../support/github.ts';
import { makeRepository, type TestRepository, temporaryFolder } from '../../support/repository.ts';

const never = new AbortController().signal;
const branch = 'environments/prod';

/** A folder to serve with one repository, `shop/.git`, that has a rendered branch. */
function origin(t: TestContext): { readonly project: TestRepository; readonly folder: string; readonly commit: string } {
  const project = makeRepository(t);
  project.git('checkout', '--quiet', '-b', branch);
  return { project, folder: join(project.folder, '..'), commit: project.commit({ 'a.yaml': 'a: 1\n' }, 'First') };
}

/** A source that is read by whoever `be` said last. */
async function opened(t: TestContext, { env }: TestRepository, url: string) {
  let who: SourceCredentials | undefined;
  const source = await openSource({ url, folder: join(temporaryFolder(t), 'cache'), env, credentials: async () => who });
  t.after(() => source.close());
  const be = (next: SourceCredentials | undefined): void => {
    who = next;
  };
  return { source, be };
}

test('a password that changes while the source is open counts at the next look', async (t) => {
  const { project, folder, commit } = origin(t);
  let password = 'first';
  const basic = (word: string): string => `Basic ${Buffer.from(`robot:${word}`).toString('base64')}`;
  const server = await startGitHttp({ folder, admits: (said) => said === basic(password) });
  t.after(() => server.close());
  const { source, be } = await opened(t, project, `${server.url}/project/.git`);
  be({ type: 'basic', username: 'robot', password: 'first' });
  assert.equal(await source.tip(branch, never), commit);
  password = 'second';
  await assert.rejects(source.tip(branch, never), (thrown: Error & { code: string }) => {
    assert.equal(thrown.code, 'git-auth');
    assert.ok(!`${thrown.message} ${thrown.stack}`.includes(basic('first')));
    return true;
  });
  be({ type: 'basic', username: 'robot', password: 'second' });
  assert.equal(await source.tip(branch, never), commit);
  await source.fetch(branch, commit, never);
  assert.equal(await source.has(commit), true);
});

test('a bearer token is told to the server, and what cannot be read of credentials is told in its place', async (t) => {
  const { project, folder, commit } = origin(t);
  const server = await startGitHttp({ folder, admits: (said) => said === 'Bearer abc.def' });
  t.after(() => server.close());
  const { source, be } = await opened(t, project, `${server.url}/project/.git`);
  await assert.rejects(source.tip(branch, never), { code: 'git-auth' });
  be({ type: 'bearer', token: 'abc.def' });
  assert.equal(await source.tip(branch, never), commit);
  const failing = await openSource({
    url: `${server.url}/project/.git`,
    folder: join(temporaryFolder(t), 'cache'),
    env: project.env,
    credentials: () => Promise.reject(new Error('no such Secret')),
  });
  t.after(() => failing.close());
  await assert.rejects(failing.tip(branch, never), /no such Secret/);
});

test('an https server is trusted by the authority that goes with the credentials, and by no other', async (t) => {
  const { project, folder, commit } = origin(t);
  const { ca, certificate, key } = makeCertificates(new Date());
  const server = await startGitHttp({ folder, tls: { certificate, key }, admits: (said) => said === 'Bearer abc' });
  t.after(() => server.close());
  const { source, be } = await opened(t, project, `${server.url}/project/.git`);
  be({ type: 'bearer', token: 'abc' });
  await assert.rejects(source.tip(branch, never), { code: 'git-unreachable', message: /certificate/ });
  be({ type: 'bearer', token: 'abc', ca });
  assert.equal(await source.tip(branch, never), commit);
  be({ type: 'bearer', token: 'abc', ca: makeCertificates(new Date()).ca });
  await assert.rejects(source.tip(branch, never), { code: 'git-unreachable', message: /certificate/ });
});

test('a key of ssh is used alone, with the servers that go with it, and changes while the source is open', async (t) => {
  const { project, commit } = origin(t);
  const server = await startGitSsh({ folder: temporaryFolder(t) });
  t.after(() => server.close());
  const { source, be } = await opened(t, project, server.url(project.folder));
  const { identity, knownHosts, strangerHosts } = server;
  be({ type: 'ssh', identity: identity.trimEnd().replaceAll('\n', '\r\n'), knownHosts });
  assert.equal(await source.tip(branch, never), commit);
  const renewed = server.renewKey();
  await assert.rejects(source.tip(branch, never), { code: 'git-auth', message: /Permission denied/ });
  be({ type: 'ssh', identity: renewed, knownHosts });
  assert.equal(await source.tip(branch, never), commit);
  await source.fetch(branch, commit, never);
  be({ type: 'ssh', identity: renewed, knownHosts: strangerHosts });
  await assert.rejects(source.tip(branch, never), { code: 'git-auth', help: /known_hosts/ });
});

test('a GitHub App reads with a token that it is given, and gets another one when that is refused', async (t) => {
  const { project, folder, commit } = origin(t);
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const api = await startTokenApi(publicKey);
  t.after(() => api.close());
  let token = 'token-1';
  const server = await startGitHttp({
    folder,
    admits: (said) => said === `Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`,
  });
  t.after(() => server.close());
  const { source, be } = await opened(t, project, `${server.url}/project/.git`);
  const key = String(privateKey.export({ type: 'pkcs1', format: 'pem' }));
  be({ type: 'githubApp', appId: '123', installationId: '456', privateKey: key, api: api.url });
  assert.equal(await source.tip(branch, never), commit);
  await source.fetch(branch, commit, never);
  assert.equal(api.requests.length, 1);
  token = 'token-2';
  await assert.rejects(source.tip(branch, never), { code: 'git-auth' });
  assert.equal(await source.tip(branch, never), commit);
  assert.equal(api.requests.length, 2);
});

test('files with credentials are readable by their owner alone, written anew when they change, and gone after the end', async () => {
  const files = privateFiles();
  const path = await files.write('identity', 'first');
  const folder = join(path, '..');
  assert.equal(join(folder, '..'), tmpdir());
  assert.deepEqual([statSync(path).mode & 0o777, statSync(folder).mode & 0o777], [0o600, 0o700]);
  const before = statSync(path).ino;
  assert.equal(await files.write('identity', 'first'), path);
  assert.equal(statSync(path).ino, before);
  await Promise.all([files.write('identity', 'second'), files.write('known_hosts', 'x'), files.write('identity', 'third')]);
  assert.equal(readFileSync(path, 'utf8'), 'third');
  assert.deepEqual(readdirSync(folder).sort(), ['identity', 'known_hosts']);
  await files.close();
  assert.equal(existsSync(folder), false);
  await assert.rejects(files.write('identity', 'x'), { code: 'git-closed' });
});
