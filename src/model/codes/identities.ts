import type { Explanations } from './explanation.ts';

/** Which object it is: kinds, names and namespaces. */
export const identities = {
  'kind-unknown': {
    meaning: "A kind is none of Kubernetes' own, and no CustomResourceDefinition in the environment defines it.",
    reason: "Its scope and the agent's rights over it are guesses, and its fields cannot be checked.",
    remedy: 'Correct the kind or the group when it is a typo. Else put its definition into the environment.',
  },
  'namespace-missing': {
    meaning: 'An object has no namespace, and its kind needs one.',
    reason: 'It would land in whatever namespace is the default of whoever applies it.',
    remedy: 'Give the chart a namespace, or the object.',
    example: "defineChart({ namespace: 'shop', … })",
  },
  'namespace-on-cluster-scoped': {
    meaning: 'An object has a namespace, and its kind has none.',
    reason: 'It is one object of the whole cluster: others would be surprised that it is not theirs alone.',
    remedy: 'Remove `metadata.namespace`.',
  },
  'namespace-invalid': {
    meaning: 'The namespace of an object cannot be the name of one.',
    reason: 'The API server refuses it: a namespace is a DNS label.',
    remedy: 'Use lower-case letters, digits and `-`, at most 63 of them, with a letter or a digit at both ends.',
  },
  'name-invalid': {
    meaning: 'The name of an object is none that its kind may have.',
    reason: 'The API server refuses it. Most names become part of DNS names, and some kinds append to them.',
    remedy:
      'Use lower-case letters, digits and `-`; the message tells how long it may be. cdk8s makes names of the ids on the way to an object: `metadata.name` sets one.',
  },
  'duplicate-object': {
    meaning: 'Two constructs make the same object: its group, kind, namespace and name are equal.',
    reason: 'There is one such object in a cluster: the one applied last would win.',
    remedy: 'Give one of them another name or namespace, or make it once.',
  },
} as const satisfies Explanations;
