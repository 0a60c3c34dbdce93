import { Failure } from '../../model/failure.ts';
import type { Clock } from '../../ports.ts';
import { namedIn } from './environment.ts';
import { requireId } from './names.ts';
import { listFiles, resolveRef } from './objects.ts';
import { moveAt, moveHere } from './push.ts';
import { fetchLatest, ownRef, privateName } from './remotes.ts';
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

/** The blobs of all notes of a ref, by the commits or trees that they are of: here, or at `remote`. */
export async function readNotes(git: Git, ref: string, remote: string | undefined): Promise<ReadonlyMap<string, string>> {
  const notes = await notesAt(git, ref, remote);
  const entries = notes === undefined ? [] : await listFiles(git, notes);
  // Git spreads notes over folders as they become many.
  return new Map(entries.map(({ path, blob }) => [path.replaceAll('/', ''), blob]));
}

/**
 * Sets a note on top of the present notes, here or at the remote. All environments share the one ref, so another publisher
 * is often quicker: then it starts from their notes, after a random pause that doubles from 50 ms to 1 s.
 */
export async function writeNote(git: Git, clock: Clock, note: NewNote): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await tryNote(git, note, attempt === 1);
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
async function tryNote(git: Git, note: NewNote, known: boolean): Promise<void> {
  const { ref, remote } = note;
  const last = known && remote !== undefined ? await resolveRef(git, ownRef(remote, ref)) : undefined;
  const base = last ?? (await notesAt(git, ref, remote));
  const to = await notesWith(git, base, note);
  if (to === base) return last === undefined ? undefined : tryNote(git, note, false);
  const step = { ref, from: base, to };
  if (remote === undefined) return moveHere(git, step);
  await moveAt(git, remote, step);
  await runGit(git, ['update-ref', ownRef(remote, ref), to]);
}

/** The commit of `base` with the note in it: `base` itself when it has the note. Works on a ref of its own, which is removed. */
async function notesWith(git: Git, base: string | undefined, { object, text, by, remote }: NewNote): Promise<string> {
  const about = requireId(object);
  const ref = `refs/notes/lockstep/${privateName(remote ?? '', about, text)}`;
  // Given as a blob it stays as it is, byte for byte.
  const blob = await gitText(git, ['hash-object', '-w', '--stdin'], { stdin: text });
  try {
    if (base === undefined) await runGit(git, ['update-ref', '-d', ref]);
    else await runGit(git, ['update-ref', ref, base]);
    if (base !== undefined && (await readNotes(git, ref, undefined)).get(about) === blob) return base;
    await runGit(git, ['notes', `--ref=${ref}`, 'add', '-f', '-C', blob, about], { env: await writerOf(git, by) });
    return (await resolveRef(git, ref)) ?? '';
  } finally {
    await runGit(git, ['update-ref', '-d', ref]);
  }
}

async function writerOf(git: Git, commit: string) {
  const text = await gitText(git, ['log', '-1', '--no-show-signature', '--format=%cn%x00%ce%x00%cd', '--date=raw', requireId(commit)]);
  const [name = '', email = '', date = ''] = text.split('\0');
  return { ...namedIn('AUTHOR', { name, email, date }), ...namedIn('COMMITTER', { name, email, date }) };
}
