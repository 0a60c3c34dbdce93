import { emptyTree, type KnownTexts } from '../diff/tree.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { compareText } from '../model/ref.ts';
import { indexPath } from '../model/rendered.ts';
import type { RenderedRepository, TreeEntry } from '../ports.ts';
import { lastFetched } from '../publish/latest.ts';
import { environmentsIn } from '../publish/shared.ts';
import { homed } from './places.ts';
import { commitSide, type Side } from './sides.ts';

/** What revisions are read with. */
export interface RevisionGround {
  readonly repository: RenderedRepository;
  readonly known: KnownTexts;
  /** The remote whose branches are read; undefined for those that are here. */
  readonly remote: string | undefined;
}

/** A commit that a person named. */
export interface Revision {
  readonly commit: string;
  /** What it is called for people. */
  readonly name: string;
  /** What it holds, where it is of one environment alone. */
  readonly own: Side | undefined;
  /** The files of each environment that has a folder in it, as text to be compared. */
  readonly folders: ReadonlyMap<string, string>;
}

/** What a person named: a branch, at a remote where one is meant, or any commit that is here. */
export async function revisionAt(ground: RevisionGround, word: string): Promise<Revision> {
  const { repository, remote } = ground;
  const there = remote === undefined ? undefined : await repository.branch(word, remote);
  const here = there ?? (await repository.resolve(word));
  const commit = here ?? (remote === undefined ? await lastFetched(repository, word) : undefined);
  if (commit === undefined)
    throw new Failure('diff-unknown', `\`${word}\` is no commit of this repository`, {
      help: remote === undefined ? 'if a remote has the branch, name it: `--remote`' : `neither is it a branch of \`${remote}\``,
      exit: exitCodes.input,
    });
  const name = here === undefined ? fetchedName(word) : word;
  const files = await repository.files(commit);
  const isOwn = files.some(({ path }) => path === indexPath);
  const folders = isOwn ? new Map<string, string>() : filesByFolder(files);
  if (!isOwn && folders.size === 0)
    throw unreadable(
      `\`${word}\` is no rendered commit: it has no \`${indexPath}\``,
      'name a rendered branch, such as `environments/prod`, or a commit of one; what a commit of the source renders to is on its branch',
    );
  const own = isOwn ? await commitSide(ground, commit, { name }) : undefined;
  if (isOwn && own === undefined) throw unreadable(`\`${word}\` cannot be compared: it is empty`, 'name another commit');
  return { commit, name, own, folders };
}

function filesByFolder(files: readonly TreeEntry[]): ReadonlyMap<string, string> {
  const found = new Map<string, string[]>(environmentsIn(files).map((environment) => [environment, []]));
  for (const { path, mode, blob } of files) found.get(path.slice(0, path.indexOf('/')))?.push(`${mode} ${blob} ${path}`);
  return new Map([...found].map(([environment, lines]) => [environment, lines.join('\0')]));
}

/** What a revision holds of an environment; undefined where it holds nothing of it. */
export async function sideIn(
  ground: RevisionGround,
  { commit, name, own, folders }: Revision,
  environment: string,
): Promise<Side | undefined> {
  if (own !== undefined) return own.environment === environment ? own : undefined;
  if (!folders.has(environment)) return undefined;
  const repository = ground.repository.of({ branch: name, folder: environment });
  return commitSide({ ...ground, repository }, commit, { name, environment });
}

/** The environments of a revision; those alone that another one does not hold alike, where that is of several, too. */
export function environmentsOf({ own, folders }: Revision, other?: Revision): readonly string[] {
  if (own !== undefined) return [own.environment];
  const all = [...new Set([...folders.keys(), ...(other?.folders.keys() ?? [])])].sort(compareText);
  return other === undefined || other.own !== undefined ? all : all.filter((name) => folders.get(name) !== other.folders.get(name));
}

function unreadable(message: string, help: string): Failure {
  return new Failure('diff-unreadable', message, { help, exit: exitCodes.input });
}

/** What an environment holds in force: as it was fetched last, where it is not here; nothing, where it was never published. */
export async function sideInForce({ repository, remote, known }: RevisionGround, { environment, tree, place }: Side): Promise<Side> {
  const home = homed(repository, environment, place);
  const { active } = home.branchesOf(environment);
  const there = remote === undefined ? active : `${remote}/${active}`;
  const commit = await home.branch(active, remote);
  const fetched = commit === undefined && remote === undefined ? await lastFetched(repository, active) : undefined;
  const at = commit ?? fetched;
  const name = commit === undefined ? fetchedName(active) : there;
  const held = at === undefined ? undefined : await commitSide({ repository: home, known }, at, { name, environment });
  if (held !== undefined) return held;
  const empty = place?.branch === undefined ? `${there} is empty` : `${there} has no folder \`${environment}\``;
  return {
    environment,
    tree: emptyTree(tree.index),
    origin: { name: `nothing: ${at === undefined ? `there is no ${there}` : empty}`, commit: null },
  };
}

function fetchedName(branch: string): string {
  return `origin/${branch}, as fetched last,`;
}
