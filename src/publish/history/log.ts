import type { ObjectChange } from '../../diff/compare.ts';
import { compareFields } from '../../diff/fields.ts';
import type { Hiding } from '../../diff/hide.ts';
import type { NodeOf } from '../../diff/schemas.ts';
import { type ToldField, tellFields } from '../../diff/told.ts';
import type { ObjectRef } from '../../model/ref.ts';
import type { RenderedRepository, WalkedCommit } from '../../ports.ts';
import { type LoggedCommit, tellCommits } from './commits.ts';
import { type Followed, type ObjectStep, stepsOf } from './object.ts';

/** Commits of a rendered branch, newest first. */
export interface Logged<T> {
  readonly commits: readonly T[];
  /** Whether there are older ones. */
  readonly more: boolean;
}

/** What a commit made of one object. */
export interface ObjectLog extends LoggedCommit {
  readonly object: ObjectRef;
  readonly op: 'add' | 'remove' | 'change' | 'move';
  /** The file of the object; of one that was removed, that which it had. */
  readonly path: string;
  /** The file that it had before, where that is another one. */
  readonly from?: string;
  readonly fields: readonly ToldField[];
}

/** How far back is gone, and at which remote notes are read. */
export interface LogOptions {
  readonly limit: number;
  readonly remote: string | undefined;
}

/** The history of a rendered branch from `tip` on. */
export async function logOf(repository: RenderedRepository, tip: string, { limit, remote }: LogOptions): Promise<Logged<LoggedCommit>> {
  const walked: WalkedCommit[] = [];
  for await (const commit of repository.walk(tip)) if (walked.push(commit) > limit) break;
  return { commits: await tellCommits(repository, walked.slice(0, limit), remote), more: walked.length > limit };
}

/** The history of one object. */
export async function logOfObject(
  repository: RenderedRepository,
  tip: string,
  {
    followed,
    nodeOf,
    hiding,
    limit,
    remote,
  }: LogOptions & { readonly followed: Followed; readonly nodeOf: NodeOf; readonly hiding: Hiding },
): Promise<Logged<ObjectLog>> {
  const found: { readonly step: ObjectStep; readonly what: What }[] = [];
  for await (const step of stepsOf(repository, tip, followed)) {
    const what = whatOf(step, nodeOf, hiding);
    if (what !== undefined && found.push({ step, what }) > limit) break;
  }
  const shown = found.slice(0, limit);
  const commits = await tellCommits(
    repository,
    shown.map(({ step }) => step.commit),
    remote,
  );
  return {
    commits: commits.flatMap((one, i) => {
      const { step, what } = shown[i] ?? {};
      return step === undefined || what === undefined ? [] : [{ ...one, object: step.ref, ...what }];
    }),
    more: found.length > limit,
  };
}

type What = Pick<ObjectLog, 'op' | 'path' | 'from' | 'fields'>;

/** What became of the object; undefined where it is only written otherwise. */
function whatOf({ ref, path, from, before, after }: ObjectStep, nodeOf: NodeOf, hiding: Hiding): What | undefined {
  if (after === undefined || before === undefined) {
    if (after === before) return undefined;
    return { op: after === undefined ? 'remove' : 'add', path: path ?? from ?? '', fields: [] };
  }
  const change: ObjectChange = { op: 'change', ref, before, after, fields: compareFields(before, after, nodeOf(after)) };
  const moved = path === from || from === undefined ? {} : { from };
  if (change.fields.length === 0) return path === from ? undefined : { op: 'move', path: path ?? '', ...moved, fields: [] };
  return { op: 'change', path: path ?? '', ...moved, fields: tellFields(change, hiding) };
}
