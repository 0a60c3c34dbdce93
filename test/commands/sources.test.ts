import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { exitCodes } from '../../src/model/failure.ts';
import { runCommand } from '../support/command.ts';
import { makeProject } from '../support/project.ts';

const definition = `{
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'carts.shop.example.com' },
  spec: {
    group: 'shop.example.com',
    scope: 'Namespaced',
    names: { kind: 'Cart', plural: 'carts' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
}`;
const environment = `import { ApiObject } from 'cdk8s';
import { defineChart, defineEnvironment } from 'lockstep';
const crds = defineChart({ build: (chart) => void new ApiObject(chart, 'cart', ${definition}) });
export default defineEnvironment({ name: 'prod', cluster: 'c', kubernetes: '1.35', charts: { crds } });
`;
const files = {
  'environments/prod.ts': environment,
  'a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndta: {}\n',
};

/** Locks of which nobody can tell what the environment is rendered from, or not by what. */
const damaged = [
  { what: 'a source that is no commit', lock: 'source: abc\nimages: {}\n', code: 'lockfile-bad-source' },
  { what: 'a misspelt source', lock: `sourc: ${'a'.repeat(40)}\nimages: {}\n`, code: 'lockfile-unknown-key' },
  { what: 'no YAML', lock: 'images: [\n', code: 'lockfile-not-yaml' },
  {
    what: 'a source, and a digest that is none',
    lock: `source: ${'a'.repeat(40)}\nimages: { a:1: { digest: x } }\n`,
    code: 'lockfile-bad-digest',
  },
];

describe('where the lock of an environment is damaged, that is told, and the work tree is not taken for it:', () => {
  for (const { what, lock, code } of damaged) {
    for (const args of [
      ['import', 'prod'],
      ['check', 'a.yaml', '--environment', 'prod'],
      ['check', 'prod'],
      ['synth', 'prod'],
      ['synth'],
    ]) {
      test(`\`${args.join(' ')}\` with ${what}`, async (t) => {
        const { folder, world } = makeProject(t, { ...files, 'environments/prod.lock.yaml': lock });
        const { exit, said } = await runCommand(world, args);
        assert.equal(exit, exitCodes.input);
        const told = said.split('\n').filter((line) => /^(?:error|warning)\[/.test(line) && !line.includes('field-unknown'));
        assert.deepEqual([told.length, told[0]?.startsWith(`error[${code}]`)], [1, true], said);
        assert.ok(said.includes('at environments/prod.lock.yaml:'), said);
        assert.deepEqual([existsSync(join(folder, 'imports')), existsSync(join(folder, 'dist'))], [false, false]);
      });
    }
  }

  test('an environment that only commits define is not passed over', async (t) => {
    const { world } = makeProject(t, {
      'environments/dev.ts': environment.replace("'prod'", "'dev'"),
      'environments/prod.lock.yaml': 'source: main\n',
    });
    for (const args of [['check'], ['synth']]) {
      const { exit, said } = await runCommand(world, args);
      assert.equal(exit, exitCodes.input);
      assert.match(
        said,
        /error\[lockfile-bad-source\]: `source` is `main`, not the full id of a commit\n {2}at environments\/prod\.lock\.yaml:1:1/,
      );
    }
    assert.equal((await runCommand(world, ['check', 'dev'])).exit, exitCodes.done);
  });
});
