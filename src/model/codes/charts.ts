import type { Explanations } from './explanation.ts';

/** Building charts, and what their constructs say of objects. */
export const charts = {
  'chart-failed': {
    meaning: 'The code of a chart threw while it built its objects.',
    reason: 'Its objects are not known. The other charts are built all the same.',
    remedy: 'Look at the line beside the message: it is in your own code, or calls what threw.',
  },
  'chart-async': {
    meaning: 'The function that builds a chart returns a promise.',
    reason: 'Nobody waits for it: what the chart adds to itself later is lost.',
    remedy: 'Make it synchronous: read what it waits for in the module, before, or put it into the values.',
  },
  'construct-invalid': {
    meaning: 'A validation that was added to a construct (`node.addValidation`) says that something is wrong with it.',
    reason: 'The author of the construct, or of a library, knows what it needs to work.',
    remedy: 'The message is theirs: do what it says.',
  },
  'dependency-invalid': {
    meaning:
      'What a construct depends on cannot be told: something that was given to `node.addDependency` is no construct, or threw when asked.',
    reason: 'The order of objects follows from dependencies: this one would be left out of it.',
    remedy: 'Depend on a construct of the same environment; between charts, say `after`.',
  },
  'dependency-cycle': {
    meaning: 'Objects depend on each other in a circle.',
    reason: 'Each would be applied after the other, so none would ever be.',
    remedy:
      'Remove one of the dependencies on the way that the message shows. A binding depends on its role, and a custom resource on its definition, by themselves.',
  },
  'object-failed': {
    meaning: 'An object could not be turned into a manifest: something in it threw when it was read.',
    reason: 'What the object is to be in the cluster is not known.',
    remedy: 'The message is that of cdk8s or of a lazy value: correct what it names.',
  },
  'object-incomplete': {
    meaning: 'An object lacks `apiVersion`, `kind` or `metadata.name`.',
    reason: 'Kubernetes tells objects apart by these: without them nobody can say which object is meant.',
    remedy: 'Give all three, as text that is not empty.',
  },
  'value-not-json': {
    meaning: 'A field of an object holds something that JSON has no word for: a function, a symbol, `NaN`, or `undefined` in a list.',
    reason: 'It would be written as something else, or left out.',
    remedy:
      'Give it text, a number, a boolean, a list or an object. Often a function was named where its result was meant; an entry of a list that is wanted only sometimes is left out.',
    example: 'volumes: [data, ...(hasCache ? [cache] : [])]',
  },
  'field-dropped': {
    meaning: 'An object was written with a generated class (`KubeDeployment`), and that class leaves out a field that was given.',
    reason:
      'A generated class writes only what it was generated with (Kubernetes 1.28), and says nothing of the rest: the field would be missing in the cluster.',
    remedy:
      'Correct the name of the field when it is a typo. When it is newer than the class, write the object with `ApiObject`, which keeps every field.',
    example: "new ApiObject(chart, 'web', { apiVersion: 'apps/v1', kind: 'Deployment', spec: { … } });",
  },
  'patch-missed': {
    meaning: 'A JSON patch (`addJsonPatch`) removes, replaces, moves or copies something that is not in the object.',
    reason:
      'By RFC 6902 that is an error. cdk8s says nothing: it removes nothing, or adds what was to be replaced, and a typo in a path goes unseen.',
    remedy:
      'Correct the path: it is that of the object before a generated class writes it, so that `clusterIP` is `clusterIp` for `KubeService`. To add something, use `JsonPatch.add`.',
    example: "deployment.addJsonPatch(JsonPatch.replace('/spec/replicas', 3));",
  },
  'path-collision': {
    meaning: 'Two different objects would be written to the same file.',
    reason: 'Names that differ only in what file systems do not tell apart would overwrite each other.',
    remedy: 'Give one of them another name.',
  },
  'hook-invalid': {
    meaning: 'An option of `hook` has a value that it does not take, or one Job is made a hook twice.',
    reason: 'When a migration runs decides what it finds: a hook that is misread would run at the wrong time.',
    remedy: 'Give what the message asks for: `when`, and perhaps `once` and `deadline`.',
    example: "hook(migrate, { when: 'before', deadline: '10m' });",
  },
  'hook-not-job': {
    meaning: 'What is given to `hook` is no Job and holds none, or holds several.',
    reason: 'Others wait until a hook has completed, and only a Job runs to an end.',
    remedy: 'Give it the construct of the Job itself, or one that holds no other Job.',
    example: "hook(new Job(chart, 'migrate', { … }), { when: 'before' });",
  },
  'hook-cycle': {
    meaning: 'A hook depends on something that waits for the hook.',
    reason: 'Each would wait for the other, so neither would ever be applied.',
    remedy:
      'What a hook of `before` depends on comes before it: that must not depend on the hook, neither by `addDependency` nor by `after` of its chart. Nothing of its chart can depend on a hook of `after`, which comes last.',
  },
  'hook-alone': {
    meaning: 'A chart has hooks and nothing else.',
    reason:
      'A hook comes before or after all else of its chart, or when some of it failed: here there is nothing else, and it would never run again.',
    remedy: 'Put it into the chart whose objects it belongs to. A Job that only runs once needs no `hook`.',
  },
  'rule-invalid': {
    meaning: 'An option of `manage` has a value that it does not take, or `manage` was given no rules at all.',
    reason: 'The rules decide how the agent treats live objects: one that is misread could delete data.',
    remedy: 'Give what the message asks for.',
    example: "manage(deployment, { ignore: ['/spec/replicas'], progressDeadline: 600 });",
  },
  'ignore-invalid': {
    meaning: 'An entry of `ignore` is no JSON pointer to a field.',
    reason: 'The field that was meant would be kept as the branch has it, and whoever sets it in the cluster would be undone.',
    remedy: 'Write it like `/spec/replicas`; within a name `~1` stands for `/` and `~0` for `~`.',
    example: "manage(deployment, { ignore: ['/metadata/annotations/example.com~1owner'] });",
  },
  'ignore-identity': {
    meaning: '`ignore` names a field that tells which object it is, or whose.',
    reason: 'The agent would not find the object again, and might delete or adopt the wrong one.',
    remedy: 'Name the very fields that others set.',
  },
  'replace-loses-data': {
    meaning: 'An object is to be replaced when it cannot be changed (`replace`), and replacing it would lose what it holds.',
    reason: 'Replacing is deleting and making anew: volumes, namespaces and definitions take their content with them.',
    remedy: "Leave out `replace` for it, or say `replace: 'never'` of the object when it was said of something around it.",
    example: "manage(claim, { replace: 'never' });",
  },
} as const satisfies Explanations;
