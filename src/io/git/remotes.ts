import { sha256Of } from '../../model/sha256.ts';
import { type ObjectFormat, resolveRef } from './objects.ts';
import { type Git, gitText, lookTimeLimit, remoteTimeLimit, runGit } from './run.ts';

/** The object that the full ref name `ref` stands for at `remote` now, or undefined. */
async function remoteRef(
  git: Git,
  remote: string,
  { ref, signal }: { readonly ref: string; readonly signal?: AbortSignal | undefined },
): Promise<string | undefined> {
  return (await remoteRefs(git, remote, { refs: [ref], signal })).get(ref);
}

/** How many refs are asked for at once: far fewer than a process takes as arguments. */
const refsAtOnce = 500;

/** The objects that full ref names stand for at `remote` now; those that are not there are left out. */
export async function remoteRefs(
  git: Git,
  remote: string,
  { refs, signal }: { readonly refs: readonly string[]; readonly signal?: AbortSignal | undefined },
): Promise<ReadonlyMap<string, string>> {
  // What is asked for is picked here: the server can only be told to leave out what are no branches.
  const kind = refs.every((ref) => ref.startsWith('refs/heads/')) ? ['--heads'] : [];
  const found = new Map<string, string>();
  for (let i = 0; i < refs.length; i += refsAtOnce) {
    const some = refs.slice(i, i + refsAtOnce);
    const args = ['ls-remote', '--quiet', ...kind, '--end-of-options', remote, ...some];
    const { stdout } = await runGit(git, args, { signal, timeLimit: lookTimeLimit });
    // A pattern also matches longer names that end with it.
    const wanted = new Set(some);
    for (const [object = '', ref = ''] of stdout
      .toString('utf8')
      .split('\n')
      .map((line) => line.split('\t')))
      if (wanted.has(ref)) found.set(ref, object);
  }
  return found;
}

/** The branches below a folder of refs, `refs/heads/environments/`: here, with those of `origin` as they were fetched last, or at `remote`. */
export async function branchesBelow(git: Git, folder: string, remote: string | undefined): Promise<readonly string[]> {
  const fetched = folder.replace(/^refs\/heads\//, 'refs/remotes/origin/');
  const text = await (remote === undefined
    ? gitText(git, ['for-each-ref', '--format=%(refname)', folder, fetched])
    : gitText(git, ['ls-remote', '--quiet', '--heads', '--end-of-options', remote, `${folder}*`], { timeLimit: lookTimeLimit }));
  const refs = text.split('\n').map((line) => line.replace(/^.*\t/, '').replace(fetched, folder));
  return [...new Set(refs)].flatMap((ref) => (ref.startsWith(folder) ? [ref.slice('refs/heads/'.length)] : [])).sort();
}

/** What is fetched, and the ref that it gets here. */
export interface FetchedRef {
  /** A full ref name, or the id of a commit where the remote gives it out. */
  readonly from: string;
  readonly to: string;
}

/** The same, of a repository that names its objects so. */
export interface Wanted extends FetchedRef {
  readonly format: ObjectFormat;
}

/** How it is fetched. */
interface FetchOptions {
  /** Whether with its whole history; it is unless told. Otherwise the repository is, or becomes, a shallow one. */
  readonly isDeep?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Brings `from` of `remote` here as the ref `to`; no tag and no other ref moves. */
export async function fetchRef(git: Git, remote: string, { from, to, ...options }: FetchedRef & FetchOptions): Promise<void> {
  await fetchRefs(git, remote, { refs: [{ from, to }], ...options });
}

/** Brings several at once, all or none. */
export async function fetchRefs(
  git: Git,
  remote: string,
  { refs, isDeep = true, signal }: FetchOptions & { readonly refs: readonly FetchedRef[] },
): Promise<void> {
  const quiet = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance', '--no-recurse-submodules', '--refmap='];
  const depth = isDeep ? [] : ['--depth=1'];
  const wanted = refs.map(({ from, to }) => `+${from}:${to}`);
  await runGit(git, ['fetch', ...quiet, ...depth, '--end-of-options', remote, ...wanted], { signal, timeLimit: remoteTimeLimit });
}

/** Brings a ref of `remote` here as it is now and returns its object, undefined when there is none. A ref of our own keeps the next fetch small. */
export async function fetchLatest(git: Git, remote: string, ref: string): Promise<string | undefined> {
  const tip = await remoteRef(git, remote, { ref });
  const mine = ownRef(remote, ref);
  if (tip === undefined || (await resolveRef(git, mine)) === tip) return tip;
  await fetchRef(git, remote, { from: ref, to: mine });
  return resolveRef(git, mine);
}

/** Brings several refs of `remote` here as they are now, and returns their objects; those that are not there are left out. */
export async function fetchAllLatest(git: Git, remote: string, refs: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const tips = await remoteRefs(git, remote, { refs });
  const here = await ownRefs(git);
  const lacking = [...tips].filter(([ref, tip]) => here.get(ownRef(remote, ref)) !== tip).map(([ref]) => ref);
  for (let i = 0; i < lacking.length; i += refsAtOnce) {
    const some = lacking.slice(i, i + refsAtOnce);
    await fetchRefs(git, remote, { refs: some.map((ref) => ({ from: ref, to: ownRef(remote, ref) })) });
  }
  if (lacking.length === 0) return tips;
  // What moved since it was asked for is as it was fetched.
  const fetched = await ownRefs(git);
  return new Map([...tips].map(([ref, tip]) => [ref, fetched.get(ownRef(remote, ref)) ?? tip]));
}

/** The ref of this repository that keeps what was fetched of a ref of `remote`. */
export function ownRef(remote: string, ref: string): string {
  return `${ownRoot}/${privateName(remote, ref)}`;
}

const ownRoot = 'refs/lockstep/remote';

async function ownRefs(git: Git): Promise<ReadonlyMap<string, string>> {
  const text = await gitText(git, ['for-each-ref', '--format=%(refname) %(objectname)', ownRoot]);
  return new Map(text.split('\n').map((line) => [line.replace(/ .*$/, ''), line.replace(/^\S* /, '')] as const));
}

/** The branches of `remote` that people agree on before they change: its default one, and the one that the present branch tracks there. */
export async function reviewedBranches(git: Git, remote: string): Promise<readonly string[]> {
  const said = await gitText(git, ['ls-remote', '--quiet', '--symref', '--end-of-options', remote, 'HEAD'], { timeLimit: lookTimeLimit });
  const standard = /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(said)?.[1];
  const { stdout } = await runGit(git, ['symbolic-ref', '--quiet', 'HEAD'], { answers: [0, 1] });
  const present = stdout.toString('utf8').trim();
  const format = '--format=%(upstream:remotename)%00%(upstream:remoteref)';
  const [name, ref] = present === '' ? [] : (await gitText(git, ['for-each-ref', format, present])).split('\0');
  const tracked = name === remote ? ref?.replace(/^refs\/heads\//, '') : undefined;
  return [...new Set([standard, tracked])].flatMap((branch) => (branch ? [branch] : []));
}

/** A name for something that must not clash with others, whatever characters stand in `parts`. */
export function privateName(...parts: readonly string[]): string {
  return sha256Of(parts.join('\0')).slice(0, 40);
}
