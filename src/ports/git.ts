import type { Absent } from '../model/absent.ts';
import type { Json } from '../model/json.ts';
import type { Branches, RenderedFile, RenderedHome } from '../model/rendered.ts';
import type { Signature } from '../model/signature.ts';
import type { Files } from '../ports.ts';
import type { Proofs } from './proof.ts';

/** One file of a commit. */
export interface TreeEntry {
  readonly path: string;
  /** Six octal digits: 100644 is a plain file. */
  readonly mode: string;
  readonly blob: string;
}

/** Reading a rendered branch: what the agent may do with git. Implementations throw `Failure` for outages. */
export interface RenderedSource {
  /** The commit that `branch` points to at the remote now, or undefined when there is no such branch. */
  tip(branch: string, signal: AbortSignal): Promise<string | undefined>;
  /** Whatever is known of the remote from before does not count for a `tip` from now on. Of use where several share a source. */
  refresh(): void;
  /** Brings the history of `branch` here, so that `commit` can be read. */
  fetch(branch: string, commit: string, signal: AbortSignal): Promise<void>;
  /** Whether `commit` can be read here. */
  has(commit: string): Promise<boolean>;
  /** Keeps `commit` readable here under `name`, whatever the remote does with its branch. */
  keep(name: string, commit: string): Promise<void>;
  /** Whether `ancestor` is `commit` or in its history. */
  isAncestor(ancestor: string, commit: string): Promise<boolean>;
  /** All files of `commit`, links and submodules too. */
  files(commit: string): Promise<readonly TreeEntry[]>;
  /** The bytes of a blob. */
  read(blob: string): Promise<Buffer>;
  /** The bytes of a commit, of which its id is the hash. */
  bytesOf(commit: string): Promise<Buffer>;
  /** The id of the tree that has the files of `commit`. */
  treeOf(commit: string): Promise<string>;
  /**
   * What somebody attested of a tree, each the text of a commit that no branch leads to: as it is known here, then, for who asks on, as it is
   * at the remote now. Anybody who may push there may have written it.
   */
  attestations(tree: string, signal: AbortSignal): AsyncIterable<Buffer>;
  close(): Promise<void>;
}

/** A Secret of the cluster that says who reads a source, in the keys that Flux uses, or who asks a forge. */
export interface SourceSecret {
  readonly namespace: string;
  readonly name: string;
  /**
   * What it holds now; undefined where there is no such Secret. It is asked for each time before the remote is talked to, so that what
   * changes counts at once: whoever answers may keep it for a while. Throws `Failure`.
   */
  read(signal: AbortSignal): Promise<SecretContent | undefined>;
}

/** What a Secret of the cluster holds. */
interface SecretContent {
  /** Its `data` as the API has it, in base64. */
  readonly data: Readonly<Record<string, string>>;
  /** The hosts that it is for, with commas between them; undefined for all. */
  readonly hosts: string | undefined;
}

/** A commit of the project's own repository. */
export interface SourceCommit {
  /** Its full id. */
  readonly commit: string;
  readonly author: Signature;
  readonly committer: Signature;
  readonly subject: string;
  readonly body: string;
}

/** The state of the project's own repository: HEAD, and the work tree. */
export interface SourceState extends SourceCommit {
  /** Paths from the root of the work tree that differ from HEAD or are untracked, sorted. */
  readonly dirty: readonly string[];
  /** From the root of the work tree to the project, with a slash at its end; '' when they are the same. */
  readonly prefix: string;
}

/** A path that git leaves out of commits. */
export interface IgnoredPath {
  /** As it was asked for. */
  readonly path: string;
  readonly pattern: string;
  /** Where the pattern stands: from the root of the work tree, or absolute. */
  readonly file: string;
  readonly line: number;
}

/** How a commit stands to another one. */
export interface Between {
  /** It comes after it, before it, or neither; unknown where their histories are not here. */
  readonly relation: 'same' | 'ahead' | 'behind' | 'diverged' | 'unknown';
  /** What the later one has in its history and the earlier one has not, newest first: as many as were asked for, and how many there are. */
  readonly commits: readonly { readonly commit: string; readonly subject: string }[];
  readonly count: number;
}

