import { createHash } from 'node:crypto';
import { exitCodes, Failure } from '../../model/failure.ts';
import { compareText } from '../../model/ref.ts';
import { branchesOf } from '../../model/rendered.ts';
import type { Signature } from '../../model/signature.ts';
import type { Clock, NewCommit, RenderedRepository, SourceCommit, SourceState } from '../../ports.ts';
import { systemClock } from '../clock.ts';
import { openGate } from '../gate.ts';
import { readBetween } from './between.ts';
import { type Environment, publisherEnvironment } from './environment.ts';
import { inFolder } from './folder.ts';
import { readHistory } from './history.ts';
import { readIgnored } from './ignored.ts';
import { type Surroundings, writeCommit } from './import.ts';
import { openLooks } from './looks.ts';
import { refOfBranch, refOfFolder, remoteOrHere, requireId, requireRemote } from './names.ts';
import { attestationRef, hydratorRef, listNotes } from './notes.ts';
import { isAncestor, isShallow, listFiles, type ObjectFormat, objectFormat, resolveRef, resolveWord } from './objects.ts';
import { openProofs } from './proofs.ts';
import { objectReader } from './reader.ts';
import { branchesBelow, reviewedBranches } from './remotes.ts';
import { type Git, gitText, stoppedWaiting } from './run.ts';
import { holdsCommit, noteOf } from './stored.ts';
import { describeAll, walk } from './walk.ts';
import { openRefWriter } from './writing.ts';

/** The project's own repository, and what git may know. */
export interface RepositoryOptions {
  /** The project's folder: the root of a work tree, or below it. */
  readonly folder: string;
  /** Of the person or job: their settings and credentials are git's. */
  readonly env: Environment;
  /** Paces the attempts to push a note; the system's unless told. */
  readonly clock?: Clock;
  /** Ends whatever git does. */
  readonly signal?: AbortSignal;
}

/**
 * The project's repository, for writing rendered branches. A remote is a name that git knows, or a URL. What is fetched
 * from it gets refs below `refs/lockstep/`; the person's own refs stay, but for the branches that are moved.
 */
