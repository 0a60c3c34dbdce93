import { readFileSync } from 'node:fs';
import { mapBounded } from '../../../src/agent/bounded.ts';
import { isObject, listAt } from '../../../src/model/json.ts';
import type { LiveObject, Manifest } from '../../../src/model/manifest.ts';
import type { Cluster } from '../../../src/ports.ts';
import { eventually } from '../../e2e/eventually.ts';
import { namespace } from '../../e2e/manifests.ts';
import type { Stage } from '../../e2e/stage.ts';
import { NoFigure } from '../measure.ts';
import { applier, home } from './applications.ts';

/** Applies as an administrator, eight at once. */
export async function applyAll({ admin }: Pick<Stage, 'admin'>, manifests: readonly Manifest[]): Promise<void> {
  for await (const answer of mapBounded(manifests, (manifest) => admin.apply(manifest, { manager: 'bench' }), { limit: 8 }))
    if (!answer.ok) throw new Error(answer.error.message);
}

/** Makes the namespace of the applications. Whoever is a ServiceAccount there may do everything in it: the tools impersonate those. */
export async function furnish(stage: Stage): Promise<void> {
  await applyAll(stage, [namespace(home)]);
  await applyAll(stage, [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: applier, namespace: home } },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: applier, namespace: home },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: `system:serviceaccounts:${home}` }],
    },
  ]);
}

/** Whose objects are waited for. */
export interface Awaited {
  readonly apiVersion: string;
  readonly kind: string;
  readonly count: number;
  /** Whether an object says of itself that it is where it should be. */
  readonly isDone: (live: LiveObject) => boolean;
  /** In seconds. */
  readonly patience: number;
}

/** Resolves when `count` objects of a kind are done. One watch tells: a server that is asked again and again is slower. */
export async function allDone(admin: Cluster, { apiVersion, kind, count, isDone, patience }: Awaited): Promise<void> {
  const resource = await eventually(`${kind} to be served`, async () => {
    const answer = await admin.resource(apiVersion, kind);
    return answer.ok ? answer.value : undefined;
  });
  const done = new Set<string>();
  const late = AbortSignal.timeout(patience * 1000);
  const end = new AbortController();
  try {
    const watch = admin.watch({ resource, namespace: home, selector: '', metadataOnly: false }, AbortSignal.any([late, end.signal]));
    for await (const event of watch) {
      if (event.type !== 'present') continue;
      const { name } = event.object.metadata;
      if (isDone(event.object)) done.add(name);
      else done.delete(name);
      if (done.size === count) return;
    }
  } finally {
    end.abort();
  }
  throw new NoFigure(`gave up after ${patience} s`, `${done.size} of ${count} are done`);
}

/** Whether an object says that it is Ready, for its present spec. */
export function isReady({ metadata, status }: LiveObject): boolean {
  if (!isObject(status) || status['observedGeneration'] !== metadata.generation) return false;
  return listAt(status, 'conditions').some((one) => isObject(one) && one['type'] === 'Ready' && one['status'] === 'True');
}

/** The seconds of the processor that a process and all that it started took until now; 0 where the system does not tell. */
export function processorTime(pid: number | undefined): number {
  try {
    return processorSeconds(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return 0;
  }
}

/** The seconds in a line of `/proc/<pid>/stat` (proc_pid_stat(5)): in the process and the kernel, its ended children's with them. */
export function processorSeconds(line: string): number {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
}
