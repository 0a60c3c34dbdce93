import { Failure } from '../../model/failure.ts';
import type { RenderedSource } from '../../ports.ts';
import type { FolderedSource } from './source.ts';

/**
 * A folder at the root of branches as if it were all that they hold: the tip of a branch is the commit that changed the folder last, along
 * first parents, so that what happens beside it is nothing new. Without a name, `''`, they are as they are.
 */
export function folderSource(source: FolderedSource, folder: string): RenderedSource {
  if (folder === '') return source;
  let last: { readonly commit: string; readonly after: string | undefined } | undefined;
  return {
    ...source,
    async tip(branch, signal) {
      const tip = await source.tip(branch, signal);
      if (tip === undefined) return undefined;
      const { commit, after } = await source.lastChange({ branch, tip, folder }, signal);
      if (commit === undefined) throw missing(branch, folder);
      last = { commit, after };
      return commit;
    },
    files: (commit) => source.filesIn(commit, folder),
    // Where one commit changes many folders, git need not be asked for each of them.
    isAncestor: async (ancestor, commit) => (last?.commit === commit && last.after === ancestor) || source.isAncestor(ancestor, commit),
  };
}

function missing(branch: string, folder: string): Failure {
  return new Failure('folder-missing', `the branch \`${branch}\` has no folder \`${folder}\``, {
    help: 'publish the environment first: `lockstep publish <environment> --direct`, or merge its proposal; or look at the branch that was told',
  });
}
