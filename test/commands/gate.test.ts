import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openRepository } from '../../src/io/git/repository.ts';
import { exitCodes } from '../../src/model/failure.ts';
import type { CommitStatus, Forge, ForgeOptions, World } from '../../src/ports.ts';
import { type Ended, runCommand } from '../support/command.ts';
import { makeSshKey } from '../support/keys.ts';
import { makeProject, openProject } from '../support/project.ts';
import { gitEnvironment, makeBareRepository, openTestRepository, type TestRepository, temporaryFolder } from '../support/repository.ts';

const environment = (name: string, level: string): string => `import { ApiObject, Chart } from 'cdk8s';
import { defineEnvironment } from 'lockstep';
const shop = (app) => {
  const chart = new Chart(app, 'shop', { disableResourceNameHashes: true });
  new ApiObject(chart, 'settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'shop' }, data: { level: '${level}' } });
};
export default defineEnvironment({
  name: '${name}',
  cluster: '${name}-1',
  kubernetes: '1.35',
  rendered: { forge: 'gitea', forgeUrl: 'https://git.example.com' },
  external: [{ kind: 'Namespace', name: 'shop' }],
  charts: { shop },
});
`;

interface Shop {
  readonly git: TestRepository;
  /** The tip of staging at the remote. */
  tip(): string;
  /** What the forge tells of each commit, one list after the other for each time that it is asked; the last one from then on. */
  readonly there: Map<string, CommitStatus[][]>;
  readonly opened: ForgeOptions[];
  /** Milliseconds that were slept. */
  readonly slept: () => number;
  run(...args: readonly string[]): Promise<Ended>;
}

/** A project with staging and prod, of which staging is published at a remote. */
async function makeShop(t: TestContext): Promise<Shop> {
  const { folder } = makeProject(t, {
    'environments/staging.ts': environment('staging', 'debug'),
    'environments/prod.ts': environment('prod', 'info'),
  });
  const base = temporaryFolder(t);
  const git = openTestRepository(folder, gitEnvironment(join(base, 'home')));
  const bare = join(base, 'there.git');
  makeBareRepository(bare, git.env);
  git.git('init', '--quiet', '--initial-branch=main');
  git.git('remote', 'add', 'origin', bare);
  git.commit({ '.gitignore': 'node_modules\ndist\n' }, 'Start the shop');
  git.git('push', '--quiet', 'origin', 'main');
  const there = new Map<string, CommitStatus[][]>();
  const opened: ForgeOptions[] = [];
  let now = Date.parse('2026-01-01T00:00:00Z');
  const began = now;
  const forge: Pick<Forge, 'statuses'> = {
    async statuses(commit) {
      const told = there.get(commit) ?? [];
      return (told.length > 1 ? told.shift() : told[0]) ?? [];
    },
  };
  const run = (...args: readonly string[]): Promise<Ended> => {
    const world: Partial<World> = {
      ...openProject(folder),
      clock: {
        now: () => new Date(now),
        sleep: async (milliseconds) => {
          now += milliseconds;
        },
        random: () => 0,
      },
      repository: () => openRepository({ folder, env: git.env }),
      async forge(options) {
        opened.push(options);
        return forge as Forge;
      },
    };
    return runCommand(world, args);
  };
  const published = await run('publish', 'staging', '--direct', '--push', 'origin');
  assert.equal(published.exit, 0, published.said);
  const tip = (): string => openTestRepository(bare, git.env).git('rev-parse', 'environments/staging');
  return { git, tip, there, opened, slept: () => now - began, run };
}

const of = (state: CommitStatus['state'], context = 'lockstep/staging'): CommitStatus => ({
  context,
  state,
  description: `it is ${state}`,
  at: '2026-01-01T00:00:00.000Z',
});

test('an environment passes by what its agent told of the tip of its branch, and by nothing else', async (t) => {
  const { run, tip, there, opened, slept, git } = await makeShop(t);
  const short = tip().slice(0, 7);
  const cases: readonly (readonly [readonly CommitStatus[], number, string])[] = [
    [[], exitCodes.difference, `\`staging\` is not healthy yet at ${short}: its agent has not told how it does`],
    [
      [of('success', 'lockstep/prod'), of('success', 'ci')],
      exitCodes.difference,
      `\`staging\` is not healthy yet at ${short}: its agent has not told how it does`,
    ],
    [[of('pending')], exitCodes.difference, `\`staging\` is not healthy yet at ${short}, since 2026-01-01T00:00:00.000Z: it is pending`],
    [
      [of('failure'), of('success', 'ci')],
      exitCodes.refused,
      `\`staging\` has failed at ${short}, since 2026-01-01T00:00:00.000Z: it is failure`,
    ],
    [
      [of('failure', 'ci'), of('success')],
      exitCodes.done,
      `\`staging\` is healthy at ${short}, since 2026-01-01T00:00:00.000Z: it is success`,
    ],
  ];
  for (const [statuses, exit, said] of cases) {
    there.set(tip(), [[...statuses]]);
    assert.deepEqual(await run('gate', 'staging'), { exit, out: '', said });
  }
  assert.equal(slept(), 0);
  assert.deepEqual(opened[0], { remote: git.git('remote', 'get-url', 'origin'), type: 'gitea', url: 'https://git.example.com' });
  const { out } = await run('gate', 'staging', '--output', 'json');
  assert.deepEqual(JSON.parse(out), { environment: 'staging', commit: tip(), isHealthy: true, status: of('success') });
  await run('gate', 'staging', '--forge', 'github', '--forge-url', 'https://ghe.example.com');
  assert.deepEqual([opened.at(-1)?.type, opened.at(-1)?.url], ['github', 'https://ghe.example.com']);
});

