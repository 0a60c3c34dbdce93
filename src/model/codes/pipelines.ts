import type { Explanations } from './explanation.ts';

/** Writing the definitions of pipelines (`lockstep pipeline`). */
export const pipelines = {
  'pipeline-branch-unfit': {
    meaning: 'The branch that the source is merged into has signs in its name that mean more than themselves in a pipeline.',
    reason: 'The name becomes a part of scripts, conditions and patterns: a quote or a `$` in it would be taken for a part of those.',
    remedy: 'Merge into a branch whose name is of letters, digits, `_`, `.`, `/` and `-`.',
    example: 'lockstep pipeline github --branch main',
  },
  'pipeline-file-edited': {
    meaning: 'A file that `lockstep pipeline` would write is not as it was made: somebody edited it, or wrote another file of that name.',
    reason: 'It would be written anew, and the edit, or a whole pipeline of yours, would be lost without a word.',
    remedy:
      'Move what was added into a file of its own: GitHub and Tekton read all files of their folder, and GitLab has `include`. Then delete the file, or say `--force`.',
    example: 'lockstep pipeline github --force',
  },
  'pipeline-image-unfit': {
    meaning: 'The image that the jobs of a pipeline shall run in is no image reference.',
    reason: 'The pipeline would not start.',
    remedy: 'Name an image with Node.js and git, by its tag or its digest. A tag is pinned by the digest that its registry tells now.',
    example: 'lockstep pipeline gitlab --image node:24-bookworm',
  },
  'pipeline-not-root': {
    meaning: 'The project is in a folder of its repository, and not at its root.',
    reason: 'Systems read pipelines at the root alone, and what is written there would run in the wrong folder.',
    remedy:
      'Write the pipeline in a copy of the project at the root of a repository, and take from it what your pipeline lacks: each job is a few lines of shell.',
  },
  'pipeline-system-unknown': {
    meaning: '`lockstep pipeline` is asked for a system that it knows not.',
    reason: 'It writes what others have to read, word by word.',
    remedy: 'Name one of github, gitlab, jenkins and tekton, or hook, for a check before each commit.',
    example: 'lockstep pipeline github',
  },
} as const satisfies Explanations;
