import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Verified } from '../../src/cli/verify.ts';
import { systemClock } from '../../src/io/clock.ts';
import { openRepository } from '../../src/io/git/repository.ts';
import type { World } from '../../src/ports.ts';
import { editByHand } from '../publish/samples.ts';
import { type Ended, runCommand } from './command.ts';
import { makeProject, openProject } from './project.ts';
import { gitEnvironment, openTestRepository, runGitIn, type TestRepository, temporaryFolder } from './repository.ts';

/** A chart of two ConfigMaps that say a text. */
export const chart = (text: string): string => `import { ApiObject } from 'cdk8s';
import { defineChart } from 'lockstep';
export const notes = defineChart({
  build(chart) {
    for (const name of ['a', 'b'])
      new ApiObject(chart, name, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop' }, data: { text: '${text}' } });
  },
});
`;
/** The environment that has it. */
export const environment = `import { defineEnvironment } from 'lockstep';
import { notes } from '../chart.js';
const external = [{ kind: 'Namespace', name: 'shop' }];
export default defineEnvironment({ name: 'prod', cluster: 'c', kubernetes: '1.35', external, charts: { notes } });
`;
/** One of both. */
export const objectPath = 'notes/configmap.core.shop.a.yaml';

/** A project in a repository, which is published and verified. */
export interface Shop extends TestRepository {
  /** Runs Lockstep on the project, as a new process would. */
  run(...args: readonly string[]): Promise<Ended>;
  /** The same, on another day. */
  runOn(day: string, ...args: readonly string[]): Promise<Ended>;
  /** What came of verifying. */
  verify(...args: readonly string[]): Promise<{ readonly exit: number; readonly commits: readonly Verified[] }>;
}

/** A project that renders two ConfigMaps, in a repository with one commit. */
export function makeShop(t: TestContext): Shop {
  const { folder } = makeProject(t, {
    '.gitignore': 'node_modules\ndist\n',
    'chart.ts': chart('one'),
    'environments/prod.ts': environment,
  });
  const env = gitEnvironment(join(temporaryFolder(t), 'home'));
  runGitIn(folder, env, 'init', '--quiet', '.');
  const source = openTestRepository(folder, env);
  source.commit({}, 'Start the shop');
  const open = (): Partial<World> => ({ ...openProject(folder), repository: () => openRepository({ folder, env }) });
  const run = (...args: readonly string[]): Promise<Ended> => runCommand(open(), args);
  return {
    ...source,
    run,
    runOn: (day, ...args) => runCommand({ ...open(), clock: { ...systemClock, now: () => new Date(`${day}T12:00:00Z`) } }, args),
    async verify(...args) {
      const { exit, out, said } = await run('verify', ...args, '--output', 'json');
      return { exit, commits: out === '' ? assert.fail(said) : (JSON.parse(out) as { commits: readonly Verified[] }).commits };
    },
  };
}

/** Publishes the environment and returns the commit. */
export async function publish(shop: Shop, ...args: readonly string[]): Promise<string> {
  const { exit, said } = await shop.run('publish', 'prod', ...args);
  assert.equal(exit, 0, said);
  return shop.git('rev-parse', args.includes('--direct') ? 'environments/prod' : 'environments/prod-next');
}

/** The work tree says something else, and so does a later commit: what is verified is rendered from its own source. */
export function moveOn(shop: Shop): void {
  shop.commit({ 'chart.ts': chart('later') }, 'Say something else');
  shop.write('chart.ts', chart('never committed'));
}

/** Commits a file to the rendered branch, as a person without Lockstep would, and returns the commit. */
export function editByHandIn(
  shop: TestRepository,
  edit: { readonly path: string; readonly text: string | undefined },
  branch = 'environments/prod',
): string {
  const write = (path: string, text: string): void => {
    const place = path.replace('../project-scratch/', '');
    mkdirSync(join(`${shop.folder}-scratch`, place, '..'), { recursive: true });
    writeFileSync(join(`${shop.folder}-scratch`, place), text);
  };
  return editByHand({ ...shop, write }, branch, edit);
}

/** Runs git with a text as its standard input. */
export function runWithInput(shop: Shop, input: string, ...args: readonly string[]): string {
  const file = join(shop.folder, 'dist-input');
  writeFileSync(file, input);
  return runGitIn(shop.folder, shop.env, '-c', `alias.with=!git ${args.join(' ')} < '${file}'`, 'with');
}
