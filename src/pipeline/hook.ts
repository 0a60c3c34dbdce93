import type { PipelineFile } from './project.ts';
import * as scripts from './scripts.ts';

/**
 * What git runs before each commit. It checks the work tree, and where that is not what is to be committed it says so rather than touch it.
 */
export function hookFiles(): readonly PipelineFile[] {
  const text = scripts.lines(
    'set -eu',
    'if ! git diff --quiet; then',
    "  echo 'lockstep: what is checked is the work tree, and some of it is not added to this commit' >&2",
    'fi',
    scripts.check('text'),
  );
  return [{ path: '.githooks/pre-commit', mark: '#', first: '#!/bin/sh', text: `${text}\n` }];
}
