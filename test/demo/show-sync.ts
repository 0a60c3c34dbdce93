import { systemClock } from '../../src/io/clock.ts';
import { refOf } from '../../src/model/manifest.ts';
import type { ObjectRef } from '../../src/model/ref.ts';
import type { RenderedIndex } from '../../src/model/rendered.ts';
import type { Cluster } from '../../src/ports.ts';
import { healthOf } from '../../src/reconcile/health/health.ts';
import { type AgentStage, unmet } from './stage.ts';
import { beginTree, foldTree, type Heard, isTreeDone, isWorkload, treeLines, treeNews } from './tree.ts';

/** Milliseconds between two looks, and so the least time between two pictures. */
const pause = 50;

/** Shows what the agent makes of an environment until every object is applied and every workload has its pods. */
export async function showSync(stage: AgentStage, index: RenderedIndex): Promise<void> {
  const { teller, cluster, agent, reach, signal } = stage;
  const over = new AbortController();
  void agent.ended.then(() => over.abort());
  const healths: Heard[] = [];
  const watching = watchWorkloads(cluster, index, { heard: (one) => healths.push(one), signal: AbortSignal.any([signal, over.signal]) });
  const deadline = Date.now() + reach.patience;
  let tree = beginTree(index.objects);
  let next = 0;
  try {
    while (!agent.events.some(({ type }) => type === 'synced') || !isTreeDone(tree)) {
      signal.throwIfAborted();
      // This tells what the agent said last.
      if (over.signal.aborted) await agent.until(() => false, { since: next, what: 'the first sync was done' });
      if (Date.now() > deadline) throw unmet(`dev is not synced after ${reach.patience / 1000} s`);
      const before = tree;
      for (const event of agent.events.slice(next)) tree = foldTree(tree, event, Date.parse(event.time));
      next = agent.events.length;
      for (const one of healths.splice(0)) tree = foldTree(tree, one, Date.now());
      teller.show((size) => treeLines(tree, size, teller.paint));
      if (!teller.isLive) for (const { text } of treeNews(before, tree, teller.paint)) teller.tell(text);
      await systemClock.sleep(pause, signal);
    }
    teller.keep();
  } finally {
    over.abort();
    await watching;
  }
}

/** Tells how each workload of an environment does, as the API server says it, until `signal` aborts. */
async function watchWorkloads(
  cluster: Cluster,
  index: RenderedIndex,
  { heard, signal }: { readonly heard: (one: Heard) => void; readonly signal: AbortSignal },
): Promise<void> {
  const kinds = new Map(
    index.objects
      .filter(({ ref }) => isWorkload(ref))
      .map(({ apiVersion, ref }) => [`${apiVersion} ${ref.kind} ${ref.namespace}`, { apiVersion, ref }]),
  );
  const watchKind = async ({ apiVersion, ref: { kind, namespace } }: { apiVersion: string; ref: ObjectRef }): Promise<void> => {
    const resource = await cluster.resource(apiVersion, kind, signal);
    if (!resource.ok || resource.value === undefined) return;
    for await (const event of cluster.watch({ resource: resource.value, namespace, selector: '', metadataOnly: false }, signal)) {
      if (event.type === 'present') heard({ type: 'health', ref: refOf(event.object), health: healthOf(event.object) });
    }
  };
  await Promise.all([...kinds.values()].map(watchKind));
}
