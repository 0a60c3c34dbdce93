import type { Answer } from '../../src/model/apierror.ts';
import type { LiveObject } from '../../src/model/manifest.ts';
import { formatRef, type ObjectRef } from '../../src/model/ref.ts';
import type { Cluster, PatchOperation } from '../../src/ports.ts';
import { type AgentStage, get, hear, ready, unmet } from './stage.ts';

/** What somebody does to an object of the shop who may change it. */
export interface Tampering {
  /** In the past tense, after `somebody`. */
  readonly done: string;
  readonly apiVersion: string;
  readonly ref: ObjectRef;
  act(cluster: Cluster, live: LiveObject): Promise<Answer<unknown>>;
}

/** What was put right, and how long after it was done: milliseconds. */
export interface Repair {
  readonly done: string;
  readonly milliseconds: number;
}

/** The web front end of the shop. */
export const web = { apiVersion: 'apps/v1', ref: { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'web' } };
const service = { apiVersion: 'v1', ref: { group: '', kind: 'Service', namespace: 'shop', name: 'web' } };

/** The name that somebody's kubectl leaves in what it changes. */
const manager = 'somebody-at-night';

const patchesWeb = (done: string, operation: PatchOperation): Tampering => ({
  done,
  ...web,
  act: (cluster) => cluster.patch(web.apiVersion, web.ref, [operation], { manager }),
});

/** Somebody runs more pods than the branch says. */
export const scaling = patchesWeb('scaled Deployment/shop/web to 5', { op: 'replace', path: '/spec/replicas', value: 5 });

const containers = '/spec/template/spec/containers';
const tamperings: readonly Tampering[] = [
  scaling,
  patchesWeb('put another image into Deployment/shop/web', {
    op: 'replace',
    path: `${containers}/0/image`,
    value: 'registry.example/cheaper:latest',
  }),
  {
    done: 'deleted Service/shop/web',
    ...service,
    act: (cluster, live) => cluster.remove(service.apiVersion, service.ref, live.metadata),
  },
  patchesWeb('injected a container into Deployment/shop/web', {
    op: 'add',
    path: `${containers}/-`,
    value: { name: 'miner', image: 'registry.example/miner:1' },
  }),
];

/** Somebody tampers with the cluster, four times, and the agent puts it right. Returns how long each took. */
export async function tellTampering(stage: AgentStage): Promise<readonly Repair[]> {
  const { teller } = stage;
  teller.chapter('7. Somebody tampers with the cluster, and the agent puts it right');
  const repairs: Repair[] = [];
  for (const tampering of tamperings) repairs.push(await tamper(stage, tampering));
  await ready(stage);
  const width = Math.max(...repairs.map(({ done }) => done.length));
  teller.tell('');
  teller.tell(teller.paint.bold(`${'somebody'.padEnd(width)}  put right after`));
  for (const { done, milliseconds } of repairs) teller.tell(`${done.padEnd(width)}  ${String(milliseconds).padStart(12)} ms`);
  return repairs;
}

/** Does it, and insists that the agent puts the object back as it was. */
export async function tamper(stage: AgentStage, { done, apiVersion, ref, act }: Tampering): Promise<Repair> {
  const { agent, cluster, teller } = stage;
  const before = await get(cluster, apiVersion, ref);
  const since = agent.events.length;
  const begun = Date.now();
  const answer = await act(cluster, before);
  if (!answer.ok) throw unmet(answer.error.message);
  teller.tell(`${teller.paint.red('somebody')} ${done}`);
  const repair = await hear(
    stage,
    (event) => event.type === 'applied' && event.op !== 'update' && formatRef(event.ref) === formatRef(ref),
    { since, what: `the repair of ${formatRef(ref)}` },
  );
  if (contentOf(await get(cluster, apiVersion, ref)) !== contentOf(before)) throw unmet(`${formatRef(ref)} is not as it was`);
  return { done, milliseconds: Date.parse(repair.time) - begun };
}

/** What an object says; of a Service, less the address that a new one gets. */
function contentOf({ spec }: LiveObject): string {
  return JSON.stringify(spec, (key, value: unknown) => (['clusterIP', 'clusterIPs'].includes(key) ? undefined : value));
}
