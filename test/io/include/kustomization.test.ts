import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Unreadable } from '../../../src/io/include/input.ts';
import { readKustomization } from '../../../src/io/include/kustomization.ts';
import { Failure } from '../../../src/model/failure.ts';
import { temporaryFolder } from '../../support/repository.ts';

function project(t: TestContext, kustomization: string): string {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'kustomization.yaml'), kustomization);
  return folder;
}

/** The code of what is wrong with a kustomization, and what is said. */
function refusal(folder: string): readonly [string, string] | undefined {
  try {
    readKustomization(folder, '.');
    return undefined;
  } catch (thrown) {
    if (thrown instanceof Unreadable) return [thrown.problem.code, thrown.problem.message];
    assert.ok(thrown instanceof Failure, String(thrown));
    return [thrown.code, thrown.message];
  }
}

test('what is fetched is refused, also behind an alias, and shows nothing that lets somebody in', (t) => {
  const remote = "resources:\n- &far 'https://me:hush@example.com/all.yaml?ref=v1&token=hush'\n";
  const message = '`https://example.com/all.yaml?ref=v1&…` is not in the project, and nothing is fetched when an environment is rendered';
  assert.deepEqual(refusal(project(t, remote)), ['kustomization-remote', message]);
  const alias = 'x: &far [https://example.com/all.yaml]\nresources: *far\n';
  assert.equal(refusal(project(t, alias))?.[0], 'kustomization-remote');
});

const harmless: readonly (readonly [string, string])[] = [
  ['an entry that is too long for a name', `resources: [${'a'.repeat(5_000)}]`],
  ['an entry with a zero', 'resources: ["a\\0b"]'],
  ['an alias of what it is in', 'resources: &all [*all]'],
  ['an alias of nothing', 'resources: [*nothing]'],
];

for (const [name, kustomization] of harmless) {
  test(`kustomize itself tells of ${name}`, (t) => assert.equal(refusal(project(t, kustomization)), undefined));
}

test('a file that cannot be read is told', (t) => {
  const folder = project(t, 'resources: [a]');
  symlinkSync('loop', join(folder, 'loop'));
  assert.equal(refusal(folder)?.[0], 'file-unreadable');
});

test('packages of others count where something names them', (t) => {
  const folder = project(t, 'resources: []');
  mkdirSync(join(folder, 'node_modules'));
  const changes = (): boolean => {
    const digest = (): string => readKustomization(folder, '.').digest;
    writeFileSync(join(folder, 'node_modules', 'a.yaml'), 'one');
    const before = digest();
    writeFileSync(join(folder, 'node_modules', 'a.yaml'), 'other');
    return digest() !== before;
  };
  assert.equal(changes(), false);
  writeFileSync(join(folder, 'kustomization.yaml'), 'resources: [node_modules/a.yaml]');
  assert.equal(changes(), true);
});

test('a kustomization is no link that leads out of the project', (t) => {
  const elsewhere = project(t, 'resources: []');
  const folder = temporaryFolder(t);
  symlinkSync(elsewhere, join(folder, 'base'));
  const read = (): unknown => readKustomization(folder, 'base');
  assert.throws(read, (thrown) => thrown instanceof Unreadable && thrown.problem.message === '`base` is outside of the project');
});
