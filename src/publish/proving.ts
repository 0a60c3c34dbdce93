import { readStatement } from '../codec/statement.ts';
import { isFullId } from '../model/commit-id.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { compareText } from '../model/ref.ts';
import { homeOf, type RenderedFile } from '../model/rendered.ts';
import type { FoundSignature, RenderedRepository } from '../ports.ts';
import { drySourceOf, lastFetched } from './latest.ts';
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

/**
 * Where the files of a commit differ from those that were rendered again: byte for byte, the index and the provenance, too. What a tree has
 * twice by one name differs, whatever it is: who reads the tree takes the first of both, or the last.
 */
export async function differencesFrom(
  repository: RenderedRepository,
  again: RenderedAgain,
  { files, content }: Pick<RenderedCommit, 'files' | 'content'>,
): Promise<Changes> {
  const rendered = await contentOf(repository, again.files);
  const twice = repeated(files.map(({ path }) => path));
  const to = (expected: Content, found: Content): Changes => {
    const changes = changesBetween(expected, found, 'all');
    return twice.length === 0 ? changes : { ...changes, modified: [...new Set([...changes.modified, ...twice])].sort(compareText) };
  };
  if (again.provenance.length === 0) return to(rendered, content);
  const all: Content = new Map(files.map(({ path, mode, blob }) => [path, `${mode} ${blob}`]));
  const found: Changes[] = [];
  for (const provenance of again.provenance) found.push(to(new Map([...rendered, ...(await contentOf(repository, provenance))]), all));
  return found.find(isNothing) ?? found[0] ?? to(rendered, all);
}

function repeated(paths: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return paths.filter((path) => seen.size === seen.add(path).size);
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

/**
 * Throws the `Failure` `rendered-untrusted` where `signers` names a file, and nobody of it has signed the commit of `branch`, or what is attested
 * of its tree.
 */
export async function requireSigned(
  repository: RenderedRepository,
  { environment, commit, branch }: { readonly environment: string; readonly commit: string; readonly branch: string },
  { signers, remote }: { readonly signers?: string | undefined; readonly remote?: string | undefined },
): Promise<void> {
  if (signers === undefined) return;
  const { commit: own, isTrusted } = await signedOf(repository, { commit, environment }, { signers, remote });
  if (isTrusted) return;
  const how = own.state === 'missing' ? 'nobody signed it' : `its signature${own.key === '' ? '' : ` by \`${own.key}\``} is ${own.state}`;
  throw new Failure(
    'rendered-untrusted',
    `\`${branch}\` is not signed by anybody whom \`${signers}\` names: at ${commit.slice(0, 7)} ${how}`,
    {
      help: `publish it again where git signs: \`lockstep publish ${environment} --sign\`; or add the key to \`${signers}\``,
      exit: exitCodes.refused,
    },
  );
}

/**
 * The same of a commit that merges what was signed beside what others did: it is what comes into force. What is attested of its tree is of the
 * proposal, too.
 */
export function requireSignedMerge(
  repository: RenderedRepository,
  of: { readonly environment: string; readonly branch: string },
  by: { readonly signers?: string | undefined; readonly remote?: string | undefined },
): (made: string) => Promise<void> {
  return (commit) =>
    requireSigned(repository, { ...of, commit }, by).catch((thrown: unknown) => {
      throw thrown instanceof Failure && thrown.code === 'rendered-untrusted' ? unsignedMerge(thrown, of.branch) : thrown;
    });
}

function unsignedMerge({ code, message, exit }: Failure, branch: string): Failure {
  return new Failure(code, `${message}, and it merges what others did beside it`, {
    help: `merge it where git signs: \`git config commit.gpgSign true\`; nothing was merged to \`${branch}\``,
    exit,
  });
}

/** The commit that somebody means. */
export interface MeantCommit {
  readonly commit: string;
  /** Where the branch of an environment was named: what is there has to be of one of these. Of `environments/a-next` nobody knows which. */
  readonly environments?: readonly string[];
  /** Whether it is the tip of a branch that was named, and whether that is one of proposals. */
  readonly isTip?: boolean;
  readonly isProposal?: boolean;
}

/**
 * The commit that is meant by an environment, a branch or a commit; undefined when there is none. At `remote` branches alone are looked for.
 * Anybody who may push gives a branch or a tag a name like the id of a commit: that is not what is meant by the id.
 */
export async function commitMeantBy(
  repository: RenderedRepository,
  what: string,
  remote: string | undefined,
): Promise<MeantCommit | undefined> {
  const byId = idLike.test(what) ? await commitNamed(repository, what) : undefined;
  if (byId !== undefined && what === byId) return { commit: byId };
  const byName = await branchMeantBy(repository, what, remote);
  if (byId !== undefined && byName !== undefined && byId !== byName.commit) throw meansTwo(what, remote);
  if (byName !== undefined || byId !== undefined) return byName ?? { commit: byId ?? '' };
  const other = remote === undefined ? await commitNamed(repository, what) : undefined;
  return other === undefined ? undefined : { commit: other, ...environmentsOf(what) };
}

/** The commit that a word stands for to git, which takes a branch or a tag before a short id. */
export async function commitNamed(repository: RenderedRepository, word: string): Promise<string | undefined> {
  const commit = await repository.resolve(word);
  return idLike.test(word) && !commit?.startsWith(word) ? undefined : commit;
}

const idLike = /^[0-9a-f]{7,64}$/;

async function branchMeantBy(repository: RenderedRepository, what: string, remote: string | undefined): Promise<MeantCommit | undefined> {
  if (isFullId(what)) return undefined;
  const { active } = repository.branchesOf(what);
  // Of a branch that others share, the environment is where its folder changed last.
  const isShared = active !== homeOf(what).branch;
  for (const branch of [active, what]) {
    const commit = await (isShared && branch === active ? sharedTip : tipOf)(repository, branch, remote);
    if (commit !== undefined)
      return { commit, isTip: true, ...(isShared && branch === active ? { environments: [what] } : environmentsOf(branch)) };
  }
  return undefined;
}

/** Of the repository itself, a branch as it was fetched last will do. */
async function tipOf(repository: RenderedRepository, branch: string, remote: string | undefined): Promise<string | undefined> {
  if (remote !== undefined) return repository.branch(branch, remote);
  return (await repository.resolve(`refs/heads/${branch}`)) ?? lastFetched(repository, branch);
}

async function sharedTip(repository: RenderedRepository, branch: string, remote: string | undefined): Promise<string | undefined> {
  return (await repository.branch(branch, remote)) ?? tipOf(repository, branch, remote);
}

/** A branch may be told with its remote, and with steps back from it: `origin/environments/prod~1`. */
function environmentsOf(branch: string): Pick<MeantCommit, 'environments' | 'isProposal'> {
  const [, root, name] = /(?:^|\/)(environments|proposals)\/([^/~^:@]+)/.exec(branch) ?? [];
  if (name === undefined) return {};
  const isNext = name.endsWith('-next');
  return { environments: isNext ? [name, name.slice(0, -'-next'.length)] : [name], isProposal: isNext || root === 'proposals' };
}

function meansTwo(what: string, remote: string | undefined): Failure {
  const where = remote === undefined ? 'of this repository' : `of \`${remote}\``;
  return new Failure('verify-unknown', `\`${what}\` is a branch ${where}, and the beginning of the id of another commit`, {
    help: 'name the whole branch, `environments/<name>`, or the whole id',
    exit: exitCodes.input,
  });
}
