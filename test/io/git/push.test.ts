import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { moveAllAt } from '../../../src/io/git/push.ts';
import { makeRepository } from '../../support/repository.ts';

/** An empty repository over http, that says of what it may be sent, and answers what is sent with `status`. */
async function serveRefs(t: TestContext, status: number): Promise<string> {
  const packet = (text: string): string => `${(text.length + 4).toString(16).padStart(4, '0')}${text}`;
  const refs = packet(`${'0'.repeat(40)} capabilities^{}\0report-status delete-refs ofs-delta\n`);
  const server = createServer((request, response) => {
    const isLook = request.method === 'GET';
    const type = `application/x-git-receive-pack-${isLook ? 'advertisement' : 'result'}`;
    request.resume().on('end', () => {
      response.writeHead(isLook ? 200 : status, { 'content-type': type });
      response.end(isLook ? `${packet('# service=git-receive-pack\n')}0000${refs}0000` : '');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/shop.git`;
}

for (const [status, code] of [
  [200, 'git-unreachable'],
  [403, 'git-auth'],
  [413, 'git-unreachable'],
  [500, 'git-unreachable'],
] as const) {
  test(`a push that a server answers with ${status} and no report has not arrived`, async (t) => {
    const source = makeRepository(t);
    const to = source.commit({ 'a.txt': 'a\n' }, 'Begin');
    const git = { before: ['-C', source.folder], env: source.env, secrets: [] };
    const step = { ref: 'refs/heads/environments/prod-next', from: undefined, to };
    await assert.rejects(moveAllAt(git, await serveRefs(t, status), [step]), { code });
  });
}
