import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogue } from '../../src/model/codes/catalogue.ts';
import { exitCodes } from '../../src/model/failure.ts';
import { packRules } from '../../src/packs/packs.ts';
import { runCommand } from '../support/command.ts';

/** Lockstep's own codes, and those of the rules of its packs. */
const everyCode = [...Object.keys(catalogue), ...packRules.keys()].toSorted();

const explain = (...args: readonly string[]) => runCommand({}, ['explain', ...args]);

test('a code is explained: what it means, why it matters, what to do, an example', async () => {
  const { exit, out, said } = await explain('image-without-tag');
  assert.deepEqual([exit, said], [exitCodes.done, '']);
  assert.equal(
    out,
    `image-without-tag

An image has neither a tag nor a digest.

Why it matters
It would mean \`latest\`: what runs would depend on the day the pod was started.

What to do
Say which version is meant.

Example
  nginx:1.27.3`,
  );
});

test('long sentences are broken between words', async () => {
  const { out } = await explain('field-dropped');
  for (const line of out.split('\n').filter((one) => !one.startsWith('  '))) assert.ok(line.length <= 100, line);
});

test('as JSON it is the entry of the catalogue, and all codes are a list of them', async () => {
  const one = JSON.parse((await explain('image-without-tag', '--output', 'json')).out);
  assert.deepEqual(one, { code: 'image-without-tag', ...catalogue['image-without-tag'] });
  const all = JSON.parse((await explain('--output', 'json')).out) as readonly { readonly code: string }[];
  assert.deepEqual(
    all.map(({ code }) => code),
    everyCode,
  );
  assert.ok(all.some((entry) => JSON.stringify(entry) === JSON.stringify(one)));
});

test('without a code, every code has its line', async () => {
  const { exit, out } = await explain();
  assert.equal(exit, exitCodes.done);
  assert.deepEqual(
    out.split('\n').map((line) => line.replace(/ .*/, '')),
    everyCode,
  );
  assert.match(out, /^image-without-tag {2,}An image has neither a tag nor a digest$/m);
  assert.match(out, /^lockfile-bad-digest {2,}A digest in the lockfile is not `sha256:` and 64 hexadecimal digits in lower case$/m);
});

test('whoever lacks a right for an agent in the cluster is told to print the rights of such an agent', async () => {
  for (const code of ['environments-unreadable', 'state-forbidden', 'state-namespace-missing', 'watch-refused'] as const) {
    assert.match(catalogue[code].remedy, /`lockstep bootstrap` prints[^.]*`--rbac`/, code);
    assert.match(catalogue[code].example ?? '', / --rbac \|/, code);
  }
});

test('whoever has deleted a namespace with an agent in it is told what lets its Environments go', async () => {
  const { out } = await explain('state-forbidden');
  assert.match(out.replaceAll(/\s+/g, ' '), /kubectl patch environment <name> .*"finalizers":null/);
});

test('a code may be given as it stands in a message', async () => {
  assert.match((await explain('error[image-without-tag]:')).out, /^image-without-tag\n/);
  assert.match((await explain('refused[deletion-budget]')).out, /^deletion-budget\n/);
});

test('what ends a command, stops an agent or makes an environment not Ready is explained, too', async () => {
  for (const code of ['git-auth', 'kubeconfig-missing', 'dirty-source', 'branch-rewritten', 'code-unknown', 'internal', 'health-pending']) {
    const { exit, out } = await explain(code);
    assert.deepEqual([exit, out.split('\n')[0]], [exitCodes.done, code]);
  }
});

test('a code may be given as the reason of a condition', async () => {
  assert.equal((await explain('DeletionBudget')).out, (await explain('deletion-budget')).out);
  assert.equal((await explain('Synced')).exit, exitCodes.done);
  assert.match((await explain('DeletionBuget')).said, /help: did you mean `deletion-budget`\?$/);
});

test('an unknown code is wrong input, with a suggestion where one is near', async () => {
  assert.deepEqual(await explain('imge-without-tag'), {
    exit: exitCodes.input,
    out: '',
    said: 'error[code-unknown]: there is no code `imge-without-tag`\n  help: did you mean `image-without-tag`?',
  });
  assert.match((await explain('zzz')).said, /help: `lockstep explain` lists all codes$/);
  assert.equal((await explain('constructor')).exit, exitCodes.input);
});

test('the policy of a project is explained as what it is', async () => {
  const { exit, out } = await explain('policy/no-latest');
  assert.equal(exit, exitCodes.done);
  assert.match(out, /^policy\/no-latest\n\nAn object does not keep the rule `no-latest`, which is a policy of the project itself/);
  assert.match(out.replaceAll('\n', ' '), /where the project says `definePolicy\(\{ name: 'no-latest', … \}\)`/);
  assert.match(out, /policies: \{ 'no-latest': \{ off: /);
});

test('what a built-in pack has no rule for is a typo, and no policy of the project', async () => {
  const { exit, said } = await explain('policy/baseline/host-namespace');
  assert.deepEqual([exit, said.split('\n')[1]], [exitCodes.input, '  help: did you mean `policy/baseline/host-namespaces`?']);
  assert.match((await explain('policy/baseline')).out, /^policy\/baseline\n\nAn object does not keep the rule `baseline`/);
});
