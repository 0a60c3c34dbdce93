import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { exitCodes } from '../../src/model/failure.ts';
import type { DeclinedRequest, Forge, ForgeOptions, PullRequest, RenderedRepository, SourceCommit, World } from '../../src/ports.ts';
import { type Ended, runCommand } from '../support/command.ts';

const tip = 'c0ffee1'.padEnd(40, '0');
const signature = { name: 'Ada', email: 'ada@example.com', date: '0 +0000' };
const commit: SourceCommit = { commit: tip, author: signature, committer: signature, subject: 'Upgrade', body: 'web 1.2 → 1.3' };
const pull: PullRequest = { number: 7, url: 'https://git.example.com/shop/pulls/7', title: '', body: '', labels: [], head: tip };

/** A forge, and what it was asked. */
class FakeForge implements Partial<Forge> {
  readonly asked: unknown[] = [];
  readonly #open: PullRequest | undefined;
  readonly #declined: DeclinedRequest | undefined;

  constructor({ open, declined }: { readonly open?: PullRequest; readonly declined?: DeclinedRequest } = {}) {
    this.#open = open;
    this.#declined = declined;
  }
  async find(route: unknown) {
    this.asked.push({ find: route });
    return this.#open;
  }
  async declined(route: unknown, meant: unknown) {
    this.asked.push({ declined: [route, meant] });
    return this.#declined;
  }
  async open(_: unknown, text: unknown) {
    this.asked.push({ open: text });
    return pull;
  }
  async update(_: unknown, text: unknown) {
    this.asked.push({ update: text });
    return pull;
  }
  async comment(...given: unknown[]) {
    this.asked.push({ comment: given });
  }
}

interface Asked extends Ended {
  readonly forge: FakeForge;
  readonly opened: readonly ForgeOptions[];
  /** Milliseconds that were slept. */
  readonly slept: number;
}

async function run(
  args: readonly string[],
  { forge = new FakeForge(), input = '', branches = {} as Readonly<Record<string, string>>, standard = ['main'] as readonly string[] } = {},
): Promise<Asked> {
  const opened: ForgeOptions[] = [];
  let now = 0;
  const repository: Partial<RenderedRepository> = {
    urlOf: async (remote) => `https://git.example.com/${remote}.git`,
    branch: async (branch) => branches[branch],
    describe: async () => commit,
    reviewedBranches: async () => standard,
    close: async () => {},
  };
  const world: Partial<World> = {
    input: async () => input,
    repository: async () => repository as RenderedRepository,
    clock: {
      now: () => new Date(now),
      sleep: async (ms) => {
        now += ms;
      },
      random: () => 0,
    },
    async forge(options) {
      opened.push(options);
      return forge as unknown as Forge;
    },
  };
  return { ...(await runCommand(world, args)), forge, opened, slept: now };
}

describe('lockstep comment', () => {
  test('writes standard input as the one comment of a pull request', async () => {
    const { exit, forge, opened } = await run(['comment', '12', '--forge', 'gitea', '--forge-url', 'https://git.example.com/g'], {
      input: '## Diff\n',
    });
    assert.equal(exit, exitCodes.done);
    assert.deepEqual(forge.asked, [{ comment: [12, '<!-- lockstep:diff -->', '## Diff'] }]);
    assert.deepEqual(opened, [{ remote: 'https://git.example.com/origin.git', type: 'gitea', url: 'https://git.example.com/g' }]);
  });

  test('writes no empty comment, and none of a number that is none', async () => {
    const empty = await run(['comment', '12'], { input: '\n' });
    assert.deepEqual([empty.exit, empty.forge.asked], [exitCodes.input, []]);
    assert.match(empty.said, /^error\[comment-empty\]/);
    const nothing = await run(['comment', ''], { input: 'text' });
    assert.deepEqual([nothing.exit, nothing.forge.asked], [exitCodes.input, []]);
    assert.match(nothing.said, /^error\[comment-number\]: `` is no number/);
  });
});

describe('lockstep propose', () => {
  const branches = { 'lockstep/upgrade': tip };
  const route = { head: 'lockstep/upgrade', base: 'main' };
  const text = { title: 'Upgrade', body: 'web 1.2 → 1.3', labels: [] };

  test('opens a pull request that says what the commit says, or updates the one that is open', async () => {
    const opened = await run(['propose', 'lockstep/upgrade'], { branches });
    assert.deepEqual(opened.forge.asked, [{ find: route }, { declined: [route, { commit: tip }] }, { open: text }]);
    assert.equal(opened.said, 'opened https://git.example.com/shop/pulls/7: Upgrade');
    const updated = await run(['propose', 'lockstep/upgrade'], { branches, forge: new FakeForge({ open: pull }) });
    assert.deepEqual(updated.forge.asked, [{ find: route }, { update: text }]);
  });

  test('what a person declined is not asked for again, unless that is said', async () => {
    const forge = new FakeForge({ declined: { number: 7, url: pull.url, by: 'ora' } });
    const { exit, said } = await run(['propose', 'lockstep/upgrade'], { branches, forge });
    assert.deepEqual(
      [exit, said],
      [exitCodes.done, `declined by ora: ${pull.url}; next: propose something else, or ask again with \`--reopen\``],
    );
    assert.deepEqual(JSON.parse((await run(['propose', 'lockstep/upgrade', '--output', 'json'], { branches, forge })).out), {
      ...{ op: 'declined', number: 7, url: pull.url, by: 'ora' },
      ...route,
    });
    const again = await run(['propose', 'lockstep/upgrade', '--reopen'], { branches, forge: new FakeForge({ declined: pull }) });
    assert.deepEqual(again.forge.asked, [{ find: route }, { open: text }]);
  });

  test('needs a branch that was pushed, and another one that it is for', async () => {
    assert.match(
      (await run(['propose', 'lockstep/upgrade'])).said,
      /^error\[propose-unknown\]: there is no branch `lockstep\/upgrade` at `origin`/,
    );
    assert.match((await run(['propose', 'main'], { branches })).said, /^error\[propose-itself\]/);
    assert.match(
      (await run(['propose', 'lockstep/upgrade'], { branches, standard: [] })).said,
      /^error\[propose-unknown\]: `origin` has no default/,
    );
    const told = await run(['propose', 'lockstep/upgrade', '--into', 'trunk'], { branches, standard: [] });
    assert.deepEqual(told.forge.asked[0], { find: { ...route, base: 'trunk' } });
  });
});
