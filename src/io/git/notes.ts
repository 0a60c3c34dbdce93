import { Failure } from '../../model/failure.ts';
import type { Json } from '../../model/json.ts';
import type { Clock } from '../../ports.ts';
import type { Environment } from './environment.ts';
import { requireId } from './names.ts';
import { listFiles, resolveRef } from './objects.ts';
import { moveAt, moveHere } from './push.ts';
import { fetchLatest, privateName } from './remotes.ts';
import { type Git, gitText, runGit } from './run.ts';

/** A note to be written. */
export interface NewNote {
  readonly commit: string;
  readonly note: Json;
  readonly remote: string | undefined;
}

/** The ref that Argo CD's hydrator and GitOps Promoter agree on. */
const notesRef = 'refs/notes/hydrator.metadata';

const attempts = 10;

/** The blobs of all notes, by the commits that they are of: here, or at `remote`. */
export async function readNotes(git: Git, remote: string | undefined): Promise<ReadonlyMap<string, string>> {
  const notes = remote === undefined ? await resolveRef(git, notesRef) : await fetchLatest(git, remote, notesRef);
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
      await tryNote(git, note);
      return;
    } catch (thrown) {
      const overtaken = thrown instanceof Failure && (thrown.code === 'branch-moved' || thrown.code === 'git-locked');
      if (!overtaken || attempt === attempts) throw thrown;
      await clock.sleep(Math.min(1000, 50 * 2 ** (attempt - 1)) * (0.5 + clock.random() / 2), git.signal);
    }
  }
}

async function tryNote(git: Git, { commit, note, remote }: NewNote): Promise<void> {
  const base = remote === undefined ? await resolveRef(git, notesRef) : await fetchLatest(git, remote, notesRef);
  const text = JSON.stringify(note);
  const to = await notesWith(git, base, { commit: requireId(commit), text, owner: remote ?? '' });
  if (to === base) return;
  const step = { ref: notesRef, from: base, to };
  await (remote === undefined ? moveHere(git, step) : moveAt(git, remote, step));
}

/** The commit of `base` with the note in it: `base` itself when it has the note. Works on a ref of its own, which is removed. */
async function notesWith(
  git: Git,
  base: string | undefined,
  { commit, text, owner }: { commit: string; text: string; owner: string },
): Promise<string> {
  const ref = `refs/notes/lockstep/${privateName(owner, commit, text)}`;
  try {
    if (base === undefined) await runGit(git, ['update-ref', '-d', ref]);
    else await runGit(git, ['update-ref', ref, base]);
    if (base !== undefined && (await noteIn(git, ref, commit)) === text) return base;
    await runGit(git, ['notes', `--ref=${ref}`, 'add', '-f', '-F', '-', commit], { stdin: text, env: await writerOf(git, commit) });
    return (await resolveRef(git, ref)) ?? '';
  } finally {
    await runGit(git, ['update-ref', '-d', ref]);
  }
}

async function noteIn(git: Git, ref: string, commit: string): Promise<string | undefined> {
  const { exit, stdout } = await runGit(git, ['notes', `--ref=${ref}`, 'show', commit], { answers: [0, 1] });
  return exit === 0 ? stdout.toString('utf8').trim() : undefined;
}

/** The committer of the commit writes its note too, at the same time: two publishers of one commit make one and the same note. */
async function writerOf(git: Git, commit: string): Promise<Environment> {
  const text = await gitText(git, ['log', '-1', '--no-show-signature', '--format=%cn%x00%ce%x00%cd', '--date=raw', commit]);
  const [name = '', email = '', date = ''] = text.split('\0');
  const signed = (role: string): Environment => ({
    [`GIT_${role}_NAME`]: name || email || 'unknown',
    [`GIT_${role}_EMAIL`]: email,
    [`GIT_${role}_DATE`]: `@${date}`,
  });
  return { ...signed('AUTHOR'), ...signed('COMMITTER') };
}
