import type { Explanations } from './explanation.ts';

/** Making typed constructs of definitions (`lockstep import`). */
export const imports = {
  'import-definition-old': {
    meaning: 'A CustomResourceDefinition is of `apiextensions.k8s.io/v1beta1`, which Kubernetes serves no longer since 1.22.',
    reason: 'No supported server takes it, and its schema may leave open what a value is, so that types made of it would be wrong.',
    remedy: 'Take a newer release of whatever the definition belongs to. Most have had definitions of `v1` since 2021.',
  },
  'import-definition-wrong': {
    meaning: 'A CustomResourceDefinition lacks what makes it one: a group, the name of its kind, or a version that is served.',
    reason: 'No construct can be made of it, and the API server would refuse it.',
    remedy: 'Correct the definition, or take it from where it comes from. Templates have to be rendered first.',
    example: 'helm template operator ./chart --include-crds > crds.yaml',
  },
  'import-file-edited': {
    meaning: 'A file that `lockstep import` would write is not as it was made: somebody edited it, or wrote another file of that name.',
    reason: 'It would be written anew, and the edit would be lost without a word.',
    remedy: 'Move what was added elsewhere: a class of yours may extend a generated one. Then delete the file, and import again.',
    example: "import { Certificate } from '../imports/cert-manager.io.js';\n\nexport class WebCertificate extends Certificate {}",
  },
  'import-kind-twice': {
    meaning: 'Two definitions of the same version of a kind are imported.',
    reason: 'They need not be equal, and only one of them can be in the cluster: types made of the other would be wrong.',
    remedy:
      'Import one of them. Projects often publish one set for production and one with experiments. What is imported already stands in `imports/imports.lock.yaml`, and is let go by removing its entry there.',
  },
  'import-kubernetes-unknown': {
    meaning: 'Kinds of a minor of Kubernetes are to be imported whose API Lockstep does not know.',
    reason: 'It knows the fields of the minors that it supports, and no others.',
    remedy: 'Take one that the message lists. It should be the `kubernetes` of your environments.',
    example: 'lockstep import kubernetes@1.35',
  },
  'import-no-definitions': {
    meaning: 'There is no CustomResourceDefinition in what is to be imported, or there is nothing at all at the path.',
    reason: 'Nothing would be made of it, and a typo in a path would remove what was made before.',
    remedy:
      'Name a file or a folder with CustomResourceDefinitions, the https URL of one, or an environment that renders some. Kinds of Kubernetes itself are `kubernetes@1.35`.',
    example: 'lockstep import crds/ https://example.com/release/v1.2.3/crds.yaml',
  },
  'import-nothing': {
    meaning: 'Nothing is named to be imported, and nothing has been imported before.',
    reason: 'Without a name, `lockstep import` makes anew what `imports/imports.lock.yaml` lists, and there is no such list.',
    remedy: 'Name what to import: a file, a folder, an https URL, an environment, or `kubernetes@` and a minor.',
    example: 'lockstep import kubernetes@1.35 crds/',
  },
  'import-schema-missing': {
    meaning: 'A version of a CustomResourceDefinition has no schema. Its class takes any fields.',
    reason: 'A typo in a field is then found by nobody before the cluster, or not at all.',
    remedy: 'Take a newer release of whatever the definition belongs to: the API server takes none without a schema any more.',
  },
  'import-source-changed': {
    meaning: 'What is imported is not what it was when it was imported the last time: its sha256 is another one than the lock has.',
    reason: 'What others publish may change under the same address, and types should change when somebody means it.',
    remedy:
      'Look at what changed: the message names the kinds. If it is meant, import it with `--update`, and look at the difference of the files.',
    example: 'lockstep import --update',
  },
  'imports-lock-unreadable': {
    meaning: 'The lock of what was imported, `imports/imports.lock.yaml`, is no YAML, or does not have its form.',
    reason: 'It tells what was imported and which files were made: without it nothing is overwritten.',
    remedy: 'Correct it at the place beside the message, or restore it from git. Without the file, everything has to be named again.',
    example: 'git checkout imports/imports.lock.yaml',
  },
} as const satisfies Explanations;
