import type { Explanations } from './explanation.ts';

/** What the API server refuses inside an object, by the schema of its kind or in its code. */
export const fields = {
  'field-invalid': {
    meaning: 'A field has a value that it does not take: a text of the wrong form, or none of those that are known.',
    reason: 'The API server checks names, paths and the like in code, and refuses the whole object.',
    remedy: 'Write the value as the message says: it tells the form, or the values that there are.',
  },
  'field-range': {
    meaning: 'A number is too small or too great, or there is too much of something.',
    reason: 'The API server refuses the object. Ports, user ids, seconds and percentages have their bounds in its code.',
    remedy: 'Choose a value within the bounds that the message tells.',
  },
  'field-required': {
    meaning: 'A field is missing or empty that must be set, always or beside another one that is set.',
    reason: 'The API server refuses the object, even where its schema calls the field optional.',
    remedy: 'Set the field, or remove what makes it necessary: the message tells when it is.',
  },
  'field-forbidden': {
    meaning: 'A field is set that must not be, never here or not beside another one.',
    reason: 'The API server refuses the object: it would not know what to do with the field here.',
    remedy: 'Remove the field, or what forbids it: the message tells when it may not be set.',
  },
  'field-conflict': {
    meaning: 'Fields are set together that exclude each other, or contradict each other.',
    reason: 'The API server refuses the object. A volume has one source, for example, and a probe has one way to ask.',
    remedy: 'Keep the one that is meant.',
    example: 'volumes: [{ name: "config", configMap: { name: "web" } }]',
  },
  'field-duplicate': {
    meaning: 'Two entries of an object have the same name, key, path or port, and each may be there once.',
    reason: 'The API server refuses the object: others refer to an entry by it, and would not know which one is meant.',
    remedy: 'Give one of them another, or remove it.',
  },
  'field-read-only': {
    meaning:
      'A manifest sets a field that belongs to the API server: `status`, or a part of `metadata` as `uid`, `resourceVersion` or `managedFields`.',
    reason:
      'Most are ignored, so that a reader takes for true what nobody keeps true. `uid` and `managedFields` make the API server refuse the object, and with `resourceVersion` or `deletionTimestamp` only the first apply would succeed.',
    remedy: 'Remove the field. It comes into manifests that were read from a cluster: `kubectl get -o yaml` prints it.',
    example: 'kubectl get configmap web -o yaml  # copy neither `status` nor what the API server wrote into `metadata`',
  },
  'object-too-large': {
    meaning: 'An object has more than 1.5 MiB, which etcd takes in one request, or more than 3 MiB, which the API server takes.',
    reason: 'The API server refuses it with an error that does not tell which part of it is large.',
    remedy:
      'Divide the object, leave out descriptions from the schemas of a CustomResourceDefinition, or keep the content in a volume or an image.',
  },
  'selector-mismatch': {
    meaning: 'The selector of an object does not select the pods of its own template.',
    reason: 'The API server refuses it: its controller would make pods for ever and find none of them.',
    remedy: 'Give the labels of the selector to the template, too.',
    example: "spec: { selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, … } }",
  },
  'mount-unknown': {
    meaning: 'A container mounts a volume that its pod does not have.',
    reason: 'The API server refuses the object: mounts name volumes, and this name stands nowhere.',
    remedy: 'Correct the name, or add the volume to the pod. The volumes of a StatefulSet may also come from its `volumeClaimTemplates`.',
    example: "volumes: [{ name: 'data', emptyDir: {} }], containers: [{ …, volumeMounts: [{ name: 'data', mountPath: '/data' }] }]",
  },
  'schedule-invalid': {
    meaning: 'The schedule or the time zone of a CronJob is none.',
    reason: 'The API server refuses it: it would never run.',
    remedy:
      'Write minute, hour, day of month, month and day of week, or one of `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly`, `@every 5m`. The time zone stands in `timeZone`.',
    example: "schedule: '30 4 * * 1-5', timeZone: 'Europe/Berlin'",
  },
} as const satisfies Explanations;