/** A commit to be made. */
export interface NewCommit {
  /**
   * Everything that it holds: these files, what another commit holds, that with some files replaced, or a tree by its id, which is then the
   * root whatever the repository is a view of.
   */
  readonly content: readonly RenderedFile[] | { readonly sameAs: string } | ReplacedFiles | { readonly tree: string };
  readonly parent: string | undefined;
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
  /** Whether the committer signs it, as git's configuration says how. */
  readonly isSigned?: boolean;
}

/** What a commit holds, links and modes too, but for some files. */
export interface ReplacedFiles {
  readonly of: string;
  readonly written: readonly NewFile[];
  /** Paths that are there no longer. */
  readonly removed: readonly string[];
}

/** A file that is to be committed. */
export interface NewFile {
  readonly path: string;
  readonly text: string | Buffer;
}

/**
 * Writing rendered branches: plumbing only, the work tree and the index are never touched. Throws `Failure`.
 *
 * Of a branch that environments share, each sees its folder alone, by a view (`of`): files, trees, histories and notes are those of the folder,
 * and the commit of the branch is the last one, along first parents, that changed the folder. What others commit beside it is not seen.
 */
export interface RenderedRepository extends Proofs {
  /**
   * The view of an environment that stands there; of a branch that others share, as if it were at the commit `tip`, where one is told. The views
   * of one repository end with it.
   */
  of(home: RenderedHome, tip?: string): RenderedRepository;
  /** The names of the branches of an environment, or of one slice of it. */
  branchesOf(environment: string, slice?: string): Branches;
  /** HEAD of the project's repository, and what of the whole work tree differs from it. */
  state(signal?: AbortSignal): Promise<SourceState>;
  /** A commit that is here; undefined for one that is not. */
  describe(commit: string): Promise<SourceCommit | undefined>;
  /** The full id of the commit that a person means: a branch, a tag, a short id. Undefined when there is none. */
  resolve(revision: string): Promise<string | undefined>;
  /** How the commit `to` stands to `from`, with at most `limit` of the commits between them. */
  between(from: string, to: string, limit: number): Promise<Between>;
  /** The note of `commit` in refs/notes/hydrator.metadata: here, or at `remote`. Undefined when there is none. */
  noteOf(commit: string, remote: string | undefined): Promise<string | undefined>;
  /** The blobs of the notes in refs/notes/hydrator.metadata of those of `commits` that have one: here, or at `remote`. */
  notesOf(commits: readonly string[], remote: string | undefined): Promise<ReadonlyMap<string, string>>;
  /** The person or machine at work, by git's own settings, with the present time. */
  identity(): Promise<Signature>;
  /** The commit that `branch` points to: here, or at `remote`, which is then fetched. */
  branch(branch: string, remote: string | undefined): Promise<string | undefined>;
  /**
   * Asks `remote` for several branches, and for notes and attestations, at once, and fetches what is not here. What was found counts until it is
   * moved from here, or that fails.
   */
  lookAhead(branches: readonly string[], remote: string): Promise<void>;
  /** The branches whose names begin with `folder`, which ends with a slash, sorted: here, with those of `origin` as they were fetched last, or at `remote`. */
  branchesBelow(folder: string, remote: string | undefined): Promise<readonly string[]>;
  isAncestor(ancestor: string, commit: string): Promise<boolean>;
  /** Whether `proposal` was made on `active`, and merging it changes nothing but what the environment is. */
  standsOn(active: string, proposal: string): Promise<boolean>;
  /** The names of the remotes that the repository has. */
  remotes(): Promise<readonly string[]>;
  /** The URL that git asks for a remote, by its name or by a URL, as its settings rewrite it. */
  urlOf(remote: string): Promise<string>;
  /** The default branch of `remote`, and the one there that the branch which is checked out tracks: as many as there are. */
  reviewedBranches(remote: string): Promise<readonly string[]>;
  /** Those of `paths`, told from the project, that git leaves out of commits and does not hold yet. A folder ends with a slash. */
  ignored(paths: readonly string[]): Promise<readonly IgnoredPath[]>;
  /** Whether the repository lacks a part of its history. */
  isShallow(): Promise<boolean>;
  /** All files of `commit`, links and submodules too. */
  files(commit: string): Promise<readonly TreeEntry[]>;
  /** The bytes of a blob. */
  read(blob: string): Promise<Buffer>;
  /** The blob id that `text` would have in this repository. */
  blobOf(text: string): Promise<string>;
  /** `commit` and its ancestors along first parents, newest first, at most `limit`. */
  history(commit: string, limit: number): Promise<readonly HistoryEntry[]>;
  /** The same without end, each with what it changed, as they are asked for. */
  walk(commit: string): AsyncIterable<WalkedCommit>;
  /** Those of `commits` that are here, by their ids. */
  describeAll(commits: readonly string[]): Promise<ReadonlyMap<string, SourceCommit>>;
  /** Writes the commit and returns its id; no branch moves. Throws the `Failure` `signing-failed` where it cannot be signed. */
  commit(commit: NewCommit): Promise<string>;
  /**
   * Moves `branch` from the commit `from` (undefined: it must not exist) to `to`: here, or at `remote` with a lease. A
   * branch that meanwhile moved is the `Failure` `branch-moved`. Returns the commit that the branch has then: where others share it and have
   * moved it on, that is a merge of `to`.
   */
  move(
    branch: string,
    step: {
      readonly from: string | undefined;
      readonly to: string;
      /** Is asked of a commit that is made to hold `to` beside what others did, before the branch goes there: throws where it must not. */
      readonly approve?: ((made: string) => Promise<void>) | undefined;
    },
    remote: string | undefined,
  ): Promise<string>;
  /** Sets the note of `commit` in refs/notes/hydrator.metadata to `note`: here, or at `remote`. An equal note stays. */
  note(commit: string, note: Json, remote: string | undefined): Promise<void>;
  close(): Promise<void>;
}

