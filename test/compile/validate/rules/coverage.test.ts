import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { probes, untested } from '../../../support/probes.ts';

/*
 * The codes are few and the rules are many: a code that is shown says little of the rules. So the tests of all rules run here once
 * more, on rules that note what they say.
 */
const folder = 'test/compile/validate/rules';
const tests = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => /(?<!coverage)\.test\.ts$/.test(path));
const bundled = mkdtempSync(join(tmpdir(), 'lockstep-rules-'));
await build({
  stdin: { contents: tests.map((path) => `import './${path}';`).join('\n'), resolveDir: resolve(folder) },
  outfile: join(bundled, 'tests.mjs'),
  bundle: true,
  platform: 'node',
  format: 'esm',
  plugins: [probes],
  logLevel: 'warning',
});
await import(pathToFileURL(join(bundled, 'tests.mjs')).href);
rmSync(bundled, { recursive: true });

test('every rule and every problem has a case that breaks it, and every rule has one that keeps it', () => {
  assert.equal(untested().join('\n'), '');
});
