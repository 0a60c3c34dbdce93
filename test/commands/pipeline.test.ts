import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { openRepository } from '../../src/io/git/repository.ts';
import { exitCodes, Failure } from '../../src/model/failure.ts';
import { sealed } from '../../src/pipeline/plan.ts';
import type { Registry } from '../../src/ports/supply.ts';
import type { World } from '../../src/ports.ts';
import { type Ended, runCommand } from '../support/command.ts';
import { makeProject, openProject, type Project } from '../support/project.ts';
import { gitEnvironment, openTestRepository, temporaryFolder } from '../support/repository.ts';

const environment = (name: string): string => `import { defineEnvironment } from 'lockstep';
export default defineEnvironment({ name: '${name}', cluster: '${name}', kubernetes: '1.35', charts: {} });
`;

const digest = `sha256:${'ab'.repeat(32)}`;

interface Prepared extends Project {
  pipeline(...args: readonly string[]): Promise<Ended>;
  text(path: string): string | undefined;
}

/** A project of two environments, in a repository of its own. */
function prepared(t: TestContext): Prepared {
  const project = makeProject(t, { 'environments/dev.ts': environment('dev'), 'environments/prod.ts': environment('prod') });
  const env = gitEnvironment(join(temporaryFolder(t), 'home'));
  const repository = openTestRepository(project.folder, env);
  repository.git('init', '--quiet');
  repository.commit({ '.gitignore': 'node_modules\n', 'package-lock.json': '{}\n' }, 'Begin');
  const registry: Pick<Registry, 'find'> = { find: async () => ({ digest, platforms: ['linux/amd64'] }) };
  return {
    ...project,
    text: (path) => (existsSync(join(project.folder, path)) ? readFileSync(join(project.folder, path), 'utf8') : undefined),
    pipeline: (...args) => {
      const world: Partial<World> = {
        ...openProject(project.folder),
        repository: () => openRepository({ folder: project.folder, env }),
        registry: async () => registry as Registry,
      };
      return runCommand(world, ['pipeline', ...args]);
    },
  };
}

const check = '.github/workflows/lockstep-check.yml';
const publish = '.github/workflows/lockstep-publish.yml';
const preview = '.github/workflows/lockstep-preview.yml';

