import type { Path } from '../model/json.ts';
import { formatGroupKind, type GroupKind } from '../model/ref.ts';

const template: Path = ['spec', 'template'];

/** Where the kinds that run containers keep their pod: what has the pod's metadata and spec. */
const pods: ReadonlyMap<string, Path> = new Map(
  Object.entries({
    Pod: [],
    PodTemplate: ['template'],
    ReplicationController: template,
    'DaemonSet.apps': template,
    'Deployment.apps': template,
    'ReplicaSet.apps': template,
    'StatefulSet.apps': template,
    'Job.batch': template,
    'CronJob.batch': ['spec', 'jobTemplate', 'spec', 'template'],
  }),
);

/** Where an object of `kind` keeps its pod, or undefined when it has none. A Pod is its own: its path is empty. */
export function podPath(kind: GroupKind): Path | undefined {
  return pods.get(formatGroupKind(kind));
}
