import type { EnvironmentFinding, Finding, JudgedObjects, JudgedPod } from '../../authoring/rule.ts';
import { at, isObject, type Json, listAt, numberAt } from '../../model/json.ts';
import type { Manifest } from '../../model/manifest.ts';
import { lastingContainers, type NamedContainer } from '../pods.ts';
import { servicesWithPods } from '../workloads.ts';

/** Containers that a Service sends requests to, and that have no readiness probe. */
export function unreadyContainers(judged: JudgedObjects): readonly EnvironmentFinding[] {
  const told = new Map<unknown, EnvironmentFinding>();
  for (const { selector: service, pods } of servicesWithPods(judged)) {
    if (at(service, 'spec', 'publishNotReadyAddresses') === true) continue;
    for (const pod of pods.filter(({ object }) => !['CronJob', 'Job'].includes(object.kind))) {
      for (const { container, who, path } of asked(service, pod)) {
        if (isObject(container['readinessProbe']) || told.has(container)) continue;
        const message = `${who} gets requests of the Service \`${service.metadata.name}\` before it is ready: it has no readiness probe`;
        told.set(container, { object: pod.object, message, path: [...pod.path, ...path, 'readinessProbe'] });
      }
    }
  }
  return [...told.values()];
}

/** The containers behind the ports of a Service. A number that no container declares is the only container's, if there is one only. */
function asked(service: Manifest, pod: JudgedPod): readonly NamedContainer[] {
  const containers = lastingContainers(pod);
  return listAt(service, 'spec', 'ports').flatMap((port) => {
    const target = at(port, 'targetPort') ?? at(port, 'port');
    const declaring = containers.filter(({ container }) =>
      listAt(container, 'ports').some((one) => at(one, 'name') === target || at(one, 'containerPort') === target),
    );
    return declaring.length === 0 && typeof target === 'number' && containers.length === 1 ? containers : declaring;
  });
}

const handlers = ['exec', 'grpc', 'httpGet', 'tcpSocket'];

/** Liveness probes that ask the same as readiness probes, and give up no later. */
export function hastyLiveness(pod: JudgedPod): readonly Finding[] {
  return lastingContainers(pod).flatMap(({ container, who, path }) => {
    const { livenessProbe: live, readinessProbe: ready } = container;
    if (!isObject(live) || !isObject(ready) || patience(live) > patience(ready)) return [];
    if (!handlers.some((handler) => isObject(live[handler]) && JSON.stringify(live[handler]) === JSON.stringify(ready[handler]))) return [];
    const message = `${who} is restarted as soon as it is not ready: both probes ask the same`;
    return [{ message, path: [...path, 'livenessProbe'] }];
  });
}

/** The seconds that a probe may fail for; the defaults are those of core/v1 Probe. */
function patience(probe: Json): number {
  return (numberAt(probe, 'periodSeconds') ?? 10) * (numberAt(probe, 'failureThreshold') ?? 3);
}