describe('lockstep pipeline', () => {
  test('writes what the project needs, tells how branches are protected, and writes nothing the second time', async (t) => {
    const project = prepared(t);
    const first = await project.pipeline('github');
    assert.equal(first.exit, exitCodes.done, first.said);
    assert.match(first.said, /^\+ \.github\/workflows\/lockstep-check\.yml$/m);
    assert.match(first.said, /^- a ruleset for `main`$/m);
    assert.match(project.text(publish) ?? '', /run: npx --no-install lockstep publish dev prod --push$/m);
    assert.match(project.text(publish) ?? '', /^# Made by `lockstep pipeline github --branch main`/);
    const second = await project.pipeline('github', '--check');
    assert.deepEqual([second.exit, second.said], [exitCodes.done, '7 files are as they were']);
  });

  test('tells by --check that there is another environment', async (t) => {
    const project = prepared(t);
    await project.pipeline('github');
    project.write({ 'environments/staging.ts': environment('staging') });
    const { exit, said } = await project.pipeline('github', '--check');
    assert.equal(exit, exitCodes.difference);
    assert.match(said, /^~ \.github\/workflows\/lockstep-publish\.yml would be another one$/m);
    assert.doesNotMatch(project.text(publish) ?? '', /staging/);
    assert.equal((await project.pipeline('github')).exit, exitCodes.done);
    assert.match(project.text(publish) ?? '', /publish dev prod staging --push/);
  });

  test('keeps what it was told: the branch, the image by its digest, and the preview', async (t) => {
    const project = prepared(t);
    await project.pipeline('gitlab', '--branch', 'trunk', '--image', 'registry.example.com/node:24', '--preview', 'dev');
    const before = project.text('.gitlab-ci.yml');
    assert.match(before ?? '', new RegExp(`--branch trunk --image registry\\.example\\.com/node:24@${digest} --preview dev`));
    assert.match(before ?? '', new RegExp(`^  image: registry\\.example\\.com/node:24@${digest}$`, 'm'));
    await project.pipeline('gitlab');
    assert.equal(project.text('.gitlab-ci.yml'), before);
  });

  test('takes the preview away again, with its file', async (t) => {
    const project = prepared(t);
    const first = await project.pipeline('github', '--preview', 'dev');
    assert.match(first.said, /^- an environment for previews: `environments\/previews\.ts`$/m);
    assert.match(
      first.said,
      /^ {4}export default number === undefined \? \[\] : \[defineEnvironment\(\{ name: `preview-\$\{number\}`, removed, … \}\)\];$/m,
    );
    assert.notEqual(project.text(preview), undefined);
    const { said } = await project.pipeline('github', '--no-preview');
    assert.match(said, /^- \.github\/workflows\/lockstep-preview\.yml \(removed\)$/m);
    assert.equal(project.text(preview), undefined);
    assert.notEqual(project.text(check), undefined);
  });

  test('names a preview of an environment that is not there', async (t) => {
    const { exit, said } = await prepared(t).pipeline('github', '--preview', 'dve');
    assert.equal(exit, exitCodes.input);
    assert.match(said, /^error\[environment-unknown\]: .*`dve`/m);
  });

  test('writes over nothing that somebody wrote, unless it is told to', async (t) => {
    const project = prepared(t);
    project.write({ '.gitlab-ci.yml': 'mine: { script: [make] }\n' });
    const refused = await project.pipeline('gitlab');
    assert.equal(refused.exit, exitCodes.input);
    assert.match(refused.said, /^error\[pipeline-file-edited\]: `\.gitlab-ci\.yml` is not as it was made/m);
    assert.equal(project.text('.gitlab-ci.yml'), 'mine: { script: [make] }\n');
    assert.equal((await project.pipeline('gitlab', '--force')).exit, exitCodes.done);
    assert.match(project.text('.gitlab-ci.yml') ?? '', /^# Made by/);
  });

  test('leaves all files as they are when one of them was edited', async (t) => {
    const project = prepared(t);
    await project.pipeline('github');
    project.write({ [check]: `${project.text(check)}# mine\n`, 'environments/staging.ts': environment('staging') });
    assert.equal((await project.pipeline('github')).exit, exitCodes.input);
    assert.doesNotMatch(project.text(publish) ?? '', /staging/);
  });

  test('writes a hook, and says how git is told of it', async (t) => {
    const project = prepared(t);
    const { exit, said } = await project.pipeline('hook');
    assert.equal(exit, exitCodes.done);
    assert.match(said, /^next: chmod \+x \.githooks\/pre-commit && git config core\.hooksPath \.githooks$/m);
    assert.match(project.text('.githooks/pre-commit') ?? '', /^#!\/bin\/sh\n# Made by `lockstep pipeline hook`/);
  });

  test('names what it does not know, branches that scripts would run, and images that are none', async (t) => {
    const project = prepared(t);
    const made = { words: ['pipeline', 'github', '--branch', 'main$(id)'], folder: '' };
    project.write({ [check]: sealed({ path: check, mark: '#', text: 'name: mine\n' }, made) });
    assert.match((await project.pipeline('github')).said, /^error\[pipeline-branch-unfit\]: the branch `main\$\(id\)` cannot/m);
    assert.equal(project.text(publish), undefined);
    assert.match((await project.pipeline('circle')).said, /^error\[pipeline-system-unknown\]: `circle` is no system/m);
    assert.match(
      (await project.pipeline('gitlab', '--image', 'Not An Image')).said,
      /^error\[pipeline-image-unfit\]: `Not An Image` is no image$/m,
    );
    assert.equal(project.text('.gitlab-ci.yml'), undefined);
  });

  test('writes at the root of the repository what runs in the folder of a project, and touches that of no other', async (t) => {
    const outer = openTestRepository(temporaryFolder(t), gitEnvironment(join(temporaryFolder(t), 'home')));
    outer.git('init', '--quiet');
    const packages = { 'package.json': '{ "type": "module" }\n', 'package-lock.json': '{}\n' };
    const projectOf = (folder: string, name: string): Readonly<Record<string, string>> =>
      Object.fromEntries(
        Object.entries({ ...packages, [`environments/${name}.ts`]: environment(name) }).map(([path, text]) => [`${folder}/${path}`, text]),
      );
    outer.commit({ ...projectOf('shop', 'dev'), ...projectOf('apps/eu', 'eu'), ...projectOf('my shop', 'my') }, 'Begin');
    const { folder: installed } = makeProject(t, {});
    symlinkSync(join(installed, 'node_modules'), join(outer.folder, 'node_modules'));
    const run = (below: string, ...args: readonly string[]): Promise<Ended> => {
      const folder = join(outer.folder, below);
      t.after(() => rmSync(`${folder}-cache`, { recursive: true, force: true }));
      return runCommand({ ...openProject(folder), repository: () => openRepository({ folder, env: outer.env }) }, ['pipeline', ...args]);
    };
    const workflow = (name: string): string => readFileSync(join(outer.folder, `.github/workflows/lockstep-${name}.yml`), 'utf8');
    const first = await run('shop', 'github', '--branch', 'trunk');
    assert.equal(first.exit, exitCodes.done, first.said);
    assert.match(first.said, /^\+ \.github\/workflows\/lockstep-shop-check\.yml$/m);
    assert.match(first.said, /Require status checks to pass: `check-shop`;/);
    assert.match(workflow('shop-publish'), /^# Made by `lockstep pipeline github --branch trunk` in `shop`\. /);
    assert.match(workflow('shop-publish'), /^ {4}- shop\/\*\*$/m);
    const before = workflow('shop-check');
    const second = await run('apps/eu', 'github');
    assert.equal(second.exit, exitCodes.done, second.said);
    assert.doesNotMatch(second.said, /removed|shop/);
    assert.match(workflow('apps--eu-publish'), /--branch main` in `apps\/eu`/, 'what was said in another project was said of that');
    assert.equal(workflow('shop-check'), before);
    assert.deepEqual((await run('shop', 'github', '--check')).said, '7 files are as they were');

    const hook = await run('apps/eu', 'hook');
    assert.match(hook.said, /^next: chmod \+x \.githooks\/pre-commit && git config core\.hooksPath apps\/eu\/\.githooks$/m);
    assert.match(
      (await run('my shop', 'github')).said,
      /^error\[pipeline-folder-unfit\]: the folder `my shop` of the project cannot be named/m,
    );

    outer.commit(
      {
        'shared/level.ts': 'export const level = 1;\n',
        'shop/environments/dev.ts': `import '../../shared/level.js';\n${environment('dev')}`,
      },
      'Share',
    );
    assert.equal((await run('shop', 'github')).exit, exitCodes.done);
    assert.doesNotMatch(workflow('shop-publish'), /paths:/, 'it is of more than its folder');
  });

  test('is as the package manager of the project is, and names branches that environments share', async (t) => {
    const project = prepared(t);
    rmSync(join(project.folder, 'package-lock.json'));
    assert.match((await project.pipeline('github', '--check')).said, /^warning\[pipeline-packages-unlocked\]/m);
    const shared = environment('prod').replace("kubernetes: '1.35',", "kubernetes: '1.35', rendered: { branch: 'fleet' },");
    project.write({ 'yarn.lock': '', 'environments/prod.ts': shared });
    assert.match((await project.pipeline('github')).said, /^error\[pipeline-packages-unfit\]/m);
    project.write({ 'package.json': '{ "name": "project", "type": "module", "packageManager": "yarn@1.22.22" }\n' });
    const { exit, said } = await project.pipeline('github');
    assert.equal(exit, exitCodes.done, said);
    assert.match(said, /^- a ruleset for `environments\/\*` and `fleet`, without `environments\/\*-next`$/m);
    assert.match(project.text(check) ?? '', /yarn install --frozen-lockfile --ignore-scripts/);
    assert.match(project.text(check) ?? '', /^ {4}- fleet$/m);
  });

  test('tells what keeps an image from being pinned', async (t) => {
    const project = prepared(t);
    const registry = {
      find: async () => {
        throw new Failure('registry-unreachable', '`docker.io` does not answer');
      },
    } as unknown as Registry;
    const env = gitEnvironment(join(temporaryFolder(t), 'home'));
    const world: Partial<World> = {
      ...openProject(project.folder),
      repository: () => openRepository({ folder: project.folder, env }),
      registry: async () => registry,
    };
    const { exit, said } = await runCommand(world, ['pipeline', 'tekton']);
    assert.equal(exit, exitCodes.world);
    assert.match(said, /`docker\.io` does not answer/);
  });
});
