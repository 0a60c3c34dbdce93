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
  'external-unused': {
    meaning: 'The environment says of an object, or of pods, that they exist outside, and nothing in it refers to them.',
    reason: 'What is told without need hides the typo that it once stood for, or is left over from something that is gone.',
    remedy: 'Remove the entry, or correct it when it was meant for something that is told to be missing.',
  },
  'key-missing': {
    meaning: 'A field names a key of a ConfigMap or a Secret that exists, and the object has no such key.',
    reason: 'The container never starts: the kubelet waits for the key (`CreateContainerConfigError`), or the volume is not mounted.',
    remedy:
      'Correct the key or add it to the object. If somebody else adds it, say so by `external` with `keys`. If the container can do without, set `optional: true`.',
    example: "external: [{ kind: 'Secret', namespace: 'shop', name: 'database', keys: ['password'] }]",
  },
  'namespace-absent': {
    meaning: 'Objects stand in a namespace that the environment does not create and that nobody says exists.',
    reason: 'The API server refuses everything in a namespace that is not there, even the roles that `lockstep bootstrap` prints for it.',
    remedy: 'Add a `Namespace` to a chart, or say in the environment or a base that somebody else creates it.',
    example: "external: [{ kind: 'Namespace', name: 'shop' }]",
  },
  'not-scalable': {
    meaning: 'A HorizontalPodAutoscaler scales a kind that has no number of replicas to set, or that does not exist in that group.',
    reason: 'It would do nothing for as long as it stands there, and nobody looks at its conditions.',
    remedy: 'Name a Deployment, a StatefulSet or another kind with the subresource `scale`, with its `apiVersion`.',
    example: 'scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }',
  },
  'port-missing': {
    meaning: 'A port of a Service is named that it does not have, or a Service sends to a named port that none of its pods has.',
    reason: 'Nothing arrives: an Ingress or a webhook has no such port to call, and a Service has no endpoints for it.',
    remedy: 'Correct the name or number, or name the port where it should be: in the Service, or in a container of the pods.',
    example: 'ports: [{ name: http, containerPort: 8080 }]',
  },
  'reference-missing': {
    meaning: 'A field names an object that is not in the environment, is made of nothing in it, and is not told to exist outside.',
    reason:
      'Most of the time it is a typo: the API server takes it, and the pod never starts, the route leads nowhere or the role grants nothing.',
    remedy:
      'Correct the name, or add the object to a chart. If an operator, another team or the cluster has it, say so in the environment or a base. Of files, it is judged with `--complete` only: leave that out where they are not all that there is.',
    example: "external: [{ kind: 'Secret', namespace: 'shop', name: 'database', keys: ['password'] }]",
  },
  'shared-object': {
    meaning: 'Two environments of one cluster make the same object.',
    reason: 'The agent of each would find an object that is part of the other, and refuse the commit; whoever was first would keep it.',
    remedy:
      'Make it in one of them. To move it, take it out of one and hand it over, and adopt it in the other. If the environments are for two clusters, give these two names.',
    example: "handOver: [{ object: { kind: 'Service', namespace: 'shop', name: 'web' }, to: 'other' }]",
  },
  'selects-nothing': {
    meaning: 'A Service, a PodDisruptionBudget or a NetworkPolicy selects pods by labels that no pods of its namespace have.',
    reason: 'It does nothing, and says so nowhere: calls are refused, drains are not held up, or pods stay open to everybody.',
    remedy: 'Correct the labels. If pods that somebody else runs are meant, say which labels they have.',
    example: "external: [{ kind: 'Pod', namespace: 'shop', labels: { app: 'web' } }]",
  },
} as const satisfies Explanations;
