import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Environment } from '../../src/authoring/environment.ts';
import { formatDiagnostics } from '../../src/cli/diagnostics.ts';
import { painter } from '../../src/cli/paint.ts';
import { readLockfile } from '../../src/codec/lockfile.ts';
import { compile } from '../../src/compile/compile.ts';
import { readRendering } from '../../src/compile/include/read.ts';
import { judgeExpressions } from '../../src/compile/validate/expressions/judge.ts';
import { openFiles } from '../../src/io/files.ts';
import type { Rendering, TemplateUse } from '../../src/model/inclusion.ts';
import { indexPath, type RenderedFile } from '../../src/model/rendered.ts';

/**
 * Each folder of test/golden is a case: `environment.ts`, which may import its neighbours, with `lock.yaml` gives exactly the
 * files below `expected`, the index in `expected.index` and the text of `expected.diagnostics.txt`. `GOLDEN=update` writes
 * them anew. What helm and kustomize print is given in `rendered`.
 */
const golden = realpathSync('test/golden');
const isUpdate = process.env['GOLDEN'] === 'update';

describe('compiling gives', () => {
  for (const name of readdirSync(golden).sort()) {
    test(name, async () => {
      const folder = join(golden, name);
      const outcome = await compileCase(folder);
      if (isUpdate) await update(folder, outcome);
      assert.equal(textOf(folder, 'expected.diagnostics.txt'), outcome.diagnostics);
      assert.equal(textOf(folder, 'expected.index'), outcome.index);
      assert.deepEqual(
        await openFiles(folder).list('expected'),
        outcome.files.map(({ path }) => path),
      );
      for (const { path, text } of outcome.files) assert.equal(textOf(folder, `expected/${path}`), text, path);
    });
  }
});

interface Outcome {
  readonly files: readonly RenderedFile[];
  readonly index: string;
  readonly diagnostics: string;
}

async function compileCase(folder: string): Promise<Outcome> {
  const module = (await import(pathToFileURL(join(folder, 'environment.ts')).href)) as { readonly default: Environment };
  const lock = readLockfile(textOf(folder, 'lock.yaml'), 'lock.yaml');
  assert.deepEqual(lock.diagnostics, []);
  const compiled = compile(module.default, { lock: lock.value, today: '2026-06-01', root: folder, file: 'environment.ts' });
  const { inclusions = [] } = compiled.pending ?? {};
  const renderings = new Map(inclusions.map(({ construct }) => [construct, renderingOf(folder, construct)]));
  const whole = compiled.pending?.withRendered(renderings) ?? compiled;
  const { value, diagnostics } = whole.withExpressions?.(judgeExpressions) ?? whole;
  const files = value?.files ?? [];
  return {
    files: files.filter(({ path }) => path !== indexPath),
    index: files.find(({ path }) => path === indexPath)?.text ?? '',
    diagnostics: formatDiagnostics(diagnostics, painter(false))
      .map((text) => `${text}\n`)
      .join(''),
  };
}

/** What a program printed for a construct stands in `rendered/`; a second time only where that differs. */
function renderingOf(folder: string, construct: string): Rendering {
  const file = join('rendered', construct.replaceAll('/', '.'));
  const first = textOf(folder, `${file}.txt`);
  const uses = JSON.parse(textOf(folder, `${file}.uses.json`) || '[]') as readonly TemplateUse[];
  return readRendering({ first, second: textOf(folder, `${file}.second.txt`) || first, uses });
}

async function update(folder: string, { files, index, diagnostics }: Outcome): Promise<void> {
  await openFiles(folder).mirror('expected', files);
  for (const [name, text] of Object.entries({ 'expected.index': index, 'expected.diagnostics.txt': diagnostics })) {
    if (text === '') rmSync(join(folder, name), { force: true });
    else writeFileSync(join(folder, name), text);
  }
}

/** An absent file expects nothing. */
function textOf(folder: string, path: string): string {
  return existsSync(join(folder, path)) ? readFileSync(join(folder, path), 'utf8') : '';
}
