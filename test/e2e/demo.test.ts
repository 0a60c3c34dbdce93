import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

test('every chapter of the demo really happens', () => {
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'demo'], { encoding: 'utf8', timeout: 300_000 });
  assert.equal(status, 0, stdout + stderr);
  for (let chapter = 1; chapter <= 9; chapter++) assert.match(stdout, new RegExp(` ${chapter}\\. [A-Z]`));
  assert.match(stdout, /The end: everything above really happened/);
});
