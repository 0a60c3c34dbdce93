import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Failure } from '../../src/model/failure.ts';
import { temporaryFolder } from '../support/repository.ts';
import { findPrograms } from './find.ts';
import type { ProgramName, Programs } from './programs.ts';

/** A folder as envtest lays it out, with links to programs that were found. */
function makeAssets(t: TestContext, programs: Programs, names: readonly Exclude<ProgramName, 'kwok'>[]): string {
  const folder = temporaryFolder(t);
  for (const name of names) symlinkSync(programs[name] ?? '', join(folder, name));
  return folder;
}

const { KUBEBUILDER_ASSETS: _, ...env } = process.env;

test('without KUBEBUILDER_ASSETS every program comes from the build', async () => {
  const programs = await findPrograms({ env });
  assert.match(programs['kube-apiserver'], /\/controlplane\/[0-9a-f]{16}-go[\w.]+\/kube-apiserver$/);
  assert.ok(programs.kubectl !== undefined && programs['kube-scheduler'] !== undefined && programs.kwok !== undefined);
  assert.deepEqual(programs.notes, []);
});

test('KUBEBUILDER_ASSETS is used when it is set, and what it lacks is built and said', async (t) => {
  const built = await findPrograms({ env });
  const assets = makeAssets(t, built, ['etcd', 'kube-apiserver', 'kubectl']);
  const programs = await findPrograms({ env: { ...env, KUBEBUILDER_ASSETS: assets } });
  assert.equal(programs.etcd, join(assets, 'etcd'));
  assert.equal(programs['kube-apiserver'], join(assets, 'kube-apiserver'));
  assert.equal(programs.kubectl, join(assets, 'kubectl'));
  assert.equal(programs['kube-scheduler'], built['kube-scheduler']);
  assert.deepEqual(programs.kwok, built.kwok);
  assert.deepEqual(programs.notes, ['KUBEBUILDER_ASSETS lacks `kube-controller-manager`, `kube-scheduler`, `kwok`: built from source']);
});

test('what KUBEBUILDER_ASSETS lacks is left out and said where nothing can be built', async (t) => {
  const assets = makeAssets(t, await findPrograms({ env }), ['etcd', 'kube-apiserver']);
  const programs = await findPrograms({ env: { PATH: '/nowhere', LOCKSTEP_CACHE: temporaryFolder(t), KUBEBUILDER_ASSETS: assets } });
  assert.equal(programs.kubectl, undefined);
  assert.equal(programs['kube-controller-manager'], undefined);
  assert.equal(programs.notes.length, 1);
  assert.match(programs.notes[0] ?? '', /lacks `kubectl`, .*`kwok`, left out: .*`go` is not in PATH/);
});

test('a folder without a server in it is refused, with the names of what is missing', async (t) => {
  const assets = temporaryFolder(t);
  mkdirSync(join(assets, 'bin'));
  writeFileSync(join(assets, 'etcd'), 'not a program', { mode: 0o644 });
  await assert.rejects(findPrograms({ env: { KUBEBUILDER_ASSETS: assets } }), (thrown: unknown) => {
    assert.ok(thrown instanceof Failure);
    assert.equal(thrown.code, 'assets-incomplete');
    assert.equal(thrown.message, `KUBEBUILDER_ASSETS is \`${assets}\`, where \`etcd\`, \`kube-apiserver\` cannot be run`);
    return thrown.exit === 2;
  });
});
