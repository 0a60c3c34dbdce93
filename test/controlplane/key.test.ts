import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildKey, cacheFolder, type GoModule, readModules, sourcesKey } from './key.ts';
import { controlPlanePrograms, goVersion, kubernetesVersion } from './programs.ts';

const keyOf = (sources: readonly GoModule[], go: string): string => buildKey(sourcesKey(controlPlanePrograms, sources), go);
const modules: readonly GoModule[] = [{ name: 'kwok', mod: 'module a\n', sum: 'a v1 h1:x\n' }];

test('equal sources and an equal Go have an equal key', () => {
  assert.equal(keyOf(modules, 'go1.26.8'), keyOf(structuredClone(modules), 'go1.26.8'));
  assert.match(keyOf(modules, 'go1.26.8'), /^[0-9a-f]{16}-go1\.26\.8$/);
});

test('another go.mod, another go.sum and another Go make another key', () => {
  const others = [{ mod: 'module b\n' }, { sum: 'a v1 h1:y\n' }, { name: 'kubernetes' }].map((change) =>
    modules.map((one) => ({ ...one, ...change })),
  );
  const keys = [modules, ...others].map((one) => sourcesKey(controlPlanePrograms, one));
  assert.equal(new Set(keys).size, keys.length);
  assert.notEqual(keyOf(modules, 'go1.26.8'), keyOf(modules, 'go1.27.0'));
});

test('the key of a Go that is no release is still a file name', () => {
  assert.match(keyOf(modules, 'devel go1.27-8c8baad Tue Jan 1 00:00:00 2026'), /^[0-9a-f]{16}-devel-go1\.27-[\w.-]+$/);
});

test('both modules are read, and require the versions that the table of programs names', () => {
  const read = readModules(controlPlanePrograms);
  assert.deepEqual(
    read.map(({ name }) => name),
    ['kubernetes', 'kwok'],
  );
  assert.match(read[0]?.mod ?? '', new RegExp(`k8s\\.io/kubernetes ${kubernetesVersion.replaceAll('.', '\\.')}\n`));
  for (const { mod } of read) assert.match(mod, new RegExp(`^go ${goVersion.replace('.', '\\.')}\\b`, 'm'));
});

test('the cache is where LOCKSTEP_CACHE says, or XDG_CACHE_HOME, or in the home folder; empty variables say nothing', () => {
  assert.equal(cacheFolder({ LOCKSTEP_CACHE: '/c', XDG_CACHE_HOME: '/x' }), '/c/controlplane');
  assert.equal(cacheFolder({ LOCKSTEP_CACHE: '', XDG_CACHE_HOME: '/x' }), '/x/lockstep/controlplane');
  assert.equal(cacheFolder({ XDG_CACHE_HOME: '' }), join(homedir(), '.cache/lockstep/controlplane'));
  assert.equal(cacheFolder({ LOCKSTEP_CACHE: 'near' }), join(process.cwd(), 'near/controlplane'));
  assert.equal(cacheFolder({ LOCKSTEP_CACHE: '/c' }, 'bench'), '/c/bench');
});
