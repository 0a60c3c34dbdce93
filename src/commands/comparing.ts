import { type DiffReport, diffReport } from '../diff/report.ts';
import { branchesOf } from '../model/rendered.ts';
import type { RenderedRepository } from '../ports.ts';
import { compilersHiding } from './hiding.ts';
import type { Rendering } from './render.ts';
import { commitSide, type SideGround, succession, treeOf } from './sides.ts';

/** What differs in environments as they are rendered from commits of their rendered branches; from nothing, where there is none. */
export async function comparedWithBranches(
  repository: RenderedRepository,
  renderings: readonly Pick<Rendering, 'tree'>[],
  commits: ReadonlyMap<string, string>,
): Promise<DiffReport> {
  const ground: SideGround = { repository, known: new Map() };
  const compared = [];
  for (const { tree } of renderings) {
    const { environment } = tree;
    const commit = commits.get(environment);
    const branch = branchesOf(environment).active;
    const before = commit === undefined ? undefined : await commitSide(ground, commit, { name: branch, environment });
    const after = { environment, tree: treeOf(tree, ground.known), origin: { name: 'what is rendered with it', commit: null } };
    compared.push(succession(before, after, `nothing: \`${environment}\` was never published`));
  }
  return diffReport(compared, compilersHiding());
}
