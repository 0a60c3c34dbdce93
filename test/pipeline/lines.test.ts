import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { World } from '../../src/ports.ts';
import { runCommand } from '../support/command.ts';
import { samples, scriptsOf } from './samples.ts';

/** What the shell would put in. */
const values: Readonly<Record<string, string>> = {
  SHARD: '2/8',
  FROM: 'dev',
  TO: 'prod',
  branch: 'environments/dev',
  what: 'environments/dev',
  before: 'a'.repeat(40),
  number: '12',
  NUMBER: '12',
  CHANGE_ID: '12',
  CI_MERGE_REQUEST_IID: '12',
  CI_NODE_INDEX: '2',
  CI_NODE_TOTAL: '8',
  LOCKSTEP_PREVIEW: '12',
  GITHUB_SERVER_URL: 'https://github.com',
  CI_SERVER_URL: 'https://gitlab.com',
};

/** The words of each call of Lockstep in a script, as a shell would tell them. */
function callsIn(script: string): readonly (readonly string[])[] {
  return [...script.matchAll(/npx --no-install lockstep ([^\n;|<>]*)/g)].map(([, words = '']) =>
    [...words.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) =>
      (quoted ?? plain ?? '').replaceAll(/\$\{?(\w+)\}?/g, (_, name: string) => {
        const value = values[name];
        assert.ok(value !== undefined, `nobody says what \`$${name}\` is in \`${words}\``);
        return value;
      }),
    ),
  );
}

class Reached extends Error {}

/** A world that ends a command as soon as it asks for anything: what it was called with has been taken then. */
const nothing: Partial<World> = new Proxy(
  {},
  {
    get() {
      throw new Reached();
    },
  },
);

/** What the program says of arguments; undefined where it takes them. */
async function refusal(args: readonly string[]): Promise<string | undefined> {
  try {
    const { said, out } = await runCommand(nothing, args);
    return `${said}\n${out}`;
  } catch (thrown) {
    if (thrown instanceof Reached) return undefined;
    throw thrown;
  }
}

const calls = new Map(
  samples.flatMap(({ system, file }) =>
    scriptsOf(file).flatMap((script) => callsIn(script).map((words) => [words.join(' '), { system, words }] as const)),
  ),
);

describe('each line of a pipeline that calls Lockstep', () => {
  for (const [line, { words }] of calls)
    test(`is taken by the program: ${line.slice(0, 100)}`, async () => {
      assert.equal(await refusal(words), undefined);
    });
});

test('every script was looked into: all systems check, compare, publish, verify, upgrade and promote', () => {
  for (const system of ['github', 'gitlab', 'jenkins', 'tekton']) {
    const verbs = samples
      .filter((one) => one.system === system)
      .flatMap(({ file }) => scriptsOf(file).flatMap((script) => callsIn(script).map(([verb]) => verb)));
    assert.deepEqual([...new Set(verbs)].sort(), [
      'check',
      'comment',
      'diff',
      'fetch',
      'gate',
      'pin',
      'pipeline',
      'promote',
      'publish',
      'verify',
    ]);
  }
});

test('a line that the program does not know would be found', async () => {
  assert.match((await refusal(['check', '--no-such-option'])) ?? '', /unknown option/);
});
