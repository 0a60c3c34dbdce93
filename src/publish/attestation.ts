import { predicateType } from '../codec/statement.ts';
import { isOwnBranch } from '../model/rendered.ts';
import type { RenderedRepository } from '../ports.ts';
import type { Provenance } from './provenance.ts';

/**
 * The statement that a tree is what an environment was rendered to, or one slice of it beside what was in force of the others, which the commits
 * of `slices` were rendered to. It is of the tree, since a forge that squashes or rebases makes other commits of one and the same tree.
 */
function statementOf(provenance: Provenance, tree: string): string {
  const { environment, source, from, repoURL, version, judged, sliced } = provenance;
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: subjectOf(provenance), digest: { gitTree: tree } }],
    predicateType,
    predicate: {
      environment,
      source: { uri: repoURL, commit: source.commit, locked: from?.commit, ...(source.dirty.length > 0 ? { dirty: true } : {}) },
      ...(sliced === undefined ? {} : { slice: sliced.slice, slices: Object.fromEntries(sliced.sources) }),
      lock: judged?.lock,
      tool: `lockstep/${version}`,
      policies: judged?.policies ?? [],
      exceptions: judged?.exceptions ?? [],
    },
  };
  return `${JSON.stringify(statement, undefined, 2)}\n`;
}

/** The branch that the tree is meant for, or its folder there. */
function subjectOf({ environment, branches }: Provenance): string {
  return isOwnBranch(environment, branches.active) ? branches.active : `${branches.active}/${environment}`;
}

/**
 * Signs the statement on the tree of a rendered commit, as a commit of that tree without parents, which no branch leads to: what signs commits
 * signs it, in whichever format, and `git verify-commit` is all that it takes to look at it. A DSSE envelope holds bare signatures, which the
 * programs that git signs by do not make. Nothing is known of it elsewhere yet.
 */
export async function signStatement(repository: RenderedRepository, provenance: Provenance, commit: string): Promise<string> {
  const who = await repository.identity();
  const tree = await repository.treeOf(commit);
  const message = statementOf(provenance, tree);
  return repository.commit({ content: { tree }, parent: undefined, author: who, committer: who, message, isSigned: true });
}
