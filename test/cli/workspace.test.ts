import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromWorkspace } from '../../src/cli/workspace.ts';
import type { Diagnostic } from '../../src/model/diagnostic.ts';

const found = (file: string | undefined): Diagnostic => ({
  code: 'no-objects',
  severity: 'error',
  message: 'there is nothing',
  at: file === undefined ? {} : { file, line: 1 },
});

const cases: readonly (readonly [title: string, root: string, workspace: string | undefined, file: string, told: string])[] = [
  ['a folder of the repository', '/work/repo/apps/shop', '/work/repo', 'out/a.yaml', 'apps/shop/out/a.yaml'],
  ['a file beside the folder', '/work/repo/apps/shop', '/work/repo', '../a.yaml', 'apps/a.yaml'],
  ['an absolute file', '/work/repo/apps', '/work/repo', '/tmp/a.yaml', '/tmp/a.yaml'],
  ['no file at all', '/work/repo/apps', '/work/repo', 'standard input', 'standard input'],
  ['the repository itself', '/work/repo', '/work/repo', 'a.yaml', 'a.yaml'],
  ['a folder elsewhere', '/work/other', '/work/repo', 'a.yaml', 'a.yaml'],
  ['no workspace', '/work/repo/apps', undefined, 'a.yaml', 'a.yaml'],
];
for (const [title, root, workspace, file, told] of cases) {
  test(`files are told from where GitHub looks for them: ${title}`, () => {
    const { diagnostics, root: base } = fromWorkspace([found(file), found(undefined)], root, workspace);
    assert.deepEqual(diagnostics, [found(told), found(undefined)]);
    assert.equal(base, title === 'the repository itself' || title === 'a folder elsewhere' || workspace === undefined ? root : workspace);
  });
}
