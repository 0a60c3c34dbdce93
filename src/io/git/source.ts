import { Failure } from '../../model/failure.ts';
import type { Clock, RenderedSource, TreeEntry } from '../../ports.ts';
import { systemClock } from '../clock.ts';
import { openAccess } from './access.ts';
import { type Address, type AddressRules, parseAddress } from './address.ts';
import { openAttested } from './attested.ts';
import { clearPartialPacks, compactCache, createCache, prepareCache } from './cache.ts';
import type { Credentials } from './credentials.ts';
import { agentEnvironment, type Environment } from './environment.ts';
import { type Gates, openWide } from './gates.ts';
import { type LastChange, type LastChangeOf, lastChanges } from './last-change.ts';
import { refOfBranch, requireId, requireRefName } from './names.ts';
import { formatOfId, hasCommit, isAncestor, type ObjectFormat, objectFormat } from './objects.ts';
import { type ObjectReader, objectReader } from './reader.ts';
import { fetchRefs, privateName, remoteRefs, type Wanted } from './remotes.ts';
import { type Git, gitText, remoteTimeLimit, runGit } from './run.ts';
import { bytesOfCommit, holdsCommit, isParent, readFiles, readFilesIn, readFolders, treeOfCommit } from './stored.ts';
import { together } from './together.ts';
import { walk } from './walk.ts';

/** What an agent follows, and where it keeps its copy. */
export interface SourceOptions extends AddressRules {
  /** An https or ssh URL, `user@host:path`, a file URL or a path; http only to this machine. */
  readonly url: string;
  /** The copy, a bare repository: made when it is missing, made anew when it is broken. It must be empty or such a copy. */
  readonly folder: string;
  /** PATH and HOME, proxies, and of git's own variables GIT_SSH_COMMAND, GIT_ASKPASS and the certificates. */
  readonly env: Environment;
  /**
   * Who reads it. Asked each time before the remote is talked to, so that what changes meanwhile counts at once. What it says must be fit
   * for the protocol of `url`. Undefined, or without it: whoever `env` and the settings of git say.
   */
  readonly credentials?: Credentials;
  /** What tells when a token ends. */
  readonly clock?: Clock;
  /** What is passed before the remote is talked to; open wide unless told. */
  readonly gates?: Gates;
}

/** A source that can tell of a folder of a branch, too. */
export interface FolderedSource extends RenderedSource {
  /** The commit that changed a folder at the root of a branch last. What is at the remote is brought here for it. */
  lastChange(of: LastChangeOf, signal: AbortSignal): Promise<LastChange>;
  /** The files of `commit` in a folder at its root, with paths from there; none where there is no such folder. */
  filesIn(commit: string, folder: string): Promise<readonly TreeEntry[]>;
  /** The tree of one of them; undefined where there is no such folder. */
  treeIn(commit: string, folder: string): Promise<string | undefined>;
}

