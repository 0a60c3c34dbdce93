import type { Explanations } from './explanation.ts';

/** How the fields of an object fit the schema of its kind, in the version of Kubernetes that the environment is for. */
export const schemas = {
  'field-unknown': {
    meaning: 'An object has a field that its kind does not have.',
    reason: 'The API server refuses an apply with such a field; where it does not, it drops the field, and what was meant never happens.',
    remedy: 'Correct the name: upper and lower case matter, and so does the place, since many fields belong one level deeper.',
    example: 'spec.template.spec.containers[0].imagePullPolicy, not spec.template.spec.imagePullPolicy',
  },
  'field-too-new': {
    meaning: 'A field is only there in later versions of Kubernetes than the environment is for.',
    reason: 'The API server of the cluster does not know it, and refuses the object.',
    remedy: 'Remove it, or raise `kubernetes` in the environment when the cluster has that version.',
  },
  'field-removed': {
    meaning: 'A field was there in earlier versions of Kubernetes, and is not in the one that the environment is for.',
    reason: 'The API server of the cluster does not know it, and refuses the object.',
    remedy: "Remove it; Kubernetes' release notes tell what took its place.",
  },
  'field-type': {
    meaning: 'A value has the wrong type: a text where a number belongs, or an object where a list does.',
    reason: 'The API server cannot read the object.',
    remedy: 'Give a value of the type that the message names. In cdk8s, `Quantity` and `IntOrString` take both forms of theirs.',
  },
  'field-enum': {
    meaning: 'A value is none of those that the field takes.',
    reason: 'The API server refuses the object. Such values are spelled with upper and lower case as they stand in the message.',
    remedy: 'Give one of the values that the message lists.',
  },
  'api-unknown': {
    meaning: 'A group has no kind of that name, or a kind no version of that name.',
    reason: 'The API server answers that it could not find the resource.',
    remedy: 'Correct `apiVersion` or `kind`.',
  },
  'api-too-new': {
    meaning: 'A version of a kind is only served by later versions of Kubernetes than the environment is for.',
    reason: 'The API server of the cluster does not know it.',
    remedy: 'Use a version that it serves, or raise `kubernetes` in the environment when the cluster has that version.',
  },
  'api-removed': {
    meaning: 'A version of a kind was removed from Kubernetes before the version that the environment is for.',
    reason: 'The API server of the cluster does not know it any more.',
    remedy: 'Use the version that took its place; the fields may differ.',
  },
  'api-deprecated': {
    meaning: 'A version of a kind is deprecated in the version of Kubernetes that the environment is for.',
    reason: 'It still works, and a later version of Kubernetes will no longer serve it.',
    remedy: 'Use the version that takes its place before the cluster is upgraded.',
  },
  'api-preview': {
    meaning: 'A version of a kind is alpha or beta, which an API server only serves when it is told to (KEP-3136).',
    reason: 'In most clusters there is no such kind, and the object cannot be applied.',
    remedy: 'Use a stable version, or make sure that the cluster serves this one.',
  },
} as const satisfies Explanations;
