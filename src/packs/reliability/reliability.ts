import type { Policy } from '../../authoring/policy.ts';
import type { Check, EnvironmentFinding, JudgedObjects } from '../../authoring/rule.ts';
import { packOf } from '../pack.ts';
import { hastyLiveness, unreadyContainers } from './probes.ts';
import { blockedDrains, idleBudgets, recreated, together, withoutBudget } from './replicas.ts';
import { withoutMemoryLimit, withoutRequests } from './resources.ts';
import { reliabilityTexts } from './texts.ts';

/** What keeps running while nodes go, pods restart and versions change: probes, resources, replicas and their budgets. */
export const reliability: Policy = packOf('reliability', reliabilityTexts, {
  'readiness-probe': ofAll(unreadyContainers),
  'liveness-probe': { of: 'pods', check: hastyLiveness },
  requests: ofAll(withoutRequests),
  'memory-limit': ofAll(withoutMemoryLimit),
  'disruption-budget': ofAll(withoutBudget),
  spread: ofAll(together),
  'blocked-drain': ofAll(blockedDrains),
  'idle-budget': ofAll(idleBudgets),
  recreate: ofAll(recreated),
});

function ofAll(check: (judged: JudgedObjects) => readonly EnvironmentFinding[]): Check {
  return { of: 'environment', check };
}
