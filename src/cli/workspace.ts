import { isAbsolute, posix, relative, sep } from 'node:path';
import { type Diagnostic, standardInput } from '../model/diagnostic.ts';

/** Where readers of what was found look for files, and what was found told from there. */
export interface FromWorkspace {
  /** A folder, absolute. */
  readonly root: string;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Tells files from the folder that GitHub checked out (`workspace`) instead of from the project's (`root`), where that is a part of
 * it: only so does GitHub find them.
 */
export function fromWorkspace(diagnostics: readonly Diagnostic[], root: string, workspace: string | undefined): FromWorkspace {
  const below = workspace === undefined ? '..' : relative(workspace, root);
  if (workspace === undefined || below === '' || below.startsWith('..') || isAbsolute(below)) return { root, diagnostics };
  const prefix = below.split(sep).join('/');
  const moved = diagnostics.map((diagnostic): Diagnostic => {
    const { file } = diagnostic.at;
    return file === undefined || file === standardInput || isAbsolute(file) || diagnostic.at.commit !== undefined
      ? diagnostic
      : { ...diagnostic, at: { ...diagnostic.at, file: posix.join(prefix, file) } };
  });
  return { root: workspace, diagnostics: moved };
}
