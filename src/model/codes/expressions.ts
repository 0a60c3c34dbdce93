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
  'admission-denied': {
    meaning: 'An object breaks a ValidatingAdmissionPolicy that stands in the same environment, with a binding that denies.',
    reason: 'The API server refuses to create the object, with the same message.',
    remedy: 'Change the object as the message says, or the binding, so that it does not match the object.',
  },
  'admission-warned': {
    meaning: 'An object breaks a ValidatingAdmissionPolicy that stands in the same environment, with a binding that only warns.',
    reason: 'The API server takes the object, and gives the same warning to whoever applies it.',
    remedy: 'Change the object as the message says.',
  },
  'admission-policy-invalid': {
    meaning: 'An expression of a ValidatingAdmissionPolicy cannot be evaluated: it is misspelled, or does not give a bool.',
    reason: 'The API server refuses the policy.',
    remedy:
      'Correct the expression. It sees `object`, `request`, `namespaceObject`, `params`, and the variables of the policy that stand before it.',
    example: 'expression: "!has(object.spec.replicas) || object.spec.replicas <= variables.most"',
  },
  'expression-invalid': {
    meaning:
      'An expression in CEL that selects something cannot be evaluated: a condition of a webhook (`matchConditions`), or a selector of devices of a DeviceClass, a ResourceClaim or a ResourceClaimTemplate. It is misspelled, empty, uses what it cannot see, or does not give a bool.',
    reason: 'The API server refuses the object.',
    remedy:
      'Correct the expression. A condition sees `object`, `oldObject`, `request`, `namespaceObject` and `authorizer`; a selector sees `device` with its `driver`, `attributes` and `capacity`.',
    example: 'expression: device.driver == "gpu.example.com" && device.attributes["gpu.example.com"].family == "h100"',
  },
  'admission-not-judged': {
    meaning:
      'A ValidatingAdmissionPolicy of the environment is not evaluated on an object when the environment is compiled, for the reason that is told.',
    reason: 'Often it looks at a field that the API server sets where the object has none: only the API server can tell then.',
    remedy: 'Nothing needs to be done: the API server judges the object when it is applied. A field that is given a value is judged here.',
  },
} as const satisfies Explanations;