test('what is not known yet is waited for, what has failed is not', async (t) => {
  const { run, tip, there, slept } = await makeShop(t);
  there.set(tip(), [[], [of('pending')], [of('success')]]);
  assert.equal((await run('gate', 'staging', '--wait', '1m')).exit, exitCodes.done);
  assert.equal(slept(), 30_000);
  there.set(tip(), [[of('pending')], [of('failure')], [of('success')]]);
  assert.equal((await run('gate', 'staging', '--wait', '1m')).exit, exitCodes.refused);
  assert.equal(slept(), 45_000);
  there.set(tip(), [[of('pending')]]);
  assert.equal((await run('gate', 'staging', '--wait', '40s')).exit, exitCodes.difference);
  assert.equal(slept(), 85_000);
});

test('an environment that is published nowhere is told', async (t) => {
  const { run } = await makeShop(t);
  const { exit, said } = await run('gate', 'prod', '--wait', '1m');
  assert.equal(exit, exitCodes.input);
  assert.match(said, /^error\[gate-unpublished\]: `prod` is published nowhere: there is no branch `environments\/prod` at `origin`/);
});

test('nothing is promoted but what the environment before is healthy with', async (t) => {
  const { run, tip, there, git } = await makeShop(t);
  const promote = (...more: readonly string[]): Promise<Ended> => run('promote', 'staging', 'prod', '--when-healthy', ...more);
  const untold = await promote();
  assert.equal(untold.exit, exitCodes.refused);
  assert.match(
    untold.said,
    /^error\[promote-unhealthy\]: `staging` is not healthy yet at .*\n {2}help: wait until it is: `lockstep gate staging --wait 30m`$/m,
  );
  there.set(tip(), [[of('failure')]]);
  assert.equal((await promote()).exit, exitCodes.refused);
  there.set(tip(), [[of('success')]]);
  const check = await promote('--check');
  assert.equal(check.exit, exitCodes.difference, check.said);
  assert.match(check.said, /next: lockstep promote staging prod --when-healthy$/);

  // A commit that staging does not have is refused, however healthy staging is.
  const old = git.git('rev-parse', 'HEAD');
  git.commit({ 'environments/prod.ts': environment('prod', 'warn') }, 'Warn in prod');
  git.git('push', '--quiet', 'origin', 'main');
  const other = await promote('--source', 'main');
  assert.equal(other.exit, exitCodes.refused, other.said);
  const head = git.git('rev-parse', 'HEAD');
  assert.match(
    other.said,
    new RegExp(
      `what is promoted is not what \`staging\` is healthy with, at ${tip().slice(0, 7)}: it is rendered from \`${old.slice(0, 7)}\`, not \`${head.slice(0, 7)}\``,
    ),
  );
  const promoted = await promote();
  assert.equal(promoted.exit, exitCodes.done, promoted.said);
  assert.match(promoted.said, new RegExp(`source ${old.slice(0, 7)}`));

  // Neither is what its lock says by now, and its branch does not hold yet.
  git.commit({ 'environments/staging.lock.yaml': `source: ${head}\nimages: {}\n` }, 'Move staging');
  const ahead = await promote();
  assert.equal(ahead.exit, exitCodes.refused, ahead.said);
  assert.match(ahead.said, /is not what `staging` is healthy with/);
});

test('what nobody signed who may is not promoted, however healthy it is', async (t) => {
  const { run, tip, there, git } = await makeShop(t);
  there.set(tip(), [[of('success')]]);
  const signers = `ada@example.com ${makeSshKey(t).publicKey}\n`;
  const staging = environment('staging', 'debug').replace("forge: 'gitea'", "signedBy: 'signers', forge: 'gitea'");
  git.commit({ 'environments/staging.ts': staging, signers }, 'Say who may sign');
  const { exit, said } = await run('promote', 'staging', 'prod', '--when-healthy', '--check');
  assert.equal(exit, exitCodes.refused, said);
  assert.match(
    said,
    /^error\[rendered-untrusted\]: `environments\/staging` is not signed by anybody whom `signers` names: at .* nobody signed it$/m,
  );
});
