import type { Context } from '../cli/context.ts';
import { didYouMean } from '../model/diagnostic.ts';
import type { EnvironmentStatus } from '../model/event.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { isNamed } from '../model/named.ts';
import { formatRef, keyOf } from '../model/ref.ts';
import type { IndexedObject } from '../model/rendered.ts';
import type { ClusterOptions, RenderedRepository } from '../ports.ts';
import { fileOf } from '../publish/history/commits.ts';
import type { Followed } from '../publish/history/object.ts';
import { lastFetched } from '../publish/latest.ts';
import { unshallow } from '../publish/reviewed.ts';
import { type RenderedCommit, readRendered } from '../publish/tree.ts';
import { namedRemote } from './destination.ts';
import { readStatus } from './status.ts';

/** Which commit a history begins at. */
export interface TipOptions extends ClusterOptions {
  readonly environment: string;
  readonly from?: string;
  readonly live: boolean;
  /** A remote; true is `origin`; undefined is the project's own repository. */
  readonly remote?: string | true;
  readonly namespace: string;
}

/** A commit that a history begins at. */
export interface Tip {
  readonly rendered: RenderedCommit;
  /** For people: `environments/prod`, `what runs`. */
  readonly name: string;
  readonly remote: string | undefined;
}

/** An object in a history. */
export interface Subject {
  readonly followed: Followed;
  /** What the index of the tip says of it; undefined where it is not there. */
  readonly indexed: IndexedObject | undefined;
}

/** What a person means by an object: what it is called, or its file, perhaps with a line. */
export type Meant = { readonly name: string } | { readonly path: string; readonly line: number | undefined };

/** Reads `deployment/shop/web`, `web/deployment.apps.shop.web.yaml` or `dist/prod/web/deployment.apps.shop.web.yaml:12`. */
export function readMeant(text: string): Meant {
  const [, path, line] = /^(.*\.ya?ml)(?::(\d+))?$/.exec(text) ?? [];
  return path === undefined ? { name: text } : { path, line: line === undefined ? undefined : Number(line) };
}

/** Opens the commit that a history begins at and finds the object in it, where one is meant. */
export async function openHistory(
  context: Context,
  repository: RenderedRepository,
  options: TipOptions,
  meant?: Meant,
): Promise<{ readonly tip: Tip; readonly subject: Subject | undefined }> {
  const status = options.live ? await liveStatus(context, options) : undefined;
  const tip = await openTip(repository, options, status?.revision);
  const subject = meant && subjectIn(tip, meant);
  const behind = status?.behind.find(({ slice }) => slice === subject?.indexed?.slice);
  if (behind === undefined || meant === undefined) return { tip, subject };
  // The slice of this object was refused the commit: what runs is an older one.
  const older = await openTip(repository, options, behind.revision);
  return { tip: older, subject: subjectIn(older, meant) };
}

/** Whether the repository lacks a part of its history: then it is said that what is told may be wrong. */
export async function tellShallow(context: Context, repository: RenderedRepository): Promise<boolean> {
  const isShallow = await repository.isShallow();
  if (isShallow) {
    context.say(
      `${context.paint.say.yellow('warning')}: this clone has no whole history: its oldest commit seems to have made all that it holds`,
    );
    context.say(`  help: ${unshallow}`);
  }
  return isShallow;
}

async function liveStatus({ world, signal }: Context, options: TipOptions): Promise<EnvironmentStatus> {
  const cluster = await world.cluster(options);
  try {
    const status = await readStatus(cluster, options, signal);
    if (status.revision !== undefined) return status;
    throw unknown(
      `the agent of \`${options.environment}\` has applied no commit yet`,
      `look at \`lockstep status ${options.environment}\``,
    );
  } finally {
    await cluster.close();
  }
}

async function openTip(repository: RenderedRepository, options: TipOptions, live: string | undefined): Promise<Tip> {
  const { environment } = options;
  const remote = namedRemote(options.remote);
  const { commit, name } = await (live === undefined ? namedTip : liveTip)(repository, { ...options, remote, live: live ?? '' });
  return { rendered: await readRendered(repository, commit, { environment, branch: name }), name, remote };
}

interface Asked {
  readonly environment: string;
  readonly from?: string;
  readonly remote: string | undefined;
  readonly live: string;
}

interface Found {
  readonly commit: string;
  readonly name: string;
}

