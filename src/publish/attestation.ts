import { isObject, parseJson } from '../model/json.ts';
import { isOwnBranch } from '../model/rendered.ts';
import type { RenderedRepository } from '../ports.ts';
import type { Provenance } from './provenance.ts';

/** What the predicate of our statements is (in-toto Attestation Framework, Statement v1). */
const predicateType = 'https://lockstep.dev/attestation/rendered/v1';

/** What a statement of ours says that is looked at again. */
export interface Attested {
  readonly environment: string;
  readonly tree: string;
  /** The commit of the source that has the lock. */
  readonly source: string;
  /** The version that rendered it. */
  readonly version: string;
  readonly isDirty: boolean;
}

/**
 * The statement that a tree is what an environment was rendered to. It is of the tree, since a forge that squashes or rebases makes other
 * commits of one and the same tree.
 */
function statementOf(provenance: Provenance, tree: string): string {
  const { environment, source, from, repoURL, version, judged } = provenance;
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: subjectOf(provenance), digest: { gitTree: tree } }],
    predicateType,
    predicate: {
      environment,
      source: { uri: repoURL, commit: source.commit, locked: from?.commit, ...(source.dirty.length > 0 ? { dirty: true } : {}) },
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

/** What a statement says, or undefined when it is none of ours, or not whole. Anybody may have written it. */
export function readStatement(text: string): Attested | undefined {
  const statement = parseJson(text);
  if (!isObject(statement) || statement['predicateType'] !== predicateType) return undefined;
  const { subject, predicate } = statement;
  const digest = Array.isArray(subject) && subject.length === 1 && isObject(subject[0]) ? subject[0]['digest'] : undefined;
  if (!isObject(digest) || !isObject(predicate) || !isObject(predicate['source'])) return undefined;
  const { environment, tool, source } = predicate;
  const version = /^lockstep\/(\S+)$/.exec(String(tool))?.[1];
  const [tree, commit] = [digest['gitTree'], source['commit']];
  if (typeof environment !== 'string' || typeof tree !== 'string' || typeof commit !== 'string' || version === undefined) return undefined;
  return { environment, tree, source: commit, version, isDirty: source['dirty'] === true };
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
