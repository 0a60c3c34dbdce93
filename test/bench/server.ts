import { setTimeout as sleep } from 'node:timers/promises';
import { numberAt } from '../../src/model/json.ts';
import type { Cluster } from '../../src/ports.ts';
import { ask, type Server } from '../controlplane/api.ts';
import { NoFigure } from './measure.ts';
import { workload } from './workload.ts';

/** Deletes what a tool applied, and waits until all of it is gone, so that it can apply it once more. */
export async function clear(server: Server): Promise<void> {
  const paths = workload(0).map(({ metadata }) => `/api/v1/namespaces/${metadata.name}`);
  await Promise.all(paths.map((path) => ask(server, { method: 'DELETE', path })));
  const deadline = performance.now() + 1_800_000;
  for (const path of paths) {
    while (!(await isGone(server, path))) {
      if (performance.now() > deadline) throw new NoFigure('was not cleared', `${path} is still there after 1800 s`);
      await sleep(250);
    }
  }
}

/** A server that is too busy to answer has not said so. */
async function isGone(server: Server, path: string): Promise<boolean> {
  return ask(server, { method: 'GET', path }).then(
    ({ status }) => status === 404,
    () => false,
  );
}

/** Waits until the controllers have seen every Deployment of a workload as it is, so that a step does not share the server with them. */
export async function calm(cluster: Cluster): Promise<void> {
  const deadline = performance.now() + 900_000;
  for (const { metadata } of workload(0)) {
    while (!(await isSeen(cluster, metadata.name))) {
      if (performance.now() > deadline) throw new NoFigure('did not calm down', `the controllers are still busy in ${metadata.name}`);
      await sleep(250);
    }
  }
}

async function isSeen(cluster: Cluster, home: string): Promise<boolean> {
  const found = await cluster.list({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: home, selector: '', metadataOnly: false });
  if (!found.ok) throw new Error(found.error.message);
  return found.value.every((one) => numberAt(one, 'status', 'observedGeneration') === numberAt(one, 'metadata', 'generation'));
}
