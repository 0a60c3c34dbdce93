import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { SourceCredentials } from '../../../src/io/git/credentials.ts';
import type { Environment } from '../../../src/io/git/environment.ts';
import { openRepository } from '../../../src/io/git/repository.ts';
import { openSource } from '../../../src/io/git/source.ts';
import type { RenderedRepository, RenderedSource } from '../../../src/ports.ts';
import { startGitHttp } from '../../support/git-http.ts';
import { startGitSsh } from '../../support/git-ssh.ts';
import { makeBareRepository, makeRepository, type TestRepository, temporaryFolder } from '../../support/repository.ts';

const never = new AbortController().signal;
const branch = 'environments/prod';
const robot = { type: 'basic', username: 'robot', password: 's3cret' } as const;
const ada = { name: 'Ada Lovelace', email: 'ada@example.com', date: '1767225600 +0100' };

interface Server {
  readonly project: TestRepository;
  readonly folder: string;
  /** Where the bare repository `shop.git` is. */
  readonly bare: string;
}

function served(t: TestContext): Server {
  const folder = temporaryFolder(t);
  const project = makeRepository(t);
  project.commit({ 'package.json': '{}\n' }, 'Start');
  const bare = join(folder, 'shop.git');
  makeBareRepository(bare, project.env);
  return { project, folder, bare };
}

async function publisher(t: TestContext, project: TestRepository, env: Environment = {}): Promise<RenderedRepository> {
  const repository = await openRepository({ folder: project.folder, env: { ...project.env, ...env } });
  t.after(() => repository.close());
  return repository;
}

async function follower(
  t: TestContext,
  options: { readonly url: string; readonly env: Environment; readonly credentials?: () => Promise<SourceCredentials> },
): Promise<RenderedSource> {
  const source = await openSource({ ...options, folder: join(temporaryFolder(t), 'cache') });
  t.after(() => source.close());
  return source;
}

/** Publishes a commit to `remote`, then follows it by `url`, and returns the text of its one file. */
async function roundTrip(repository: RenderedRepository, source: RenderedSource, remote: string): Promise<string> {
  const content = [{ path: 'web/service.core.shop.web.yaml', text: 'kind: Service\n' }];
  const commit = await repository.commit({ content, parent: undefined, author: ada, committer: ada, message: 'Render\n' });
  await repository.move(branch, { from: undefined, to: commit }, remote);
  await repository.note(commit, { drySha: commit }, remote);
  assert.equal(await repository.branch(branch, remote), commit);
  assert.equal(await source.tip(branch, never), commit);
  await source.fetch(branch, commit, never);
  const [file] = await source.files(commit);
  return (await source.read(file?.blob ?? '')).toString('utf8');
}

test('a branch is pushed and followed over HTTP with credentials, which stand in no URL', async (t) => {
  const { project, folder } = served(t);
  const server = await startGitHttp({ folder, username: 'robot', password: 's3cret' });
  t.after(() => server.close());
  const url = `${server.url}/shop.git`;
  project.git('config', 'credential.helper', '!f() { echo username=robot; echo password=s3cret; }; f');
  const repository = await publisher(t, project);
  const source = await follower(t, { url, env: project.env, credentials: async () => robot });
  assert.equal(await roundTrip(repository, source, url), 'kind: Service\n');
});

test('wrong credentials are told at once, without a prompt, and never shown', async (t) => {
  const { project, folder } = served(t);
  const server = await startGitHttp({ folder, username: 'robot', password: 's3cret' });
  t.after(() => server.close());
  const url = `${server.url}/shop.git`;
  const source = await follower(t, { url, env: project.env, credentials: async () => ({ ...robot, password: 'hunter2' }) });
  const repository = await publisher(t, project);
  const withToken = url.replace('http://', 'http://robot:hunter2@');
  for (const attempt of [
    () => source.tip(branch, never),
    () => repository.branch(branch, withToken),
    () => repository.branch(branch, url),
  ]) {
    const failure = await attempt().then(assert.fail, (thrown: Error & { code: string; help?: string }) => thrown);
    assert.equal(failure.code, 'git-auth');
    assert.ok(!`${failure.message} ${failure.help} ${failure.stack}`.includes('hunter2'), failure.message);
  }
});

test('a redirect is not followed by an agent', async (t) => {
  const { project } = served(t);
  const server = createServer((request, response) => response.writeHead(302, { location: `http://127.0.0.1:1${request.url}` }).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const source = await follower(t, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/shop.git`, env: project.env });
  await assert.rejects(source.tip(branch, never), { code: 'git-redirected' });
});

test('a server that is down for now is an outage', async (t) => {
  const { project } = served(t);
  const server = createServer((_, response) => response.writeHead(503).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/shop.git`;
  const source = await follower(t, { url, env: project.env });
  await assert.rejects(source.tip(branch, never), { code: 'git-unreachable', exit: 3 });
});

test('a branch is pushed and followed over SSH', async (t) => {
  const { project, bare } = served(t);
  const server = await startGitSsh({ folder: temporaryFolder(t) });
  t.after(() => server.close());
  const env = { ...project.env, ...server.env };
  const source = await follower(t, { url: server.url(bare), env });
  assert.equal(await roundTrip(await publisher(t, project, server.env), source, server.url(bare)), 'kind: Service\n');
});

test('an SSH server with another key than the known one is not talked to', async (t) => {
  const { project, bare } = served(t);
  const server = await startGitSsh({ folder: temporaryFolder(t) });
  t.after(() => server.close());
  const source = await follower(t, { url: server.url(bare), env: { ...project.env, ...server.strangerEnv } });
  await assert.rejects(source.tip(branch, never), { code: 'git-auth', help: /known_hosts/ });
});

test('an agent follows nothing but the protocol of its URL, whatever a setting of the person maps it to', async (t) => {
  const { project, bare } = served(t);
  project.git('config', '--global', `url.${bare}.insteadOf`, 'https://git.example.com/shop.git');
  const source = await follower(t, { url: 'https://git.example.com/shop.git', env: project.env });
  await assert.rejects(source.tip(branch, never), { code: 'git-protocol' });
});