/** The project at commits of its own repository. The work tree and the index are never touched. Throws `Failure`. */
export interface Commits {
  /**
   * The project at `commit`, with the packages of that commit, and without the network. Throws the failures of input `source-missing`,
   * `source-not-commit` and `source-packages`; `fetch` cures the first, `install` the last.
   */
  open(commit: string): Promise<Snapshot>;
  /** Brings the commit here from `remote`, with all of its files, and tells which packages it has. Nothing of it is run. */
  fetch(commit: string, remote: string): Promise<FetchedCommit>;
  /** Installs the packages of a commit that is here, by its own lock: those of one that was reviewed. */
  install(commit: string): Promise<void>;
  /**
   * The tree of an environment of a commit that is here with its packages, rendered by the version of Lockstep that is among these: undefined
   * where that is not `version`. Code of the commit is run. Throws the `Failure` `verify-version`.
   */
  renderBy(version: string, of: { readonly commit: string; readonly environment: string }): Promise<readonly RenderedFile[] | undefined>;
}

/** The project at a commit. */
export interface Snapshot {
  /** A folder that holds it, absolute. */
  readonly folder: string;
  readonly files: Files;
  /** What the commit names and does not hold. */
  readonly absent: readonly Absent[];
}

/** What was done for a commit that is to be rendered from. */
export interface FetchedCommit {
  /** Whether it was not here before. */
  readonly isFetched: boolean;
  /** Whether its packages are those of the project, were installed for it before, or have to be installed. */
  readonly packages: 'shared' | 'kept' | 'lacking';
}

/** A commit, and what it changed against its first parent. */
export interface WalkedCommit extends SourceCommit {
  readonly parents: readonly string[];
  readonly changes: readonly TreeChange[];
}

/** What became of one path in a commit: what is there before, and after; undefined where there is nothing. */
export interface TreeChange {
  readonly path: string;
  readonly before: Pick<TreeEntry, 'mode' | 'blob'> | undefined;
  readonly after: Pick<TreeEntry, 'mode' | 'blob'> | undefined;
}

/** One commit of a branch. */
export interface HistoryEntry {
  readonly commit: string;
  readonly tree: string;
  /** When it was committed: RFC 3339, in the committer's time zone. */
  readonly date: string;
  readonly subject: string;
}
