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
  'pipeline-folder-unfit': {
    meaning: 'The project is in a folder of its repository whose name has signs that mean more than themselves in a pipeline.',
    reason: 'The folder becomes a part of scripts, patterns and names: a space, a quote or a `$` in it would be taken for a part of those.',
    remedy: 'Rename the folder, and those that it is in, to letters, digits, `_`, `.` and `-`.',
    example: 'git mv "my shop" shop',
  },
  'pipeline-image-unfit': {
    meaning: 'The image that the jobs of a pipeline shall run in is no image reference.',
    reason: 'The pipeline would not start.',
    remedy: 'Name an image with Node.js and git, by its tag or its digest. A tag is pinned by the digest that its registry tells now.',
    example: 'lockstep pipeline gitlab --image node:24-bookworm',
  },
  'pipeline-packages-unfit': {
    meaning: 'It is not known how a job shall install the packages of the project, or it could not use them.',
    reason:
      'A job installs what the lock says, by the package manager that it is of. One that does not come with Node.js is brought, and which version that is has to be told: the newest one would be another one tomorrow.',
    remedy:
      'Name the package manager and its whole version in the `package.json` beside the lock, keep one lock alone, and let Yarn make `node_modules`.',
    example: '"packageManager": "pnpm@10.18.3"',
  },
  'pipeline-packages-unlocked': {
    meaning: 'The project has no lock of npm, pnpm, Yarn or Bun, neither in its folder nor above it.',
    reason: 'Jobs install what a lock says, and nothing else: what is rendered must not differ from one day to the next.',
    remedy: 'Install the packages once, and commit the lock that comes of it.',
    example: 'npm install\ngit add package-lock.json',
  },
  'pipeline-system-unknown': {
    meaning: '`lockstep pipeline` is asked for a system that it knows not.',
    reason: 'It writes what others have to read, word by word.',
    remedy: 'Name one of github, gitlab, jenkins and tekton, or hook, for a check before each commit.',
    example: 'lockstep pipeline github',
  },
} as const satisfies Explanations;
