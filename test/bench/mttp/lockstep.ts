import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { environmentDefinition } from '../../../src/compile/environment-definition.ts';
import { environmentApi } from '../../../src/model/declared.ts';
import { stringAt } from '../../../src/model/json.ts';
import { branchesOf } from '../../../src/model/rendered.ts';
import { freePort } from '../../controlplane/port.ts';
import { startAgent } from '../../demo/program.ts';
import { eventually } from '../../e2e/eventually.ts';
import { administratorFor, namespace } from '../../peers/account.ts';
import { startGitHttp } from '../../support/git-http.ts';
import { gitEnvironment, makeBareRepository } from '../../support/repository.ts';
import { filesOf, home, nameOf } from './applications.ts';
import { branchesIn } from './branches.ts';
import { allDone, applyAll, isReady } from './ground.ts';
import { type Deployed, type MttpBench, measureDeployed, millicores, patienceFor } from './measure.ts';

/** An object `Environment` for each application, with a branch of its own in one repository, which is served over HTTP. */
export async function measureLockstep(bench: MttpBench) {
  const { stage, apps, folder } = bench;
  const { user, kubeconfig } = await administratorFor(stage, 'lockstep');
  const env = gitEnvironment(join(folder, 'home'));
  const served = join(folder, 'served');
  const repository = join(served, 'config.git');
  mkdirSync(repository, { recursive: true });
  makeBareRepository(repository, env);
  const git = await startGitHttp({ folder: served });
  const branches = branchesIn(repository, env);
  const all = Array.from({ length: apps }, (_, app) => app);
  const prepare = (cpu: number) =>
    branches.prepare(
      all.map((app) => ({ branch: branchesOf(nameOf(app)).active, files: filesOf(app, cpu), isNext: cpu !== millicores.install })),
    );
  await applyAll(stage, [environmentDefinition()]);
  const port = await freePort();
  const place = ['--all-namespaces', '--namespace', namespace, '--kubeconfig', kubeconfig, '--cache', join(folder, 'cache')];
  const agent = startAgent(folder, [...place, '--listen', `127.0.0.1:${port}`]);
  const probes = `http://127.0.0.1:${port}`;
  const { apiVersion, kind } = environmentApi;
  const at = (commits: ReadonlyMap<string, string>): Promise<void> =>
    allDone(stage.admin, {
      apiVersion,
      kind,
      count: apps,
      patience: patienceFor(apps),
      isDone: (live) => isReady(live) && stringAt(live.status, 'revision') === commits.get(branchesOf(live.metadata.name).active),
    });
  let commits: ReadonlyMap<string, string> = new Map();

  const deployed: Deployed = {
    who: 'lockstep',
    user,
    pid: () => agent.pid,
    async prepare(step) {
      commits = prepare(millicores[step]);
      if (step === 'install') branches.move(commits);
    },
    async act(step) {
      if (step === 'install') await applyAll(stage, all.map(environmentOf(git.url)));
      else {
        branches.move(commits);
        await fetch(`${probes}/hook`, { method: 'POST' });
      }
      await at(commits);
    },
  };
  try {
    await eventually('the agent to be ready', async () => (await fetch(`${probes}/readyz`).catch(() => undefined))?.ok || undefined);
    return await measureDeployed(bench, deployed);
  } finally {
    agent.kill('SIGTERM');
    await agent.ended;
    await git.close();
  }
}

function environmentOf(url: string) {
  const { apiVersion, kind } = environmentApi;
  return (app: number) => ({
    apiVersion,
    kind,
    metadata: { name: nameOf(app), namespace: home },
    spec: { source: { url: `${url}/config.git` } },
  });
}
