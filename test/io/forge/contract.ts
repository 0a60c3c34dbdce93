import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { FailureCode } from '../../../src/model/code.ts';
import { Failure } from '../../../src/model/failure.ts';
import type { CommitStatus, Forge, PullRequest, Route } from '../../../src/ports.ts';

/** A forge that has one repository with the branch `main`, and what people do there. */
export interface ForgeSubject {
  /** The repository as whoever may write there; of another `name`, one that there is not; with `token` in the place of the right one. */
  open(other?: { readonly name?: string; readonly token?: string }): Forge;
  /** A token that says nothing of who one is. */
  readonly wrongToken: string;
  /** Makes a branch with a commit of its own, or another commit on it; returns the commit. */
  branch(name: string): Promise<string>;
  /** Somebody else opens a pull request from a branch of the same name, which is in a repository of theirs. */
  fork(route: Route): Promise<void>;
  /** A person puts a label on. */
  label(number: number, name: string): Promise<void>;
  /** A person closes a pull request. */
  decline(number: number): Promise<void>;
  /** A person writes a comment. */
  say(number: number, body: string): Promise<void>;
  /** All comments, the oldest first. */
  comments(number: number): Promise<readonly string[]>;
  isOpen(number: number): Promise<boolean>;
  /** How many requests there were, where that can be told. */
  readonly requests?: number;
  close(): Promise<void>;
}

const text = { title: 'Release of prod', body: 'What **changes**:\n\n- much\n', labels: ['lockstep', 'risk/deletes data'] };
const marker = '<!-- lockstep: diff -->';

/** A status without when it was told, which forges say. */
function untimed(status: CommitStatus | undefined): Omit<CommitStatus, 'at'> {
  const { at: _, ...rest } = status ?? assert.fail('there is no status');
  return rest;
}

