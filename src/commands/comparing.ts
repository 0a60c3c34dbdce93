import { type DiffReport, diffReport } from '../diff/report.ts';
import { emptyTree } from '../diff/tree.ts';
import { branchesOf } from '../model/rendered.ts';
import type { RenderedRepository } from '../ports.ts';
import { commitSide, type SideGround, treeOf } from './diff.ts';
import { compilersHiding } from './hiding.ts';
import type { Rendering } from './render.ts';

/** What differs in environments as they are rendered from commits of their rendered branches; from nothing, where there is none. */
export async function comparedWithBranches(
  repository: RenderedRepository,
  renderings: readonly Pick<Rendering, 'tree'>[],
  commits: ReadonlyMap<string, string>,
): Promise<DiffReport> {
  const ground: SideGround = { repository, known: new Map(), remote: undefined };
  const compared = [];
  for (const { tree } of renderings) {
    const { environment } = tree;
    const commit = commits.get(environment);
    const branch = branchesOf(environment).active;
    const before = commit === undefined ? undefined : await commitSide(ground, commit, { name: branch, environment });
    const after = treeOf(tree, ground.known);
    const from = before?.origin ?? { name: `nothing: \`${environment}\` was never published`, commit: null };
    const to = { name: 'what is rendered with it', commit: null };
    compared.push({ environment, before: before?.tree ?? emptyTree(after.index), after, from, to, isSuccessor: true });
  }
  return diffReport(compared, compilersHiding());
}
