import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogue } from '../../src/model/codes/catalogue.ts';
import { exitCodes } from '../../src/model/failure.ts';
import { runCommand } from '../support/command.ts';

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
    Object.keys(catalogue).toSorted(),
  );
  assert.ok(all.some((entry) => JSON.stringify(entry) === JSON.stringify(one)));
});

test('without a code, every code has its line', async () => {
  const { exit, out } = await explain();
  assert.equal(exit, exitCodes.done);
  assert.equal(out.split('\n').length, Object.keys(catalogue).length);
  assert.match(out, /^image-without-tag {2,}An image has neither a tag nor a digest$/m);
  assert.match(out, /^lockfile-bad-digest {2,}A digest in the lockfile is not `sha256:` and 64 hexadecimal digits in lower case$/m);
});

test('a code may be given as it stands in a message', async () => {
  assert.match((await explain('error[image-without-tag]:')).out, /^image-without-tag\n/);
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
  assert.match(out, /policies: \{ 'no-latest': \{ off: /);
});