/** What every `Forge` does. */
export function forgeContract(name: string, start: () => Promise<ForgeSubject>): void {
  describe(name, { concurrency: false }, () => {
    let subject: ForgeSubject;
    let forge: Forge;
    let routes = 0;
    before(async () => {
      subject = await start();
      forge = subject.open();
    });
    after(() => subject.close());

    /** A route of two branches that nobody has used; the first has a commit of its own. */
    const route = async (): Promise<Route & { readonly commit: string }> => {
      const base = `environments/prod-${++routes}`;
      await subject.branch(base);
      return { head: `${base}-next`, base, commit: await subject.branch(`${base}-next`) };
    };
    const opened = async (): Promise<{ readonly route: Route; readonly pull: PullRequest }> => {
      const { head, base } = await route();
      return { route: { head, base }, pull: await forge.open({ head, base }, text) };
    };

    test('what is opened is found, and is what was told; the branches have slashes', async () => {
      const { commit, ...of } = await route();
      assert.equal(await forge.find(of), undefined);
      const pull = await forge.open(of, text);
      assert.deepEqual(
        { ...pull, number: 0, url: '', body: pull.body.trim() },
        { number: 0, url: '', ...text, body: text.body.trim(), head: commit },
      );
      assert.match(pull.url, new RegExp(`^https?://.*/${pull.number}$`));
      assert.deepEqual(await forge.find(of), pull);
      assert.equal(await forge.find({ head: of.base, base: of.head }), undefined);
    });

    test('what people wrote on it stays; what is ours and counts no more is taken off', async () => {
      const { route: of, pull } = await opened();
      await subject.label(pull.number, 'reviewed');
      const before = await forge.find(of);
      assert.deepEqual(before?.labels, ['lockstep', 'reviewed', 'risk/deletes data']);
      const next = { title: 'Release of prod: nothing is lost', body: 'Little changes: “ä” 🚢', labels: ['lockstep', 'risk: low'] };
      const updated = await forge.update(before, next, text.labels);
      assert.deepEqual([updated.title, updated.body, updated.labels], [next.title, next.body, ['lockstep', 'reviewed', 'risk: low']]);
      assert.deepEqual(await forge.find(of), updated);
      assert.equal(updated.number, pull.number);
    });

    test('what is so already is not told again', async () => {
      const { pull } = await opened();
      const requests = subject.requests;
      assert.deepEqual(await forge.update(pull, text, text.labels), pull);
      assert.equal(subject.requests, requests);
    });

    test('one that is there already is changed', async () => {
      const { route: of, pull } = await opened();
      const again = await forge.open(of, { title: 'Another', body: 'text', labels: ['more'] });
      assert.deepEqual(again, { ...pull, title: 'Another', body: 'text', labels: ['lockstep', 'more', 'risk/deletes data'] });
    });

    test('of two that open it at once, both get the same one', async () => {
      const { head, base } = await route();
      const [one, other] = await Promise.all([forge.open({ head, base }, text), subject.open().open({ head, base }, text)]);
      assert.equal(one.number, other.number);
      const found = await forge.find({ head, base });
      assert.deepEqual([found?.number, found?.labels], [one.number, text.labels]);
      await forge.close(one, 'No more is needed.');
      assert.equal(await forge.find({ head, base }), undefined);
    });

    test('one from the repository of somebody else is another one, though its branch has the same name', async () => {
      const { head, base } = await route();
      await subject.fork({ head, base });
      assert.equal(await forge.find({ head, base }), undefined);
      const pull = await forge.open({ head, base }, text);
      assert.deepEqual((await forge.find({ head, base }))?.number, pull.number);
    });

    test('closing says why, once, and leaves room for the next one', async () => {
      const { route: of, pull } = await opened();
      await forge.close(pull, 'Nothing is left to change.');
      assert.equal(await subject.isOpen(pull.number), false);
      assert.equal(await forge.find(of), undefined);
      await forge.close(pull, 'Nothing is left to change.');
      const said = await subject.comments(pull.number);
      assert.deepEqual([said.length, said[0]?.endsWith('Nothing is left to change.')], [1, true]);
      assert.notEqual((await forge.open(of, text)).number, pull.number);
    });

    test('what a person closed is declined, as long as it is the same commit; what was closed by this is not', async () => {
      const { commit, ...of } = await route();
      assert.equal(await forge.declined(of, { commit }), undefined);
      const pull = await forge.open(of, text);
      assert.equal(await forge.declined(of, { commit }), undefined, 'it is open');
      await subject.decline(pull.number);
      const { by, ...declined } = (await forge.declined(of, { commit })) ?? assert.fail('nobody declined it');
      assert.deepEqual(declined, { number: pull.number, url: pull.url });
      assert.ok(by === undefined || by === 'ora', by);
      assert.equal(await forge.declined({ head: of.base, base: of.head }, { commit }), undefined);
      const next = await subject.branch(of.head);
      assert.equal(await forge.declined(of, { commit: next }), undefined, 'something else is proposed');
      assert.equal((await forge.declined(of, { commit }))?.number, pull.number, 'the first one is declined all the same');
      await forge.close(await forge.open(of, text), 'Nothing is left to change.');
      assert.equal(await forge.declined(of, { commit: next }), undefined);
    });

    test('what a person closed is found by what it says, too', async () => {
      const { commit: _, ...of } = await route();
      const mark = '<!-- proposes sha256:12ab -->';
      const pull = await forge.open(of, { ...text, body: `${text.body}\n${mark}` });
      assert.equal(await forge.declined(of, { text: mark }), undefined, 'it is open');
      await subject.decline(pull.number);
      await subject.branch(of.head);
      assert.equal((await forge.declined(of, { text: mark }))?.number, pull.number, 'wherever its branch went');
      assert.equal(await forge.declined(of, { text: '<!-- proposes sha256:34cd -->' }), undefined);
      assert.equal(await forge.declined({ head: of.base, base: of.head }, { text: mark }), undefined);
    });

    test('a comment takes the place of the one before with its marker, among many others', async () => {
      const { pull } = await opened();
      for (const word of ['first', 'second', `not at the beginning: ${marker}`]) await subject.say(pull.number, word);
      await forge.comment(pull.number, marker, 'three changes');
      for (const word of ['third', 'fourth']) await subject.say(pull.number, word);
      await forge.comment(pull.number, marker, `${marker}\nno change`);
      await forge.comment(pull.number, '<!-- other -->', 'another');
      assert.deepEqual(await subject.comments(pull.number), [
        'first',
        'second',
        `not at the beginning: ${marker}`,
        `${marker}\nno change`,
        'third',
        'fourth',
        '<!-- other -->\nanother',
      ]);
    });

    test('a commit has one status of each context, the one that was told last', async () => {
      const commit = await subject.branch(`statuses-${++routes}`);
      assert.deepEqual(await forge.statuses(commit), []);
      const url = 'https://ci.example.com/run/7';
      await forge.report(commit, { context: 'lockstep/prod', state: 'pending', description: 'rolls out' });
      await forge.report(commit, { context: 'lockstep/prod', state: 'pending', description: 'rolls out' });
      const [pending, ...none] = await forge.statuses(commit);
      assert.deepEqual([untimed(pending), none], [{ context: 'lockstep/prod', state: 'pending', description: 'rolls out' }, []]);
      assert.match(pending?.at ?? '', /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
      await forge.report(commit, {
        context: 'lockstep/dev',
        state: 'failure',
        description: `web is not healthy: ${'x'.repeat(200)}\n`,
        url,
      });
      for (const region of ['eu', 'us', 'asia'])
        await forge.report(commit, { context: `lockstep/${region}`, state: 'success', description: '' });
      await forge.report(commit, { context: 'lockstep/prod', state: 'success', description: 'is healthy', url });
      const told = await forge.statuses(commit);
      assert.deepEqual(
        told.map(({ context, state }) => `${context} ${state}`),
        ['lockstep/asia success', 'lockstep/dev failure', 'lockstep/eu success', 'lockstep/prod success', 'lockstep/us success'],
      );
      assert.deepEqual(untimed(told[3]), { context: 'lockstep/prod', state: 'success', description: 'is healthy', url });
      assert.deepEqual([[...(told[1]?.description ?? '')].length, told[1]?.url], [140, url]);
    });

    test('a title that is too long is cut, and is not changed again for that', async () => {
      const { head, base } = await route();
      const long = { ...text, title: `Release ${'ä'.repeat(300)}` };
      const pull = await forge.open({ head, base }, long);
      assert.match(pull.title, /^Release ä{100,246}…$/);
      const requests = subject.requests;
      assert.deepEqual(await forge.update(pull, long, []), pull);
      assert.equal(subject.requests, requests);
    });

    test('who is not known is refused; what is not there is missing; the token is told to nobody', async () => {
      const { head, base, commit } = await route();
      const strange = subject.open({ token: subject.wrongToken });
      const nowhere = subject.open({ name: 'no-such-repository' });
      const status = { context: 'lockstep/prod', state: 'success', description: '' } as const;
      await fails(strange.find({ head, base }), ['forge-refused'], subject.wrongToken);
      await fails(strange.report(commit, status), ['forge-refused'], subject.wrongToken);
      await fails(nowhere.find({ head, base }), ['forge-missing']);
      await fails(nowhere.open({ head, base }, text), ['forge-missing']);
      // Gitea has errors of its own where it should say that something is not there.
      await fails(forge.report('0'.repeat(40), status), ['forge-missing', 'forge-failed', 'forge-unreachable']);
      await fails(forge.open({ head: 'no-such-branch', base }, text), ['forge-missing', 'forge-failed']);
      await fails(forge.comment(999_999, marker, 'text'), ['forge-missing', 'forge-failed', 'forge-unreachable']);
    });
  });
}

async function fails(work: Promise<unknown>, codes: readonly FailureCode[], secret = '\0'): Promise<void> {
  const thrown = await work.then(
    () => assert.fail('it worked'),
    (reason: unknown) => reason,
  );
  assert.ok(thrown instanceof Failure, String(thrown));
  assert.ok(codes.includes(thrown.code), `${thrown.code}: ${thrown.message}`);
  assert.ok(!`${thrown.stack} ${thrown.message} ${thrown.help}`.includes(secret));
}
