import type { Explanations } from './explanation.ts';

/** Checking manifests that somebody else wrote. */
export const files = {
  'manifest-unreadable': {
    meaning:
      'A file of manifests cannot be read: it is no YAML or no UTF-8, a key stands twice, a value is none that JSON has, or nobody may read it.',
    reason: 'Readers differ on such texts, and the API server would refuse it or take it for something else.',
    remedy: 'Correct it at the place beside the message. Templates have to be rendered first.',
    example: 'helm template web ./chart | lockstep check -',
  },
  'manifest-large': {
    meaning: 'A file is larger than what is read of manifests, which is 16 MiB.',
    reason: 'The API server takes no object above 3 MiB: it is hardly meant to be checked.',
    remedy: 'Split it, or keep it elsewhere.',
  },
  'files-skipped': {
    meaning: 'Files below the folder were not checked, since they hold no Kubernetes objects: settings, values, or templates.',
    reason: 'What such files make is only known when they are rendered.',
    remedy: 'Render them, and check the result.',
    example: 'kubectl kustomize overlays/prod | lockstep check -',
  },
  'no-objects': {
    meaning: 'There is no Kubernetes object in what was to be checked, or there is nothing at all at the path.',
    reason: 'A typo in a path would otherwise be a check that finds nothing wrong.',
    remedy: 'Name a file or a folder with manifests (`*.yaml`, `*.yml`, `*.json`), or `-` for standard input.',
    example: 'lockstep check ./manifests',
  },
  'pack-unknown': {
    meaning: 'A name after `--policies` is none of the built-in packs of policies.',
    reason: 'What it was meant to find would not be found.',
    remedy: 'Take one of the names that the message lists. Policies of your own belong to an environment: `--environment`.',
    example: 'lockstep check ./manifests --policies restricted',
  },
} as const satisfies Explanations;
