import type { PipelineFile, PipelineProject } from './project.ts';
import * as scripts from './scripts.ts';

/**
 * What git runs before each commit. It checks the work tree, and where that is not what is to be committed it says so rather than touch it. Of a
 * project in a folder it checks what changes there.
 */
export function hookFiles({ folder }: PipelineProject): readonly PipelineFile[] {
  const place = folder === '' ? '' : ` -- "${folder}"`;
  const text = scripts.lines(
    'set -eu',
    ...(folder === '' ? [] : [`if git diff --cached --quiet${place}; then exit 0; fi`]),
    `if ! git diff --quiet${place}; then`,
    "  echo 'lockstep: what is checked is the work tree, and some of it is not added to this commit' >&2",
    'fi',
    // Git tells a hook of its repository by paths that are none from there.
    ...(folder === '' ? [] : ['unset $(git rev-parse --local-env-vars)', `cd "${folder}"`]),
    scripts.check('text'),
  );
  const below = folder === '' ? '' : `${folder}/`;
  return [{ path: `${below}.githooks/pre-commit`, mark: '#', first: '#!/bin/sh', text: `${text}\n` }];
}
