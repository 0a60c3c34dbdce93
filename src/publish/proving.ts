import { branchesOf, type RenderedFile } from '../model/rendered.ts';
import type { FoundSignature, RenderedRepository } from '../ports.ts';
import { readStatement } from './attestation.ts';
import { drySourceOf } from './latest.ts';
import { readMaking, readmePath } from './provenance.ts';
import { type Changes, type Content, changesBetween, contentOf, type RenderedCommit } from './tree.ts';

/** How a rendered tree says that it was made. */
export interface Making {
  /** The commit of the source that has the lock. */
  readonly source: string | undefined;
  /** The version of Lockstep that rendered it. */
  readonly version: string | undefined;
  /** Whether changes that were not committed went into it. */
  readonly isDirty: boolean;
}

/** Reads it from the tree itself, which a merge keeps, whatever it makes of the commit. */
export async function makingOf(repository: RenderedRepository, { files }: Pick<RenderedCommit, 'files'>): Promise<Making> {
  const readme = files.find(({ path, mode }) => path === readmePath && mode === '100644');
  const text = readme === undefined ? '' : (await repository.read(readme.blob)).toString('utf8');
  return { ...readMaking(text), source: await drySourceOf(repository, { files }) };
}

/** A tree that was rendered again. */
export interface RenderedAgain {
  readonly files: readonly RenderedFile[];
  /** What `publish` would add to it: one of these, whichever was known then. None: that was another version's, and is not compared. */
  readonly provenance: readonly (readonly RenderedFile[])[];
}

/** Where the files of a commit differ from those that were rendered again: byte for byte, the index and the provenance, too. */
export async function differencesFrom(
  repository: RenderedRepository,
  again: RenderedAgain,
  { files, content }: Pick<RenderedCommit, 'files' | 'content'>,
): Promise<Changes> {
  const rendered = await contentOf(repository, again.files);
  if (again.provenance.length === 0) return changesBetween(rendered, content, 'all');
  const all: Content = new Map(files.map(({ path, mode, blob }) => [path, `${mode} ${blob}`]));
  const found: Changes[] = [];
  for (const provenance of again.provenance)
    found.push(changesBetween(new Map([...rendered, ...(await contentOf(repository, provenance))]), all, 'all'));
  return found.find(isNothing) ?? found[0] ?? changesBetween(rendered, all, 'all');
}

/** Whether nothing differs. */
export function isNothing({ added, modified, removed }: Changes): boolean {
  return added.length + modified.length + removed.length === 0;
}

/** Who answers for a rendered commit. */
export interface Signed {
  readonly commit: FoundSignature;
  /** The signature of what was attested of its tree; null where that is nothing, or of another environment or tree. */
  readonly attestation: FoundSignature | null;
  /** Whether one of both is by somebody who is trusted. */
  readonly isTrusted: boolean;
}

/** Looks at the signature of a rendered commit, and at what was attested of its tree: a forge's own commit of a squash has only that. */
export async function signedOf(
  repository: RenderedRepository,
  { commit, environment }: { readonly commit: string; readonly environment: string },
  { signers, remote }: { readonly signers: string | undefined; readonly remote: string | undefined },
): Promise<Signed> {
  const own = await repository.signatureOf(commit, signers);
  const tree = await repository.treeOf(commit);
  const found = await repository.attestationOf(tree, remote);
  const said = found === undefined ? undefined : readStatement(found.message);
  const isMeant = found?.tree === tree && said?.tree === tree && said.environment === environment;
  const attestation = found !== undefined && isMeant ? await repository.signatureOf(found.commit, signers) : null;
  return { commit: own, attestation, isTrusted: own.state === 'good' || attestation?.state === 'good' };
}

/** The commit that is meant by an environment, a branch or a commit; undefined when there is none. At `remote` branches alone are looked for. */
export async function commitMeantBy(repository: RenderedRepository, what: string, remote: string | undefined): Promise<string | undefined> {
  const branches = [branchesOf(what).active, what];
  if (remote !== undefined && !/^[0-9a-f]{7,64}$/.test(what)) {
    for (const branch of branches) {
      const tip = await repository.branch(branch, remote);
      if (tip !== undefined) return tip;
    }
  }
  const names = remote === undefined ? [...branches.flatMap((one) => [`refs/heads/${one}`, `refs/remotes/origin/${one}`]), what] : [what];
  for (const name of names) {
    const commit = await repository.resolve(name);
    if (commit !== undefined) return commit;
  }
  return undefined;
}