export async function openRepository({ folder, env, clock = systemClock, signal }: RepositoryOptions): Promise<RenderedRepository> {
  const settings = ['gc.auto=0', 'maintenance.auto=false', 'i18n.logOutputEncoding=UTF-8', 'protocol.ext.allow=never'];
  const before = ['-C', folder, ...settings.flatMap((setting) => ['-c', setting])];
  const git: Git = { before, env: publisherEnvironment(env), secrets: [], signal };
  const format = await objectFormat(git);
  const blobs = objectReader(git);
  const blobOf = (text: string): string => blobId(format, text);
  const looks = openLooks(git);
  const naming = { format, blobOf };
  const writer = openRefWriter(git, { clock, naming, looks });
  // Who has to touch a token, or to answer a dialogue, does one thing at a time.
  const signing = openGate(1, stoppedWaiting);

  const write = (commit: NewCommit, around?: Surroundings): Promise<string> => {
    const writing = (): Promise<string> => writeCommit(git, commit, { ...naming, around });
    return commit.isSigned ? signing(writing, undefined) : writing();
  };

  const repository: RenderedRepository = {
    of: (home, tip) =>
      home.folder === '' ? repository : inFolder({ repository, git, reader: blobs, write, note: writer.note }, home, tip),
    branchesOf: (environment, slice) => branchesOf(environment, { slice }),
    state: async (stop) => readState(stop === undefined ? git : { ...git, signal: stop }),
    describe: async (commit) => ((await holdsCommit(blobs, commit)) ? describe(git, commit) : undefined),
    resolve: async (revision) => resolveWord(git, `${revision}^{commit}`),
    between: (from, to, limit) => readBetween(git, requireId(from), requireId(to), limit),
    noteOf: async (commit, remote) => {
      const notes = await looks.at(hydratorRef, remoteOrHere(remote));
      const note = notes && (await noteOf(blobs, notes, commit));
      return note && (await blobs.read(note)).toString('utf8');
    },
    notesOf: async (commits, remote) => {
      const notes = await looks.at(hydratorRef, remoteOrHere(remote));
      const all = notes === undefined ? new Map<string, string>() : await listNotes(git, notes);
      return new Map(
        commits.flatMap((commit) => {
          const blob = all.get(commit);
          return blob === undefined ? [] : [[commit, blob] as const];
        }),
      );
    },
    identity: async () => parseSignature(await gitText(git, ['var', 'GIT_AUTHOR_IDENT'])),
    branch: async (branch, remote) => looks.at(refOfBranch(branch), remoteOrHere(remote)),
    lookAhead: (branches, remote) => looks.ahead([...branches.map(refOfBranch), hydratorRef, attestationRef], requireRemote(remote)),
    branchesBelow: (folder, remote) => branchesBelow(git, refOfFolder(folder), remoteOrHere(remote)),
    isAncestor: async (ancestor, commit) => isAncestor(git, ancestor, commit),
    standsOn: async (active, proposal) => isAncestor(git, active, proposal),
    remotes: async () => (await gitText(git, ['remote'])).split('\n').filter((name) => name !== ''),
    urlOf: async (remote) => (await gitText(git, ['ls-remote', '--get-url', '--end-of-options', requireRemote(remote)])).trim(),
    reviewedBranches: (remote) => reviewedBranches(git, requireRemote(remote)),
    ignored: (paths) => readIgnored(git, paths),
    isShallow: () => isShallow(git),
    files: async (commit) => listFiles(git, commit),
    read: (blob) => blobs.read(blob),
    blobOf: async (text) => blobOf(text),
    history: async (commit, limit) => readHistory(git, commit, { limit }),
    walk: (commit) => walk(git, commit),
    describeAll: async (commits) => {
      const found = new Map<string, SourceCommit>();
      for await (const { parents: _, changes: __, ...one } of describeAll(git, commits)) found.set(one.commit, one);
      return found;
    },
    commit: (commit) => write(commit),
    move: async (branch, { from, to }, remote) => {
      const step = { ref: refOfBranch(branch), from: from === undefined ? undefined : requireId(from), to: requireId(to) };
      await writer.move(step, remoteOrHere(remote));
      return to;
    },
    note: async (commit, note, remote) => {
      const text = `${JSON.stringify(note)}\n`;
      await writer.note({ ref: hydratorRef, object: commit, text, by: commit, remote: remoteOrHere(remote) });
    },
    ...openProofs(git, { folder, blobs, looks, note: writer.note }),
    close: () => blobs.close(),
  };
  return repository;
}

/** The id of a blob: the hash of a header and its bytes (gitformat: `blob <size>\0<bytes>`). */
function blobId(format: ObjectFormat, text: string): string {
  const bytes = Buffer.from(text);
  return createHash(format).update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

async function readState(git: Git): Promise<SourceState> {
  const commit = await resolveRef(git, 'HEAD^{commit}');
  if (commit === undefined) throw noCommit();
  const [described, status, prefix] = await Promise.all([
    describe(git, commit),
    gitText(git, ['status', '--porcelain=v1', '-z', '--untracked-files=all', '--no-renames']),
    gitText(git, ['rev-parse', '--show-prefix']),
  ]);
  const dirty = status.split('\0').flatMap((entry) => (entry === '' ? [] : [entry.slice(3)]));
  return { ...described, dirty: dirty.sort(compareText), prefix };
}

async function describe(git: Git, commit: string): Promise<SourceCommit> {
  const format = ['%an', '%ae', '%ad', '%cn', '%ce', '%cd', '%s', '%b'].join('%x00');
  const log = await gitText(git, ['log', '-1', '--no-show-signature', `--format=${format}`, '--date=raw', requireId(commit)]);
  const [an = '', ae = '', ad = '', cn = '', ce = '', cd = '', subject = '', body = ''] = log.split('\0');
  return {
    commit,
    author: { name: an, email: ae, date: ad },
    committer: { name: cn, email: ce, date: cd },
    subject,
    body: body.trimEnd(),
  };
}

/** `Name <email> 1767225600 +0100` */
function parseSignature(text: string): Signature {
  const match = /^(.*) <(.*)> (\d+ [+-]\d{4})$/.exec(text);
  return { name: match?.[1] ?? '', email: match?.[2] ?? '', date: match?.[3] ?? '' };
}

function noCommit(): Failure {
  return new Failure('git-no-commit', 'the repository has no commit yet', { help: 'commit the project first', exit: exitCodes.input });
}
