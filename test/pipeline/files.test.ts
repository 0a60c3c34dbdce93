import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { planPipeline, readSeal, sealed } from '../../src/pipeline/plan.ts';
import type { PipelineFile } from '../../src/pipeline/project.ts';
import { samples } from './samples.ts';

const golden = join(import.meta.dirname, 'golden');

// `GOLDEN=update` writes them anew.
describe('what is written of a project', () => {
  if (process.env['GOLDEN'] === 'update') rmSync(golden, { recursive: true, force: true });
  for (const { system, size, file } of samples) {
    const path = join(golden, size, `${system}${file.path.startsWith('.') ? '/' : '-'}${file.path.replaceAll(/(^|\/)\./g, '$1_')}`);
    test(`${size} ${system}: ${file.path}`, () => {
      const text = sealed(file, { words: ['pipeline', system], folder: size === 'nested' ? 'apps/shop' : '' });
      if (process.env['GOLDEN'] === 'update') {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, text);
      }
      assert.equal(text, existsSync(path) ? readFileSync(path, 'utf8') : 'nothing: make it with GOLDEN=update');
    });
  }

  test('is all that is expected', () => {
    const files = readdirSync(golden, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    assert.equal(files.length, samples.length);
  });
});

const file: PipelineFile = { path: 'ci.yml', mark: '#', text: 'a: 1\n' };
const made = { words: ['pipeline', 'github', '--branch', 'main'], folder: '' };

test('a file tells how it was made, as long as nobody edits it', () => {
  assert.deepEqual(readSeal(sealed(file, made)), made);
  assert.deepEqual(readSeal(sealed({ ...file, mark: '//' }, made)), made);
  assert.deepEqual(readSeal(sealed({ ...file, first: '#!/bin/sh' }, made)), made);
  assert.equal(readSeal(`${sealed(file, made)}b: 2\n`), undefined);
  assert.deepEqual(readSeal(sealed(file, { ...made, folder: 'apps/shop' })), { ...made, folder: 'apps/shop' });
  assert.equal(readSeal('a: 1\n'), undefined);
});

test('a plan writes what is new or other, leaves what was edited, and removes what is made no more', () => {
  const plan = (present: Readonly<Record<string, string>>, isForced = false) =>
    planPipeline([file], { made, present: new Map(Object.entries(present)), isForced }).map(({ path, status }) => `${status} ${path}`);
  const old = sealed({ ...file, text: 'a: 0\n' }, made);
  assert.deepEqual(plan({}), ['new ci.yml']);
  assert.deepEqual(plan({ 'ci.yml': sealed(file, made) }), ['same ci.yml']);
  assert.deepEqual(plan({ 'ci.yml': old }), ['changed ci.yml']);
  assert.deepEqual(plan({ 'ci.yml': 'mine: true\n' }), ['edited ci.yml']);
  assert.deepEqual(plan({ 'ci.yml': 'mine: true\n' }, true), ['changed ci.yml']);
  assert.deepEqual(
    plan({ 'old.yml': old, 'mine.yml': 'a: 1\n', 'other.yml': sealed(file, { words: ['pipeline', 'tekton'], folder: '' }) }),
    ['new ci.yml', 'removed old.yml'],
  );
  const other = sealed(file, { ...made, folder: 'apps/shop' });
  assert.deepEqual(plan({ 'ci.yml': other, 'other.yml': other }), ['edited ci.yml'], 'that of another project is not this one’s');
});
