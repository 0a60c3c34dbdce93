import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
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
  repository.commit({ '.gitignore': 'node_modules\n' }, 'Begin');
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
    const made = ['pipeline', 'github', '--branch', 'main$(id)'];
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

  test('is for projects at the root of their repository', async (t) => {
    const outer = openTestRepository(temporaryFolder(t), gitEnvironment(join(temporaryFolder(t), 'home')));
    outer.git('init', '--quiet');
    outer.commit({ 'shop/package.json': '{ "type": "module" }\n', 'shop/environments/dev.ts': environment('dev') }, 'Begin');
    const folder = join(outer.folder, 'shop');
    const world: Partial<World> = { ...openProject(folder), repository: () => openRepository({ folder, env: outer.env }) };
    t.after(() => rmSync(`${folder}-cache`, { recursive: true, force: true }));
    const { exit, said } = await runCommand(world, ['pipeline', 'github']);
    assert.equal(exit, exitCodes.input);
    assert.match(said, /^error\[pipeline-not-root\]: the project is in the folder `shop` of its repository/m);
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