async function namedTip(repository: RenderedRepository, { environment, from, remote }: Asked): Promise<Found> {
  const name = from ?? repository.branchesOf(environment).active;
  const there = remote === undefined ? undefined : await repository.branch(name, remote).catch(notABranch);
  if (there !== undefined) return { commit: there, name: `${remote}/${name}` };
  if (from !== undefined) {
    const commit = await repository.resolve(from);
    if (commit !== undefined) return { commit, name: from };
  } else if (remote === undefined) {
    const here = await repository.branch(name, undefined);
    if (here !== undefined) return { commit: here, name };
    const fetched = await lastFetched(repository, name);
    if (fetched !== undefined) return { commit: fetched, name: `origin/${name}, as fetched last` };
  }
  const where = remote === undefined ? 'here' : `at \`${remote}\``;
  throw from === undefined
    ? unknown(
        `there is no \`${name}\` ${where}: \`${environment}\` was never published there`,
        remote === undefined ? 'if a remote has the branch, name it: `--remote`' : 'look at the names of the environment and of the remote',
      )
    : unknown(`\`${from}\` is no commit of this repository`, 'look at the name; if only a remote has it: `git fetch`');
}

/** A short id, or the like, is no name of a branch. */
function notABranch(thrown: unknown): undefined {
  if (!(thrown instanceof Failure) || thrown.code !== 'git-branch-name') throw thrown;
  return undefined;
}

async function liveTip(repository: RenderedRepository, { environment, remote, live }: Asked): Promise<Found> {
  if (live === '')
    throw unknown(`of this slice of \`${environment}\` nothing was applied yet`, `look at \`lockstep status ${environment}\``);
  // To look at the branch there brings its history here.
  if (remote !== undefined) await repository.branch(repository.branchesOf(environment).active, remote);
  const commit = await repository.resolve(live);
  if (commit !== undefined) return { commit, name: 'what the agent applied' };
  throw unknown(
    `the agent of \`${environment}\` applied \`${live.slice(0, 7)}\`, which is not here`,
    remote === undefined ? 'bring it here: `--remote`' : `\`${remote}\` does not have it, either: the agent may follow another repository`,
  );
}

function subjectIn({ rendered: { index } }: Tip, meant: Meant): Subject {
  const objects = index?.objects ?? [];
  const exact = objects.filter((one) => isMeantBy(meant, one));
  // A file that moved keeps its name, and who asks may know only where it was.
  const found = exact.length > 0 || 'name' in meant ? exact : objects.filter(({ path }) => fileOf(path) === fileOf(meant.path));
  const [indexed] = found;
  if (indexed === undefined) return { followed: { path: undefined, isMeant: (ref, path) => isMeantBy(meant, { ref, path }) }, indexed };
  if (found.length > 1) {
    const names = found.map(({ ref }) => `\`${formatRef(ref)}\``).join(', ');
    throw new Failure('object-ambiguous', `\`${textOf(meant)}\` names ${found.length} objects: ${names}`, {
      help: 'name its namespace, or its kind with the group, such as `deployment.apps`',
      exit: exitCodes.input,
    });
  }
  const key = keyOf(indexed.ref);
  return { followed: { path: indexed.path, isMeant: (ref) => keyOf(ref) === key }, indexed };
}

function isMeantBy(meant: Meant, { ref, path }: Pick<IndexedObject, 'ref' | 'path'>): boolean {
  if ('name' in meant) return isNamed(ref, meant.name);
  // Below `dist/prod` everything has the path that it has on the branch.
  return meant.path === path || meant.path.endsWith(`/${path}`);
}

function textOf(meant: Meant): string {
  return 'name' in meant ? meant.name : meant.path;
}

/** The refusal to tell the history of an object that is not there. */
export function unknownObject(tip: Tip, meant: Meant, what: { readonly said: string; readonly help: string }): Failure {
  const text = textOf(meant);
  const known = (tip.rendered.index?.objects ?? []).map((one) => ('name' in meant ? formatRef(one.ref) : one.path));
  const close = didYouMean(text, known);
  return new Failure('object-unknown', `${tip.name} ${what.said} \`${text}\``, {
    help: close === undefined ? what.help : `did you mean \`${close}\`?`,
    exit: exitCodes.input,
  });
}

function unknown(message: string, help: string): Failure {
  return new Failure('revision-unknown', message, { help, exit: exitCodes.input });
}
