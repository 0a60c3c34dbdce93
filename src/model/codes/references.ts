import type { Explanations } from './explanation.ts';

/** What objects stand in and refer to. */
export const references = {
  'external-invalid': {
    meaning: 'An entry of `external` names no object, tells of it what its kind does not have, or has a form that is not known.',
    reason: 'It would be taken for nothing, and references to the object would be told as mistakes.',
    remedy:
      'Name kind, namespace and name. ConfigMaps and Secrets may have `keys`, Services `ports`, and what runs pods their `labels`; pods that are known by nothing else need no name.',
    example: "external: [{ kind: 'Secret', namespace: 'shop', name: 'database', keys: ['password'] }]",
  },
  'namespace-absent': {
    meaning: 'Objects stand in a namespace that the environment does not create and that nobody says exists.',
    reason: 'The API server refuses everything in a namespace that is not there, even the roles that `lockstep bootstrap` prints for it.',
    remedy: 'Add a `Namespace` to a chart, or say in the environment or a base that somebody else creates it.',
    example: "external: [{ kind: 'Namespace', name: 'shop' }]",
  },
} as const satisfies Explanations;
