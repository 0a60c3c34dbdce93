import type { RuleTexts } from '../pack.ts';

/** The rules of `reliability`. */
export const reliabilityTexts = {
  'readiness-probe': {
    meaning: 'A container that a Service sends requests to has no readiness probe.',
    reason: 'It gets requests before it can answer them: each rollout and each restart is a small outage.',
    remedy:
      'Give it a `readinessProbe` that asks what it needs to answer. A Service that publishes pods before they are ready is left out.',
  },
  'liveness-probe': {
    meaning: 'A liveness probe asks the same as the readiness probe and gives up no later.',
    reason: 'A pod that is only busy is restarted instead of being left alone for a while: under load, all of them are.',
    remedy: 'Leave it out, ask for less, or give it more time: a higher `failureThreshold`.',
    severity: 'warning',
  },
  requests: {
    meaning: 'A container requests no CPU or no memory, and nothing gives it a default.',
    reason: 'The scheduler takes it for free and overfills nodes; when memory runs out there, it is ended first.',
    remedy: 'Give `resources.requests` for both. A LimitRange of the namespace with defaults, in the same environment, does as well.',
  },
  'memory-limit': {
    meaning: 'A container has no memory limit, and nothing gives it a default.',
    reason: 'A leak takes the memory of everything on its node, not only of its pod.',
    remedy: 'Give `resources.limits.memory`. CPU needs no limit: whoever has to wait for it only gets slower.',
  },
  'disruption-budget': {
    meaning: 'Several replicas have no PodDisruptionBudget.',
    reason: 'Draining nodes, as each upgrade of the cluster does, may end all of them at the same time.',
    remedy: 'Add one, best with `maxUnavailable: 1`.',
  },
  spread: {
    meaning: 'Nothing says that several replicas go to different nodes.',
    reason: 'They may all land on one node, and be gone with it.',
    remedy: 'Add `topologySpreadConstraints` over `kubernetes.io/hostname`, or a pod anti-affinity.',
    severity: 'warning',
  },
  'blocked-drain': {
    meaning: 'A PodDisruptionBudget never allows a pod to be evicted.',
    reason: 'No node with such a pod can be drained: upgrades of the cluster wait for ever, until somebody deletes the budget.',
    remedy: 'Let at least one pod go: `maxUnavailable: 1`, or `minAvailable` below the fewest replicas. One replica alone needs none.',
  },
  'idle-budget': {
    meaning: 'A PodDisruptionBudget is about a single replica and lets it go.',
    reason: 'It protects nothing, and says that something was protected.',
    remedy: 'Remove it, or run a second replica.',
    severity: 'warning',
  },
  recreate: {
    meaning: 'A Deployment behind a Service ends all its pods before it starts new ones, and has no volume that asks for it.',
    reason: 'Each change is an outage for as long as a pod takes to start.',
    remedy: 'Use the strategy `RollingUpdate`, which is the default.',
  },
} as const satisfies RuleTexts;
