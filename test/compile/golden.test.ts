import assert from 'node:assert/strict';
import { readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Environment } from '../../src/authoring/environment.ts';
import { formatDiagnostics } from '../../src/cli/diagnostics.ts';
import { painter } from '../../src/cli/paint.ts';
import { readLockfile } from '../../src/codec/lockfile.ts';
import { compile } from '../../src/compile/compile.ts';
import { openFiles } from '../../src/io/files.ts';
import type { RenderedFile } from '../../src/model/rendered.ts';

/**
 * Each folder of test/golden is a case: `environment.ts` (which may import its neighbours) and `lock.yaml` give exactly the
 * files below `expected` and the text of `expected.diagnostics.txt`. `GOLDEN=update` writes them anew.
 */
const golden = realpathSync('test/golden');
const isUpdate = process.env['GOLDEN'] === 'update';

const paths = { lock: 'lock.yaml', diagnostics: 'expected.diagnostics.txt', tree: 'expected' };

describe('compiling gives', () => {
  for (const name of readdirSync(golden).sort()) {
    test(name, async () => {
      const folder = join(golden, name);
      const { files, diagnostics } = await compileCase(folder);
      if (isUpdate) await update(folder, files, diagnostics);
      assert.equal(textOf(folder, paths.diagnostics), diagnostics);
      const expected = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && `${entry.parentPath}/`.startsWith(`${join(folder, paths.tree)}/`))
        .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, paths.tree).length + 1));
      assert.deepEqual(expected.sort(), files.map(({ path }) => path).sort());
      for (const { path, text } of files) assert.equal(text, textOf(folder, join(paths.tree, path)), path);
    });
  }
});

async function compileCase(folder: string): Promise<{ readonly files: readonly RenderedFile[]; readonly diagnostics: string }> {
  const module = (await import(pathToFileURL(join(folder, 'environment.ts')).href)) as { readonly default: Environment };
  const lock = readLockfile(textOf(folder, paths.lock), paths.lock);
  assert.deepEqual(lock.diagnostics, []);
  const given = { lock: lock.value, today: '2026-06-01', root: folder, file: 'environment.ts' };
  const { value, diagnostics } = compile(module.default, given);
  const text = formatDiagnostics(diagnostics, painter(false)).join('\n');
  return { files: value?.files ?? [], diagnostics: text === '' ? '' : `${text}\n` };
}

async function update(folder: string, files: readonly RenderedFile[], diagnostics: string): Promise<void> {
  await openFiles(folder).mirror(paths.tree, files);
  if (diagnostics === '') rmSync(join(folder, paths.diagnostics), { force: true });
  else writeFileSync(join(folder, paths.diagnostics), diagnostics);
}

function textOf(folder: string, path: string): string {
  return openableIn(folder, path) ? readFileSync(join(folder, path), 'utf8') : '';
}

function openableIn(folder: string, path: string): boolean {
  return readdirSync(folder).includes(path) || path.includes('/');
}
