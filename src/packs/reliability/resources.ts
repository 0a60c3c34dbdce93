import type { EnvironmentFinding, JudgedObjects, JudgedPod } from '../../authoring/rule.ts';
import { at, isObject, type JsonObject, listAt, objectAt, stringAt } from '../../model/json.ts';
import type { Manifest } from '../../model/manifest.ts';
import { byNamespace, lastingContainers, namespaceOf } from '../pods.ts';

/** Containers without a request for CPU or memory. */
export function withoutRequests(judged: JudgedObjects): readonly EnvironmentFinding[] {
  return withoutResources(judged, {
    // A limit is a request where there is none (core/v1 ResourceRequirements).
    fields: ['requests', 'limits'],
    // A LimitRange fills in from any of these (core/v1 LimitRangeItem).
    defaults: ['defaultRequest', 'default', 'min', 'max'],
    resources: ['cpu', 'memory'],
    what: 'requests no',
  });
}

/** Containers without a memory limit. */
export function withoutMemoryLimit(judged: JudgedObjects): readonly EnvironmentFinding[] {
  return withoutResources(judged, { fields: ['limits'], defaults: ['default', 'max'], resources: ['memory'], what: 'has no limit of' });
}

interface Wanted {
  /** Where in `resources` a resource may stand. */
  readonly fields: readonly string[];
  /** Where in a LimitRange a default may stand. */
  readonly defaults: readonly string[];
  readonly resources: readonly string[];
  readonly what: string;
}

function withoutResources(judged: JudgedObjects, wanted: Wanted): readonly EnvironmentFinding[] {
  const ranges = byNamespace(judged.all('LimitRange'), (range) => range);
  return judged.pods.flatMap((pod) => {
    const given = [pod.spec, ...(ranges.get(namespaceOf(pod.object)) ?? []).flatMap((range) => containerLimits(range, wanted))];
    return missingIn(pod, given, wanted);
  });
}

/** The defaults of a LimitRange for containers, in the form of a container. */
function containerLimits(range: Manifest, { defaults, fields }: Wanted): readonly JsonObject[] {
  const limits = listAt(range, 'spec', 'limits').filter((limit) => stringAt(limit, 'type') === 'Container');
  return limits.flatMap((limit) => defaults.map((key) => ({ resources: { [fields[0] ?? '']: objectAt(limit, key) } })));
}

function missingIn(pod: JudgedPod, given: readonly JsonObject[], { fields, resources, what }: Wanted): readonly EnvironmentFinding[] {
  const has = (holder: JsonObject, resource: string): boolean =>
    fields.some((field) => (at(holder, 'resources', field, resource) ?? undefined) !== undefined);
  const open = resources.filter((resource) => !given.some((holder) => has(holder, resource)));
  return lastingContainers(pod).flatMap(({ container, who, path }) => {
    const missing = open.filter((resource) => !has(container, resource));
    if (missing.length === 0 || !isObject(container['resources'] ?? {})) return [];
    const message = `${who} ${what} ${missing.map((resource) => `\`${resource}\``).join(' and no ')}`;
    return [{ object: pod.object, message, path: [...pod.path, ...path, 'resources', fields[0] ?? ''] }];
  });
}
