import type { RuleTexts } from '../pack.ts';

/** The rules of `cost`. */
export const costTexts = {
  container: {
    meaning: 'A container requests more, or is limited to more, than one container may.',
    reason: 'One that is too large for most nodes makes the cluster buy larger ones, or waits for ever.',
    remedy: 'Request less, or raise `container` of `cost` where it is needed.',
  },
  workload: {
    meaning: 'All replicas of a workload together request more than one workload may, at the most that its autoscaler may start.',
    reason: 'Replicas multiply what one pod requests: a bill grows by a number that nobody reads as money.',
    remedy: 'Run fewer replicas, lower `maxReplicas`, or request less.',
  },
  environment: {
    meaning: 'The environment requests more than it may, with all replicas at their most.',
    reason: 'What is requested is paid for, whether it is used or not.',
    remedy: 'Look for what requests most, or raise `environment` of `cost`.',
  },
  volume: {
    meaning: 'A claim asks for a larger volume than it may.',
    reason: 'Volumes are paid for by size, and can grow but never shrink.',
    remedy: 'Ask for less: it can be made larger later.',
  },
  'load-balancers': {
    meaning: 'The environment has more Services with a load balancer than it may.',
    reason: 'Each is a machine or two of the cloud, paid by the hour.',
    remedy: 'Route to several Services by one Ingress or Gateway.',
  },
} as const satisfies RuleTexts;
