import { parseManifest } from '../../codec/yaml-read.ts';
import { type Manifest, refOf } from '../../model/manifest.ts';
import { keyOf, type ObjectRef } from '../../model/ref.ts';
import type { RenderedRepository, TreeChange, TreeEntry, WalkedCommit } from '../../ports.ts';
import { fileOf, isObjectPath, textOf } from './commits.ts';

/** What one commit made of an object. */
export interface ObjectStep {
  readonly commit: WalkedCommit;
  readonly ref: ObjectRef;
  /** Its file after, and before; undefined where the branch does not hold it. */
  readonly path: string | undefined;
  readonly from: string | undefined;
  readonly before: Manifest | undefined;
  readonly after: Manifest | undefined;
}

/** Which object is followed. */
export interface Followed {
  /** Its file in the commit that is begun with; undefined where that does not hold it. */
  readonly path: string | undefined;
  /** Whether an object of a file is the one, by what it is, and by where it stands. */
  readonly isMeant: (ref: ObjectRef, path: string) => boolean;
}

/**
 * The commits that made something of an object, newest first, from `tip` on along first parents. An object is followed by what it is,
 * wherever its file stands, also over times in which the branch does not hold it. What cannot be read is not there.
 */
export async function* stepsOf(repository: RenderedRepository, tip: string, followed: Followed): AsyncGenerator<ObjectStep> {
  let { path, isMeant } = followed;
  let last = path;
  for await (const commit of repository.walk(tip)) {
    const after = path === undefined ? undefined : commit.changes.find((change) => change.path === path);
    // It is there, and nothing happened to it.
    if (path !== undefined && after === undefined) continue;
    const [held, was] = await Promise.all([
      after && readAt(repository, after.path, after.after),
      before(repository, commit.changes, { path: last, isMeant }),
    ]);
    const now = held !== undefined && isMeant(held.ref, held.path) ? held : undefined;
    const ref = now?.ref ?? was?.ref;
    if (ref === undefined) {
      path = undefined;
      continue;
    }
    const key = keyOf(ref);
    isMeant = (other) => keyOf(other) === key;
    // What stood at its path until now may have been another object.
    const old = was !== undefined && keyOf(was.ref) === key ? was : undefined;
    yield { commit, ref, path, from: old?.path, before: old?.manifest, after: now?.manifest };
    path = old?.path;
    last = path ?? last;
  }
}

interface Read {
  readonly path: string;
  readonly ref: ObjectRef;
  readonly manifest: Manifest;
}

/** The object as it was before a commit: at the path that it had last, or in a file that the commit took away. */
async function before(
  repository: RenderedRepository,
  changes: readonly TreeChange[],
  { path, isMeant }: Followed,
): Promise<Read | undefined> {
  const same = changes.filter((change) => change.path === path && change.before !== undefined);
  const gone = changes.filter((change) => change.path !== path && change.after === undefined && isObjectPath(change.path));
  // Most often it keeps the name of its file.
  const likely = gone.toSorted((a, b) => Number(isAlike(b.path, path)) - Number(isAlike(a.path, path)));
  for (const change of [...same, ...likely]) {
    const read = await readAt(repository, change.path, change.before);
    if (read !== undefined && isMeant(read.ref, read.path)) return read;
  }
  return undefined;
}

function isAlike(path: string, other: string | undefined): boolean {
  return other !== undefined && fileOf(path) === fileOf(other);
}

async function readAt(
  repository: RenderedRepository,
  path: string,
  file: Pick<TreeEntry, 'mode' | 'blob'> | undefined,
): Promise<Read | undefined> {
  if (file?.mode !== '100644') return undefined;
  const text = await textOf(repository, file.blob);
  const manifest = text === undefined ? undefined : parseManifest(text);
  return manifest?.ok ? { path, ref: refOf(manifest.value), manifest: manifest.value } : undefined;
}
