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
      if (commit === undefined) throw missing(`the branch \`${branch}\``, folder);
      last = { commit, after };
      return commit;
    },
    files: (commit) => source.filesIn(commit, folder),
    async treeOf(commit) {
      const tree = await source.treeIn(commit, folder);
      if (tree === undefined) throw missing(`\`${commit.slice(0, 7)}\``, folder);
      return tree;
    },
    // Where one commit changes many folders, git need not be asked for each of them.
    isAncestor: async (ancestor, commit) => (last?.commit === commit && last.after === ancestor) || source.isAncestor(ancestor, commit),
  };
}

function missing(what: string, folder: string): Failure {
  return new Failure('folder-missing', `${what} has no folder \`${folder}\``, {
    help: 'publish the environment first: `lockstep publish <environment> --direct`, or merge its proposal; or look at the branch that was told',
  });
}
