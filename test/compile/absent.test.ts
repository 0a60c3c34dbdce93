import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeAbsent } from '../../src/compile/absent.ts';
import type { Absent } from '../../src/model/absent.ts';

const absent: readonly Absent[] = [
  { path: '/tree/vendor/sub', name: '../vendor/sub', is: 'submodule' },
  { path: '/tree/shop/logo.png', name: 'logo.png', is: 'pointer' },
];
const error = (message: string, help: string, file: string) => ({
  code: 'source-absent',
  severity: 'error',
  message,
  at: { file, environment: 'prod' },
  help,
});
const submodule = (what: string) =>
  error(
    `\`../vendor/sub\` is a submodule, of which the commit holds nothing, and ${what}`,
    'keep what is rendered in the repository itself',
    '../vendor/sub',
  );
const pointer = error(
  '`logo.png` is kept by Git LFS, and a pointer is read in its place',
  'install git-lfs, and let `lockstep fetch prod` bring it',
  'logo.png',
);

const cases: readonly (readonly [what: string, files: readonly string[], opened: readonly string[], told: readonly object[]])[] = [
  ['nothing of it', ['/tree/shop/base.ts', '/tree/vendor', '/tree/vendor/submarine/a.yaml'], ['/tree/vendor'], []],
  ['that they are there', ['/tree/vendor/sub', '/tree/shop/logo.png'], [], []],
  [
    'what the folder of the submodule holds',
    ['/tree/vendor/sub'],
    ['/tree/vendor/sub'],
    [{ ...submodule('its folder is listed'), severity: 'warning' }],
  ],
  ['a file in the submodule', ['/tree/vendor/sub/a.yaml'], [], [submodule('something in it is looked for')]],
  ['the file of Git LFS', ['/tree/shop/logo.png'], ['/tree/shop/logo.png'], [pointer]],
  ['the file of Git LFS, for another environment', [], ['/tree/shop/logo.png'], []],
];
for (const [what, files, opened, told] of cases) {
  test(`of a commit without some of its files, an environment looks at ${what}`, () => {
    assert.deepEqual(judgeAbsent({ files, opened }, absent, 'prod'), told);
  });
}

test('what a module looks for while it is loaded may be for another environment, and is a warning', () => {
  const [found, ...others] = judgeAbsent({ files: ['/tree/shop/logo.png'], opened: ['/tree/shop/logo.png'] }, absent);
  assert.deepEqual([found?.severity, found?.at, others], ['warning', { file: 'logo.png' }, []]);
  assert.match(found?.help ?? '', /`lockstep fetch` bring/);
});
