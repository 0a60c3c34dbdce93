import { Failure } from '../../model/failure.ts';
import { indexPath } from '../../model/rendered.ts';
import { momentOf, type Signature } from '../../model/signature.ts';
import type { RenderedRepository, SourceCommit, TreeChange, TreeEntry, WalkedCommit } from '../../ports.ts';
import { metadataPath, provenancePaths, readDrySha } from '../provenance.ts';
import { readMetadata, type ToldSource } from './metadata.ts';

/** A commit of a rendered branch, for people: fields are added to it, and none changes its meaning. */
export interface LoggedCommit {
  readonly commit: string;
  /** When it came to be: RFC 3339. */
  readonly date: string;
  /** How it came onto the branch: by a merge, by Lockstep itself, or by somebody else's commit: a squash of a forge, or one made by hand. */
  readonly how: 'merged' | 'published' | 'committed';
  readonly by: Pick<Signature, 'name' | 'email'>;
  readonly subject: string;
  /** The source commit that it was rendered from; null where it was made by hand. */
  readonly source: ToldSource | null;
  /** Another source commit that renders to the same, where its note says so. */
  readonly alsoRenderedBy?: string;
  /** The rendered commit whose content it goes back to. */
  readonly rollbackTo?: string;
  /** Set where changes that were not committed went into it. */
  readonly dirty?: true;
  /** How many objects came, are others, and went. */
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

/** Tells of commits: where each comes from, and who let it in. What is merged is asked for all at once. */
export async function tellCommits(
  repository: RenderedRepository,
  walked: readonly WalkedCommit[],
  remote: string | undefined,
): Promise<readonly LoggedCommit[]> {
  const [merged, notes] = await Promise.all([
    repository.describeAll(walked.flatMap(({ parents }) => parents.slice(1))),
    repository.notesOf(
      walked.flatMap(({ commit, parents }) => [commit, ...parents.slice(1)]),
      remote,
    ),
  ]);
  return Promise.all(
    walked.map(async (one) => {
      const sides = one.parents.slice(1).flatMap((parent) => merged.get(parent) ?? []);
      const note = [one.commit, ...one.parents.slice(1)].map((id) => notes.get(id)).find((blob) => blob !== undefined);
      const noted = readDrySha((await textOf(repository, note)) ?? '');
      return told(one, sides, { source: await sourceOf(repository, one, sides), noted });
    }),
  );
}

function told(
  commit: WalkedCommit,
  merged: readonly SourceCommit[],
  { source, noted }: { readonly source: ToldSource | null; readonly noted: string | undefined },
): LoggedCommit {
  const trailer = (name: string): string | undefined =>
    [commit, ...merged]
      .map(({ body }) => new RegExp(`^${name}: (true|[0-9a-f]{40}|[0-9a-f]{64})$`, 'm').exec(body)?.[1])
      .find((found) => found !== undefined);
  const rollbackTo = trailer('Rendered-rollback-to');
  const { name, email } = personOf(commit);
  return {
    commit: commit.commit,
    date: momentOf(commit.committer),
    how: commit.parents.length > 1 ? 'merged' : isOurs(commit) ? 'published' : 'committed',
    by: { name, email },
    subject: commit.subject,
    source,
    ...(source !== null && noted !== undefined && noted !== source.commit ? { alsoRenderedBy: noted } : {}),
    ...(rollbackTo === undefined ? {} : { rollbackTo }),
    ...(trailer('Rendered-dirty') === undefined ? {} : { dirty: true }),
    ...countObjects(commit.changes),
  };
}

/** Whoever let a commit in: a forge that commits for somebody names them as the author. */
function personOf({ author, committer }: SourceCommit): Signature {
  return /^noreply@/i.test(committer.email) ? author : committer;
}

function isOurs({ body }: SourceCommit): boolean {
  return /^Rendered-by: lockstep\//m.test(body);
}

/** What a commit was rendered from; null for one that is not Lockstep's and leaves that as it was. */
async function sourceOf(repository: RenderedRepository, commit: WalkedCommit, merged: readonly SourceCommit[]): Promise<ToldSource | null> {
  const told = commit.changes.find(({ path }) => path === metadataPath);
  const file = told === undefined && [commit, ...merged].some(isOurs) ? await standing(repository, commit) : told?.after;
  const blob = file?.mode === '100644' ? file.blob : undefined;
  const text = await textOf(repository, blob);
  return (text === undefined ? undefined : readMetadata(text)) ?? null;
}

/** What is rendered from the same source commit once more, as with changes that are not committed, does not change what tells of it. */
async function standing(repository: RenderedRepository, { commit }: WalkedCommit): Promise<TreeEntry | undefined> {
  return (await repository.files(commit)).find(({ path }) => path === metadataPath);
}

/**
 * The text of a file of a rendered branch, or of a note, which anybody may have written; undefined where it is no file, or a larger one than is
 * read: one commit must not hide the history of all.
 */
export async function textOf(repository: RenderedRepository, blob: string | undefined): Promise<string | undefined> {
  try {
    return blob === undefined ? undefined : (await repository.read(blob)).toString('utf8');
  } catch (thrown) {
    if (thrown instanceof Failure && (thrown.code === 'git-object-type' || thrown.code === 'git-blob-large')) return undefined;
    throw thrown;
  }
}

/** Whether a path of a rendered tree is that of an object. */
export function isObjectPath(path: string): boolean {
  return path.endsWith('.yaml') && path !== indexPath && !provenancePaths.has(path);
}

/** What stands last in a path says which object it is: a file that goes and comes elsewhere is that of one object. */
function countObjects(changes: readonly TreeChange[]): Pick<LoggedCommit, 'added' | 'changed' | 'removed'> {
  const objects = changes.filter(({ path }) => isObjectPath(path));
  const came = objects.filter(({ before }) => before === undefined);
  const gone = new Map(objects.filter(({ after }) => after === undefined).map((one) => [fileOf(one.path), one]));
  const moved = came.filter(({ path }) => gone.has(fileOf(path)));
  const edited = moved.filter(({ path, after }) => gone.get(fileOf(path))?.before?.blob !== after?.blob);
  return {
    added: came.length - moved.length,
    changed: objects.length - came.length - gone.size + edited.length,
    removed: gone.size - moved.length,
  };
}

/** The name of the file at `path`. */
export function fileOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
