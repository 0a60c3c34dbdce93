import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { readStream } from '../../src/codec/yaml-stream.ts';
import { objectsIn } from '../../src/compile/foreign-objects.ts';
import { builtinModules } from '../../src/imports/builtins.ts';
import { kindsDefined } from '../../src/imports/definitions.ts';
import { filesMade } from '../../src/imports/made.ts';
import { openFiles } from '../../src/io/files.ts';
import { kubernetesVersions } from '../../src/model/kubernetes.ts';
import type { RenderedFile } from '../../src/model/rendered.ts';

/**
 * Each folder of test/imports/golden is a case: `crds.yaml` gives exactly the modules in `expected` and the diagnostics in
 * `expected.diagnostics.txt`. `GOLDEN=update` writes them anew. `tsc -p test` compiles what is expected.
 */
const golden = 'test/imports/golden';
const isUpdate = process.env['GOLDEN'] === 'update';

describe('importing gives', () => {
  for (const name of readdirSync(golden).sort()) {
    test(name, async () => {
      const folder = join(golden, name);
      const { files, diagnostics } = made(folder);
      if (isUpdate) {
        await openFiles(folder).mirror('expected', files);
        if (diagnostics !== '') await openFiles(folder).write('expected.diagnostics.txt', diagnostics);
      }
      assert.equal(textOf(join(folder, 'expected.diagnostics.txt')), diagnostics);
      assert.deepEqual(
        await openFiles(folder).list('expected'),
        files.map(({ path }) => path),
      );
      for (const { path, text } of files) assert.equal(textOf(join(folder, 'expected', path)), text, path);
    });
  }
});

function made(folder: string): { readonly files: readonly RenderedFile[]; readonly diagnostics: string } {
  if (folder.endsWith('kubernetes')) {
    return { files: builtinModules('1.35').filter(({ path }) => /\/(?:autoscaling|policy|meta)\.ts$/.test(path)), diagnostics: '' };
  }
  const text = readFileSync(join(folder, 'crds.yaml'), 'utf8');
  const objects = objectsIn({ path: 'crds.yaml', text, documents: readStream(text) });
  assert.deepEqual(objects.diagnostics, []);
  const kinds = kindsDefined(
    objects.value.map(({ manifest, file, positionOf }) => ({ manifest, placeOf: (path) => ({ file, ...positionOf(path) }) })),
  );
  const files = filesMade([{ name: 'crds.yaml', sha256: '', kinds: kinds.value }]);
  const said = [...kinds.diagnostics, ...files.diagnostics];
  return { files: files.value, diagnostics: said.map(({ code, message, at }) => `${at.line}:${at.column} ${code}: ${message}\n`).join('') };
}

/** An absent file expects nothing. */
function textOf(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

test('every minor has a class for every version of a kind that it serves', () => {
  for (const version of kubernetesVersions) {
    const text = builtinModules(version)
      .map((file) => file.text)
      .join('');
    assert.ok((text.match(/^export class /gm) ?? []).length >= 60, version);
    assert.doesNotMatch(text, /undefined|\[object/);
  }
});

test('equal definitions give equal bytes, in whatever order they come', () => {
  const text = readFileSync(join(golden, 'names/crds.yaml'), 'utf8');
  const { value } = objectsIn({ path: 'crds.yaml', text, documents: readStream(text) });
  const objects = value.map(({ manifest }) => ({ manifest, placeOf: () => ({}) }));
  const textFor = (given: typeof objects): string | undefined =>
    filesMade([{ name: 'crds.yaml', sha256: '', kinds: kindsDefined(given).value }]).value[0]?.text;
  assert.equal(textFor(objects.toReversed()), textFor(objects));
});
