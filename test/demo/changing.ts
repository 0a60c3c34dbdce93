import { join } from 'node:path';
import { short } from '../../src/cli/events.ts';
import { exitCodes } from '../../src/model/failure.ts';
import { numberAt, stringAt } from '../../src/model/json.ts';
import type { ObjectRef } from '../../src/model/ref.ts';
import { propose } from './authoring.ts';
import { type AgentStage, applyAll, get, hear, manifestsIn, ofType, ready, run, runAndTell, tipOf, unmet } from './stage.ts';
import { scaling, tamper, web } from './tampering.ts';

const branch = 'environments/dev';
const database: ObjectRef = { group: 'apps', kind: 'StatefulSet', namespace: 'shop', name: 'database' };

/** A bad change is stopped, a good one is applied, and all is taken back. */
export async function tellChanging(stage: AgentStage): Promise<void> {
  const first = tipOf(stage, branch);
  await badChapter(stage);
  await goodChapter(stage);
  await rollbackChapter(stage, first);
}

async function badChapter(stage: AgentStage): Promise<void> {
  const { teller, agent, cluster, project, folder, reach } = stage;
  teller.chapter('8. A bad change is stopped before it lands');
  teller.tell('The proposal of chapter 4 is still open. With a cluster at hand, a plan asks the API server, which changes nothing:');
  const where = ['--source', project.remote, '--cache', join(folder, 'plan'), ...reach.args];
  await runAndTell(stage, ['plan', 'dev', '--next'], { exit: exitCodes.input, where });
  teller.tell('Somebody merges it all the same.');
  const before = await get(cluster, 'apps/v1', database);
  const since = agent.events.length;
  merge(stage);
  await hear(stage, ofType('refused'), { since, what: 'the refusal' });
  const after = await get(cluster, 'apps/v1', database);
  if (after.metadata.generation !== before.metadata.generation) throw unmet('the database was changed');
  const storage = stringAt(after, 'spec', 'volumeClaimTemplates', 0, 'spec', 'resources', 'requests', 'storage');
  if (storage !== '1Gi') throw unmet(`the database has ${storage}`);
  teller.tell('Nothing of it was done, and what is there is still watched over:');
  await tamper(stage, scaling);
}

async function goodChapter(stage: AgentStage): Promise<void> {
  const { teller, agent, project } = stage;
  teller.chapter('9. A good change is applied');
  project.git('revert', '--no-edit', 'HEAD');
  project.edit('environments/dev.ts', { from: 'scale: { replicas: 1 }, logLevel', to: 'scale: { replicas: 3 }, logLevel' });
  project.commit('Give the web of dev three pods');
  teller.tell('The bad line is taken back, and web gets three pods. Where there are several, the chart adds a PodDisruptionBudget:');
  await propose(stage);
  const since = agent.events.length;
  merge(stage);
  await hear(stage, ofType('refused'), { since, what: 'the refusal' });
  teller.tell('A kind that dev never had. The agent cannot give itself the right, so it waits. An administrator agrees:');
  await applyAll(stage, manifestsIn(await run(stage, ['bootstrap', 'dev'])));
  await hearSynced(stage, since);
  await insistOnPods(stage, 3);
}

async function rollbackChapter(stage: AgentStage, first: string): Promise<void> {
  const { teller, agent } = stage;
  teller.chapter('10. And back: a rollback is a commit, too');
  const since = agent.events.length;
  await runAndTell(stage, ['rollback', 'dev', '--to', short(first), '--direct', '--push', 'origin']);
  await hearSynced(stage, since);
  await insistOnPods(stage, 1);
}

/** What the button of a forge does: the branch moves forward to the proposal. */
function merge({ teller, project }: AgentStage): void {
  project.git('push', '--quiet', 'origin', `origin/${branch}-next:refs/heads/${branch}`);
  teller.tell(`${teller.paint.dim('$')} git push origin ${branch}-next:${branch}`);
}

async function hearSynced(stage: AgentStage, since: number): Promise<void> {
  const tip = tipOf(stage, branch);
  await hear(stage, (event) => event.type === 'synced' && event.revision === tip, { since, what: `the sync of ${tip}` });
}

async function insistOnPods(stage: AgentStage, pods: number): Promise<void> {
  const found = numberAt(await get(stage.cluster, web.apiVersion, web.ref), 'spec', 'replicas');
  if (found !== pods) throw unmet(`Deployment/shop/web has ${found} pods, not ${pods}`);
  await ready(stage);
}