/** A source that can tell of several branches at once. */
export interface OpenSource extends FolderedSource {
  /** The commits of those of `branches` that are at the remote now. */
  tips(branches: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /** Lets go of what nobody wants any more: what is kept below other names than `names`, and the history of other branches than `branches`. */
  retain(wanted: { readonly names: ReadonlySet<string>; readonly branches: ReadonlySet<string> }): Promise<void>;
}

const keptRefs = 'refs/lockstep/kept/';
const fetchedRefs = 'refs/lockstep/fetched/';

/**
 * A rendered branch to follow. The remote need not be reachable yet. Only the protocol of `url` is allowed, redirects are
 * not followed, and every object is checked as it comes. Objects that turn out broken make `has` say no, so that the
 * caller fetches; the copy is then made anew.
 */
export async function openSource(options: SourceOptions): Promise<OpenSource> {
  const address = parseAddress(options.url, options);
  const { folder, env, credentials = async () => undefined, clock = systemClock, gates = openWide } = options;
  const git = agentGit(address, options);
  await prepareCache(git, folder);
  const access = openAccess(git, { address, env, clock, credentials });
  const { url } = address;
  let reader = objectReader(git);
  let broken = false;

  const suspecting = async <T>(read: Promise<T>): Promise<T> =>
    read.catch((thrown: unknown) => {
      broken ||= isCorruption(thrown);
      throw thrown;
    });
  const renew = async (format: ObjectFormat): Promise<void> => {
    reader = await reopened(reader, git);
    await createCache(git, folder, format);
    broken = false;
  };
  const fetchAll = async (wanted: readonly Wanted[], signal: AbortSignal): Promise<void> => {
    const [first] = wanted;
    if (first === undefined) return;
    const { format } = first;
    // What several wait for is fetched once.
    const refs = [...new Map(wanted.map(({ from, to }) => [to, { from, to }])).values()];
    const kept = await listKept(git);
    if (broken || !(await isOf(git, format))) await renew(format);
    const ask = async (remote: Git): Promise<void> =>
      fetchRefs(remote, url, { refs, signal }).catch(async (thrown: unknown) => {
        await clearPartialPacks(folder);
        if (!isCorruption(thrown)) throw thrown;
        await renew(format);
        await fetchRefs(remote, url, { refs, signal });
      });
    await gates.fetches(() => access.talk(signal, ask), signal);
    await restoreKept(git, kept);
    // Only room is at stake: a copy that could not be packed is as good, and the next fetch tries again.
    await compactCache(git, folder).catch(() => {});
  };
  const fetch = together<Wanted>({ act: fetchAll, most: fetchedAtOnce, isForAll: isOfRemote });
  const keep = together<Kept>({ act: (all) => keepAll(git, all), most: keptAtOnce, isForAll: () => false });
  const has = async (commit: string): Promise<boolean> => {
    if (broken) return false;
    return suspecting(holdsCommit(reader, commit)).catch((thrown: unknown) => {
      if (isCorruption(thrown)) return false;
      throw thrown;
    });
  };

  const look = (refs: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>> =>
    gates.looks(() => access.talk(signal, (remote) => remoteRefs(remote, url, { refs, signal })), signal);
  const tips = async (branches: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>> => {
    const found = await look(branches.map(refOfBranch), signal);
    return new Map(branches.flatMap((branch) => byBranch(branch, found.get(refOfBranch(branch)))));
  };

  const bring = async (branch: string, commit: string, signal: AbortSignal): Promise<void> => {
    const from = refOfBranch(branch);
    await fetch({ from, to: `${fetchedRefs}${privateName(branch)}`, format: formatOfId(requireId(commit)) }, signal);
    if (!(await has(commit))) throw overtaken(branch, commit);
  };
  const lastChange = lastChanges({
    async bring(branch, commit, signal) {
      if (!(await has(commit))) await bring(branch, commit, signal);
    },
    foldersOf: (commit) => readFolders(reader, commit),
    walk: (commit, signal) => walk({ ...git, signal }, commit, { timeLimit: remoteTimeLimit }),
  });
  const attested = openAttested({
    git,
    reader: () => reader,
    suspecting,
    look: async (ref, signal) => (await look([ref], signal)).get(ref),
    fetch,
  });

  return {
    tip: async (branch, signal) => (await tips([branch], signal)).get(branch),
    tips,
    refresh() {},
    fetch: bring,
    lastChange: (of, signal) => suspecting(lastChange(of, signal)),
    has,
    keep: async (name, commit) => {
      requireRefName(name);
      await keep({ name, commit: requireId(commit) });
    },
    retain: (wanted) => retain(git, wanted),
    // Nearly every commit follows the one that was applied last.
    isAncestor: async (ancestor, commit) =>
      suspecting(isParent(reader, ancestor, commit).then((is) => is || isAncestor(git, ancestor, commit))),
    files: (commit) => suspecting(readFiles(reader, commit)),
    filesIn: (commit, folder) => suspecting(readFilesIn(reader, commit, folder)),
    treeIn: async (commit, folder) => (await suspecting(readFolders(reader, commit))).get(folder),
    read: (blob) => suspecting(reader.read(blob)),
    bytesOf: (commit) => suspecting(bytesOfCommit(reader, commit)),
    treeOf: (commit) => suspecting(treeOfCommit(reader, commit)),
    attestations: (tree, signal) => attested.of(tree, signal),
    async close() {
      await reader.close();
      await access.close();
    },
  };
}

function byBranch(branch: string, commit: string | undefined): readonly (readonly [branch: string, commit: string])[] {
  return commit === undefined ? [] : [[branch, commit]];
}

/** The git that works on the copy. What it says of itself to a remote is not in it. */
function agentGit({ protocol }: Address, { folder, env }: SourceOptions): Git {
  const settings = [
    'protocol.allow=never',
    `protocol.${protocol}.allow=always`,
    'http.followRedirects=false',
    'http.sslVerify=true',
    'http.lowSpeedLimit=1000',
    'http.lowSpeedTime=60',
    'transfer.fsckObjects=true',
    'fetch.unpackLimit=1',
    'gc.auto=0',
    'maintenance.auto=false',
  ];
  return {
    before: [`--git-dir=${folder}`, ...settings.flatMap((setting) => ['-c', setting])],
    env: agentEnvironment(env),
    secrets: [],
  };
}

/** A commit that somebody wants to keep. */
interface Kept {
  readonly name: string;
  readonly commit: string;
}

/** Branches that one fetch brings: those behind them need not wait for all that there are. */
const fetchedAtOnce = 200;

/** Refs that one process writes. */
const keptAtOnce = 500;

async function keepAll(git: Git, all: readonly Kept[]): Promise<void> {
  // Whoever keeps two commits under one name means the last.
  const commits = new Map(all.map(({ name, commit }) => [name, commit]));
  await runGit(git, ['update-ref', '--stdin'], {
    stdin: [...commits].map(([name, commit]) => `update ${keptRefs}${name} ${commit}\n`).join(''),
  });
}

/** Whether the copy names its objects so. */
async function isOf(git: Git, format: ObjectFormat): Promise<boolean> {
  return (await objectFormat(git).catch(() => undefined)) === format;
}

async function reopened(reader: ObjectReader, git: Git): Promise<ObjectReader> {
  await reader.close();
  return objectReader(git);
}

async function retain(git: Git, { names, branches }: Parameters<OpenSource['retain']>[0]): Promise<void> {
  const fetched = new Set([...branches].map((branch) => `${fetchedRefs}${privateName(branch)}`));
  const isGone = (ref: string): boolean =>
    ref.startsWith(keptRefs) ? !names.has(ref.slice(keptRefs.length).replace(/\/.*$/, '')) : !fetched.has(ref);
  const gone = (await listRefs(git, [keptRefs, fetchedRefs])).filter(([ref]) => isGone(ref));
  if (gone.length > 0) await runGit(git, ['update-ref', '--stdin'], { stdin: gone.map(([ref]) => `delete ${ref}\n`).join('') });
}

/** The commits that are kept, by full ref name; none when the copy is too broken to tell. */
function listKept(git: Git): Promise<readonly (readonly [ref: string, commit: string])[]> {
  return listRefs(git, [keptRefs]);
}

async function listRefs(git: Git, below: readonly string[]): Promise<readonly (readonly [ref: string, commit: string])[]> {
  const text = await gitText(git, ['for-each-ref', '--format=%(refname) %(objectname)', ...below]).catch(() => '');
  return text.split('\n').flatMap((line) => {
    const [ref, commit] = line.split(' ');
    return ref && commit ? [[ref, commit] as const] : [];
  });
}

/** Keeps again what was kept before the copy was made anew, as far as the fetched history has it. */
async function restoreKept(git: Git, kept: readonly (readonly [ref: string, commit: string])[]): Promise<void> {
  const present = new Set((await listKept(git)).map(([ref]) => ref));
  for (const [ref, commit] of kept) {
    if (!present.has(ref) && (await hasCommit(git, commit))) await runGit(git, ['update-ref', ref, commit]);
  }
}

function isCorruption(thrown: unknown): boolean {
  return thrown instanceof Failure && (thrown.code === 'git-corrupt' || thrown.code === 'git-no-repository');
}

/** What git says of a remote as a whole: it says the same of every branch there. */
const ofRemote: ReadonlySet<string> = new Set([
  'git-auth',
  'git-missing',
  'git-protocol',
  'git-redirected',
  'git-repository-missing',
  'git-unreachable',
  'interrupted',
]);

function isOfRemote(thrown: unknown): boolean {
  return thrown instanceof Failure && ofRemote.has(thrown.code);
}

function overtaken(branch: string, commit: string): Failure {
  return new Failure('git-commit-gone', `\`${branch}\` no longer leads to ${commit}`, {
    help: 'it was rewritten meanwhile; ask for its tip again',
  });
}
