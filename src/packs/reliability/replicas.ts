import type { EnvironmentFinding, JudgedObjects, JudgedPod } from '../../authoring/rule.ts';
import { at, isObject, type Json, listAt, stringAt } from '../../model/json.ts';
import type { Manifest } from '../../model/manifest.ts';
import { budgetsWithPods, holdsAlone, servicesWithPods, workloadsOf } from '../workloads.ts';

/** Workloads of several replicas that no PodDisruptionBudget counts. */
export function withoutBudget(judged: JudgedObjects): readonly EnvironmentFinding[] {
  const counted = podsOf(budgetsWithPods(judged));
  return workloadsOf(judged)
    .filter(({ pod, fewest }) => fewest >= 2 && !counted.has(pod))
    .map(({ object, fewest }) => ({ object, message: `no PodDisruptionBudget is about its ${fewest} replicas` }));
}

/** Workloads of several replicas that may all land on one node. */
export function together(judged: JudgedObjects): readonly EnvironmentFinding[] {
  return workloadsOf(judged)
    .filter(({ pod, fewest }) => fewest >= 2 && !isSpread(pod))
    .map(({ object, pod, fewest }) => ({
      object,
      message: `its ${fewest} replicas may all run on one node`,
      path: [...pod.path, 'spec', 'topologySpreadConstraints'],
    }));
}

function isSpread({ spec }: JudgedPod): boolean {
  return listAt(spec, 'topologySpreadConstraints').length > 0 || isObject(at(spec, 'affinity', 'podAntiAffinity'));
}

/** Deployments behind a Service that stop before they start, and could do otherwise. */
export function recreated(judged: JudgedObjects): readonly EnvironmentFinding[] {
  const serving = podsOf(servicesWithPods(judged));
  return judged.pods
    .filter((pod) => stringAt(pod.object, 'spec', 'strategy', 'type') === 'Recreate' && serving.has(pod) && !holdsAlone(pod))
    .map(({ object }) => ({
      object,
      message: 'each change ends all its pods before new ones start, while a Service sends them requests',
      path: ['spec', 'strategy', 'type'],
    }));
}

/** Budgets that never let a pod go, with the fewest replicas that there may be. */
export function blockedDrains(judged: JudgedObjects): readonly EnvironmentFinding[] {
  return countedBudgets(judged)
    .filter(({ allowed }) => allowed <= 0)
    .map(({ budget, field, fewest }) => ({
      object: budget,
      message: `of ${fewest === 1 ? 'its one replica' : `its ${fewest} replicas`} none may ever be evicted: no node with one can be drained`,
      path: ['spec', field],
    }));
}

/** Budgets about a single replica that they let go. */
export function idleBudgets(judged: JudgedObjects): readonly EnvironmentFinding[] {
  return countedBudgets(judged)
    .filter(({ allowed, most }) => allowed > 0 && most === 1)
    .map(({ budget }) => ({ object: budget, message: 'it is about one replica, and protects it from nothing' }));
}

/** A budget, what it counts, and how many pods it lets go when there are the fewest. */
interface Counted {
  readonly budget: Manifest;
  readonly field: 'maxUnavailable' | 'minAvailable';
  readonly fewest: number;
  readonly most: number;
  readonly allowed: number;
}

/** Only budgets are counted whose pods all have replicas: of others, nobody knows how many there will be. */
function countedBudgets(judged: JudgedObjects): readonly Counted[] {
  const workloads = new Map(workloadsOf(judged).map((workload) => [workload.pod, workload]));
  return budgetsWithPods(judged).flatMap(({ selector: budget, pods }): readonly Counted[] => {
    const counted = pods.flatMap((pod) => workloads.get(pod) ?? []);
    const fewest = sum(counted.map((workload) => workload.fewest));
    if (counted.length < pods.length || fewest === 0) return [];
    const field = at(budget, 'spec', 'maxUnavailable') === undefined ? 'minAvailable' : 'maxUnavailable';
    const share = shareOf(at(budget, 'spec', field), fewest);
    if (share === undefined) return [];
    const allowed = field === 'maxUnavailable' ? share : fewest - share;
    return [{ budget, field, fewest, most: sum(counted.map((workload) => workload.most)), allowed }];
  });
}

/** A number of pods, or a percentage of them, rounded up as the disruption controller does. */
function shareOf(value: Json | undefined, of: number): number | undefined {
  if (typeof value === 'number') return value;
  const [, percent] = typeof value === 'string' ? (/^(\d{1,3})%$/.exec(value) ?? []) : [];
  return percent === undefined ? undefined : Math.ceil((Number(percent) * of) / 100);
}

function podsOf(selected: readonly { readonly pods: readonly JudgedPod[] }[]): ReadonlySet<JudgedPod> {
  return new Set(selected.flatMap(({ pods }) => pods));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
