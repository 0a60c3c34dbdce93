import { type DiffReport, diffReport } from '../diff/report.ts';
import type { KnownTexts } from '../diff/tree.ts';
import type { RenderedRepository } from '../ports.ts';
import { compilersHiding } from './hiding.ts';
import { homed } from './places.ts';
import type { Rendering } from './render.ts';
import { commitSide, succession, treeOf } from './sides.ts';

/** What differs in environments as they are rendered from commits of their rendered branches; from nothing, where there is none. */
export async function comparedWithBranches(
  repository: RenderedRepository,
  renderings: readonly Pick<Rendering, 'place' | 'tree'>[],
  commits: ReadonlyMap<string, string>,
): Promise<DiffReport> {
  const known: KnownTexts = new Map();
  const compared = [];
  for (const { tree, place } of renderings) {
    const { environment } = tree;
    const home = homed(repository, environment, place);
    const commit = commits.get(environment);
    const { active: name } = home.branchesOf(environment);
    const before = commit === undefined ? undefined : await commitSide({ repository: home, known }, commit, { name, environment });
    const after = { environment, tree: treeOf(tree, known), origin: { name: 'what is rendered with it', commit: null } };
    compared.push(succession(before, after, `nothing: \`${environment}\` was never published`));
  }
  return diffReport(compared, compilersHiding());
}
