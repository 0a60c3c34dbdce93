import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findAbove, readPackages } from '../../src/commands/pipeline-packages.ts';
import type { Diagnostic } from '../../src/model/diagnostic.ts';
import type { ProjectPackages } from '../../src/pipeline/project.ts';

/** What is read of a repository with these files by a project in `folder`. */
async function read(
  files: Readonly<Record<string, string>>,
  folder = '',
): Promise<{ readonly value: ProjectPackages; readonly diagnostics: readonly Diagnostic[] }> {
  return readPackages(filesOf(files, folder), folder);
}

function filesOf(files: Readonly<Record<string, string>>, folder: string): { read(path: string): Promise<string | undefined> } {
  const base = new URL(`file:///${folder === '' ? '' : `${folder}/`}`);
  return { read: async (path) => files[new URL(path, base).pathname.slice(1)] };
}

const manifest = (manager: string): string => JSON.stringify({ packageManager: manager });
const berry = '__metadata:\n  version: 8\n';

describe('the package manager of a project', () => {
  const cases = [
    [{ 'package-lock.json': '{}' }, 'npm', undefined],
    [{ 'package-lock.json': '{}', 'package.json': manifest('npm@11.6.2') }, 'npm', undefined],
    [{ 'pnpm-lock.yaml': '', 'package.json': manifest('pnpm@10.18.3+sha512.abc123') }, 'pnpm', '10.18.3'],
    [{ 'yarn.lock': '# yarn lockfile v1\n', 'package.json': manifest('yarn@1.22.22') }, 'yarn-1', '1.22.22'],
    [{ 'yarn.lock': berry, 'package.json': manifest('yarn@4.10.3'), '.yarnrc.yml': 'nodeLinker: node-modules\n' }, 'yarn', '4.10.3'],
    [{ 'bun.lock': '{}', 'package.json': manifest('bun@1.3.0') }, 'bun', '1.3.0'],
  ] as const;
  for (const [files, manager, version] of cases)
    test(`is told by its lock, and which by packageManager: ${Object.keys(files).join(', ')} ${version}`, async () => {
      const { value, diagnostics } = await read(files);
      assert.deepEqual(diagnostics, []);
      assert.deepEqual([value.manager, value.version, value.folder], [manager, version, '']);
    });

  test('is that of the workspace, where the project has no lock of its own', async () => {
    const files = { 'apps/pnpm-lock.yaml': '', 'apps/package.json': manifest('pnpm@10.18.3'), 'yarn.lock': '' };
    const { value, diagnostics } = await read(files, 'apps/shop');
    assert.deepEqual([value.manager, value.folder, diagnostics], ['pnpm', 'apps', []]);
    assert.equal((await read({ ...files, 'apps/shop/package-lock.json': '{}' }, 'apps/shop')).value.folder, 'apps/shop');
  });

  const wrong = [
    [{ 'pnpm-lock.yaml': '' }, /`pnpm-lock\.yaml` is not of npm, and nothing says which version/],
    [{ 'pnpm-lock.yaml': '', 'package.json': manifest('pnpm@10') }, /is no lock of `pnpm@10`/],
    [{ 'pnpm-lock.yaml': '', 'package.json': manifest('yarn@4.10.3') }, /is no lock of `yarn@4\.10\.3`/],
    [{ 'yarn.lock': '', 'package.json': manifest("yarn@4.10.3'$(id)") }, /is no lock of/],
    [{ 'yarn.lock': '', 'package.json': manifest('yarn@4.10.3') }, /is no lock of/],
    [{ 'yarn.lock': berry, 'package.json': manifest('yarn@4.10.3') }, /Plug'n'Play/],
  ] as const;
  for (const [files, message] of wrong)
    test(`is refused where a job could not install by it: ${message.source}`, async () => {
      const { diagnostics } = await read(files);
      assert.deepEqual(
        diagnostics.map(({ code, severity }) => [code, severity]),
        [['pipeline-packages-unfit', 'error']],
      );
      assert.match(diagnostics[0]?.message ?? '', message);
    });

  test('is not known without a lock, which is told', async () => {
    assert.deepEqual(
      (await read({}, 'apps/shop')).diagnostics.map(({ code }) => code),
      ['pipeline-packages-unlocked'],
    );
  });
});

test('a file is looked for from the project to the root', async () => {
  const find = (files: Readonly<Record<string, string>>): Promise<string | undefined> =>
    findAbove(filesOf(files, 'apps/shop'), 'apps/shop', ['.nvmrc', '.node-version']);
  assert.equal(await find({ '.nvmrc': '24' }), '.nvmrc');
  assert.equal(await find({ '.nvmrc': '24', 'apps/.node-version': '24' }), 'apps/.node-version');
  assert.equal(await find({ 'other/.nvmrc': '24' }), undefined);
});
