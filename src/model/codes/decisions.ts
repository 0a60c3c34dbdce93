import type { Explanations } from './explanation.ts';

/** What people decided for an environment: deletions, adoptions, hand-overs, its end. */
export const decisions = {
  'approval-invalid': {
    meaning: 'An entry of `approvals` does not say which object may be deleted, or not why.',
    reason: "It is a person's word for a deletion that the agent refuses by itself: it has to be exact.",
    remedy: "Name kind, namespace and name of the object, and give a reason. A kind that is not Kubernetes' own needs its group.",
    example: "approvals: [{ delete: { kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'old' }, reason: 'moved to db-2 (OPS-31)' }]",
  },
  'adoption-invalid': {
    meaning: 'An entry of `adopt` does not say which object is taken over, or not why.',
    reason: 'Taking over an object means that its fields are changed and, one day, that it is deleted.',
    remedy: 'Name the object, or say `all: true`, and give a reason.',
    example: "adopt: [{ object: { kind: 'Deployment', namespace: 'shop', name: 'web' }, reason: 'made by Helm before' }]",
  },
  'adoption-unused': {
    meaning: 'An object is adopted that the environment does not have.',
    reason: 'The adoption has no effect: often it is a typo, and the meant object is not taken over.',
    remedy: 'Correct the name (the message proposes one), or remove the adoption.',
  },
  'hand-over-invalid': {
    meaning: 'An entry of `handOver` does not say which object goes to which environment.',
    reason: 'An object that is not exactly named would be deleted in place of being handed over.',
    remedy: 'Name the object, and the environment that it goes to.',
    example: "handOver: [{ object: { kind: 'Service', namespace: 'shop', name: 'web' }, to: 'prod-us' }]",
  },
  'hand-over-kept': {
    meaning: 'An object is handed over to another environment, and this one still has it.',
    reason: 'Two environments would keep the same object, each undoing the other.',
    remedy: 'Remove it from the charts of this environment in the same change.',
  },
  'removed-invalid': {
    meaning: '`removed` has a value that it does not take.',
    reason: 'It decides whether all that the environment owns is deleted.',
    remedy: "Write `removed: 'prune'` to have all of it deleted, or `removed: 'keep'` to have it left alone.",
  },
} as const satisfies Explanations;
