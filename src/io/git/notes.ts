import { Failure } from '../../model/failure.ts';
import type { Signature } from '../../model/signature.ts';
import type { Clock } from '../../ports.ts';
import { type Naming, writeCommit } from './import.ts';
import { requireId } from './names.ts';
import { listFiles, resolveRef, treeOf } from './objects.ts';
import { moveAllAt, moveHere } from './push.ts';
import { fetchLatest, ownRef } from './remotes.ts';
import { type Git, gitText, runGit } from './run.ts';

/** A note to be written. */
export interface NewNote {
  /** The full name of the ref that has the notes. */
  readonly ref: string;
  /** What it is about: a commit, or a tree. */
  readonly object: string;
  readonly text: string;
  /** The commit whose committer writes it, at the time of that commit: two who write one note make one and the same commit of notes. */
  readonly by: string;
  readonly remote: string | undefined;
}

/** The ref that Argo CD's hydrator and GitOps Promoter agree on. */
export const hydratorRef = 'refs/notes/hydrator.metadata';

/** The ref with what was attested of trees. */
export const attestationRef = 'refs/notes/lockstep.attestation';

const attempts = 10;

/** The blobs of all notes of a commit of notes, by the commits or trees that they are of. */
export async function listNotes(git: Git, notes: string): Promise<ReadonlyMap<string, string>> {
  // Git spreads notes over folders as they become many.
  return new Map((await listFiles(git, notes)).map(({ path, blob }) => [path.replaceAll('/', ''), blob]));
}

/** Notes of one ref, here or at a remote. */
interface NewNotes extends Pick<NewNote, 'ref' | 'remote'> {
  readonly notes: readonly NewNote[];
}

interface NoteMeans {
  readonly clock: Clock;
  readonly naming: Naming;
}

/**
 * Sets notes on top of the present notes, all by one commit, here or at the remote. All environments share the one ref, so another publisher
 * is often quicker: then it starts from their notes, after a random pause that doubles from 50 ms to 1 s.
 */
export async function writeNotes(git: Git, notes: NewNotes, means: NoteMeans): Promise<void> {
  const { clock } = means;
  for (let attempt = 1; ; attempt++) {
    try {
      await tryNotes(git, notes, { ...means, known: attempt === 1 });
      return;
    } catch (thrown) {
      const overtaken = thrown instanceof Failure && (thrown.code === 'branch-moved' || thrown.code === 'git-locked');
      if (!overtaken || attempt === attempts) throw thrown;
      await clock.sleep(Math.min(1000, 50 * 2 ** (attempt - 1)) * (0.5 + clock.random() / 2), git.signal);
    }
  }
}

function notesAt(git: Git, ref: string, remote: string | undefined): Promise<string | undefined> {
  return remote === undefined ? resolveRef(git, ref) : fetchLatest(git, remote, ref);
}

/** Where it is `known` what the remote had, it is not asked again before it is written to: the lease tells whether it still has that. */
async function tryNotes(git: Git, notes: NewNotes, { known, ...means }: NoteMeans & { readonly known: boolean }): Promise<void> {
  const { ref, remote } = notes;
  const last = known && remote !== undefined ? await resolveRef(git, ownRef(remote, ref)) : undefined;
  const base = last ?? (await notesAt(git, ref, remote));
  const to = await notesWith(git, base, { ...notes, ...means });
  if (to === base) return last === undefined ? undefined : tryNotes(git, notes, { ...means, known: false });
  const step = { ref, from: base, to };
  if (remote === undefined) return moveHere(git, step);
  const [failure] = await moveAllAt(git, remote, [step]);
  if (failure !== undefined) throw failure;
  await runGit(git, ['update-ref', ownRef(remote, ref), to]);
}

/** From so many notes on new ones are spread over folders, as git does it. It reads them wherever they are. */
const fewNotes = 200;

/** The commit of `base` with the notes in it: `base` itself when it has them. No ref moves. */
async function notesWith(git: Git, base: string | undefined, { notes, naming }: NewNotes & NoteMeans): Promise<string> {
  const entries = base === undefined ? [] : await listFiles(git, base);
  const paths = new Map(entries.map(({ path }) => [path.replaceAll('/', ''), path]));
  const usual = (object: string): string => (entries.length < fewNotes ? object : `${object.slice(0, 2)}/${object.slice(2)}`);
  const written = notes.map(({ object, text }) => ({ path: paths.get(requireId(object)) ?? usual(object), text }));
  // Who writes the same notes in another order makes the same commit.
  const by = await committerOf(git, notes.map((one) => one.by).sort()[0] ?? '');
  const content = base === undefined ? written : { of: base, written, removed: [] };
  const message = "Notes added by 'git notes add'\n";
  const commit = await writeCommit(git, { content, parent: base, author: by, committer: by, message }, naming);
  return base !== undefined && (await treeOf(git, commit)) === (await treeOf(git, base)) ? base : commit;
}

async function committerOf(git: Git, commit: string): Promise<Signature> {
  const text = await gitText(git, ['log', '-1', '--no-show-signature', '--format=%cn%x00%ce%x00%cd', '--date=raw', requireId(commit)]);
  const [name = '', email = '', date = ''] = text.split('\0');
  return { name, email, date };
}
