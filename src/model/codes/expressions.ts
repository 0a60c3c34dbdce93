import type { Explanations } from './explanation.ts';

/** What the expressions in CEL say that stand in an environment: rules of its own kinds, and its admission policies. */
export const expressions = {
  'cel-rule-failed': {
    meaning: 'A custom resource breaks a rule (`x-kubernetes-validations`) of its CustomResourceDefinition.',
    reason: 'The API server refuses the object with the same message.',
    remedy: 'Change the object as the message says. The rule stands in the CustomResourceDefinition, which is in the environment, too.',
    example: 'x-kubernetes-validations: [{ rule: "self.minReplicas <= self.replicas", message: "replicas is less than minReplicas" }]',
  },
  'cel-rule-invalid': {
    meaning: 'A rule of a CustomResourceDefinition is no expression that could be evaluated: it is misspelled, or does not fit the schema.',
    reason: 'The API server refuses the CustomResourceDefinition, and knows nothing of its kinds then.',
    remedy: 'Correct the rule. It sees the fields of the schema below `self`, and has to give a bool; its message has to give a text.',
    example: 'rule: "!has(self.limit) || self.limit > 0"',
  },
  'cel-rule-not-judged': {
    meaning: 'A rule of a CustomResourceDefinition is not evaluated when the environment is compiled, for the reason that is told.',
    reason: 'Objects that break it are only found when the API server is asked.',
    remedy: 'Nothing needs to be done: the API server judges the objects when they are applied.',
  },
} as const satisfies Explanations;
