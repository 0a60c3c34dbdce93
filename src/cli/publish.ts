import { printable } from '../diff/printable.ts';
import { counted } from '../model/count.ts';
import type { Failure } from '../model/failure.ts';
import type { DeclinedRequest } from '../ports.ts';
import type { PublishResult } from '../publish/branches.ts';
import type { MergeResult } from '../publish/merge.ts';
import type { MergedMember, SetResult } from '../publish/sets.ts';
import type { Changes } from '../publish/tree.ts';
import { short } from './events.ts';
import { formatFailure } from './failure.ts';
import type { Paint } from './paint.ts';

/** What came of publishing one environment, or of rolling it back. */
export type Outcome = { readonly environment: string } & (Published | { readonly failure: Failure });

/** A pull request, and what was done with it: what a person declined, nothing. */
interface Kept extends DeclinedRequest {
  readonly op: 'opened' | 'updated' | 'closed' | 'declined';
}

/** What was written, and who was asked to merge it. */
export interface Published {
  readonly result: PublishResult;
  /** The pull request of the proposal, where there is one, and what was done with it. */
  readonly pullRequest?: Kept | undefined;
  /** Why there is none, where somebody may expect one. */
  readonly unasked?: string | undefined;
}

/**
 * What came of publishing or of rolling back, for people: what was written where, and the next command, which takes the same `push`, `--push
 * upstream` for one. Of several environments a line each.
 */
export function formatOutcomes(outcomes: readonly Outcome[], { push, set }: How, paint: Paint): readonly string[] {
  const [only] = outcomes;
  if (set === undefined && outcomes.length === 1 && only !== undefined && 'result' in only)
    return formatPublished(only, { environment: only.environment, push }, paint);
  const published = outcomes.flatMap((outcome) => ('result' in outcome ? [outcome] : []));
  const lines = outcomes.flatMap((outcome) =>
    'result' in outcome ? [`${summary(outcome.result, outcome.environment)}${pullWords(outcome, paint)}`] : failureLines(outcome, paint),
  );
  const why = new Set(published.flatMap(({ unasked }) => unasked ?? []));
  const declined = published.filter(({ pullRequest }) => pullRequest?.op === 'declined').length;
  const pending = published.filter(({ result }) => result.pending).length - declined;
  const failures = outcomes.flatMap((outcome) => ('failure' in outcome ? [outcome.environment] : []));
  const failed = failures.length;
  const counts = [
    ...(pending > 0 ? [`${counted(pending, 'proposal')} to review`] : []),
    ...(declined > 0 ? [`${declined} declined: ${reopening}`] : []),
    ...(failed > 0 ? [`${counted(failed, 'environment')} not published`] : []),
  ];
  // Without names all are meant, and those that hold it already stay as they are.
  const again = ['lockstep publish', ...(failed > mostNamed ? [] : failures), ...(push === '' ? [] : [push])].join(' ');
  if (set !== undefined) return [...lines, ...setLines(set, push, paint)];
  const next = failed > 0 ? again : pending > 0 ? 'lockstep diff' : 'lockstep status <environment>';
  return [
    ...lines,
    ...[...why].map((one) => `no pull requests: ${one}`),
    `${counts.length === 0 ? 'nothing to review' : counts.join(', ')}; next: ${paint.bold(next)}`,
  ];
}

/** How people are asked again for what one of them did not want. */
export const reopening = 'propose something else, or ask again with `--reopen`';

/** How many environments the next command names. */
const mostNamed = 5;

/** How several are published: with what option, and as a set, if so. */
interface How {
  readonly push: string;
  readonly set?: PublishedSet | undefined;
}

/** What was proposed as one, and who was asked to merge it. */
export interface PublishedSet extends Pick<Published, 'pullRequest' | 'unasked'> {
  readonly name: string;
  readonly result: SetResult;
}

function setLines({ name, result, ...asked }: PublishedSet, push: string, paint: Paint): readonly string[] {
  const { branch, commit, pending } = result;
  const command = `lockstep merge --set ${name}${push === '' ? '' : ` ${push}`}`;
  const review = asked.pullRequest === undefined ? 'review it' : asked.pullRequest.op === 'declined' ? reopening : 'review and merge it';
  return [
    ...(asked.unasked === undefined ? [] : [`no pull request: ${asked.unasked}`]),
    `${branch} ${pending ? 'is' : 'holds this already,'} at ${short(commit)}${pullWords(asked, paint)}; next: ${paint.bold(pending ? `${review}, then \`${command}\`` : command)}`,
  ];
}

/** What came of one member of a set. */
export type MergedOutcome = { readonly environment: string } & ({ readonly result: MergedMember } | { readonly failure: Failure });

/** What came of merging a set. */
export interface MergedSet {
  /** What was done with its proposal: `held`, for `why`, where others are to merge it; undefined where there is none. */
  readonly proposal:
    | { readonly op: 'merged' | 'held'; readonly branch: string; readonly commit: string; readonly why?: string }
    | { readonly failure: Failure }
    | undefined;
  readonly members: readonly MergedOutcome[];
}

/** What came of merging a set and its members, for people. */
export function formatMergedSet(name: string, { proposal, members }: MergedSet, paint: Paint): readonly string[] {
  const merged = members.flatMap((member) => ('result' in member && member.result.op === 'merged' ? [member] : []));
  const failed = members.flatMap((member) => ('failure' in member ? [member] : []));
  const had = members.length - merged.length - failed.length;
  const next = failed.length > 0 ? `lockstep publish --set ${name}` : 'lockstep status <environment>';
  const counts = [
    `${counted(merged.length, 'environment')} of the set ${name} went forward`,
    ...(had > 0 ? [`${had} had before`] : []),
    ...(failed.length > 0 ? [`${failed.length} could not`] : []),
  ];
  return [
    ...merged.map(({ environment, result: { branch, commit } }) => `${placeIn(branch, environment)} is at ${short(commit)}`),
    ...failed.flatMap((member) => failureLines(member, paint)),
    ...(proposal === undefined ? [] : proposalLines(name, proposal, paint)),
    `${counts.join(', ')}; next: ${paint.bold(next)}`,
  ];
}

function proposalLines(name: string, proposal: Exclude<MergedSet['proposal'], undefined>, paint: Paint): readonly string[] {
  if ('failure' in proposal) return failureLines({ environment: `the set ${name}`, failure: proposal.failure }, paint);
  const { op, branch, commit, why = '' } = proposal;
  if (op === 'merged') return [`${branch} was merged, at ${short(commit)}`];
  return [
    `${branch} is not merged: ${printable(why)}; to merge what was reviewed all the same: ${paint.bold(`--commit ${commit.slice(0, 7)}`)}`,
  ];
}

/** What came of a merge, for people. */
export function formatMerged({ op, branch, commit, changed }: MergeResult, environment: string, paint: Paint): readonly string[] {
  const next = `next: ${paint.bold(`lockstep status ${environment}`)}`;
  const place = placeIn(branch, environment);
  if (op === 'unchanged') return [`${place} holds the proposal already, at ${short(commit)}; ${next}`];
  return [...changeLines(changed, paint), `${place} is at ${short(commit)} (${countWords(changed)}); ${next}`];
}

function failureLines(
  { environment, failure }: { readonly environment: string; readonly failure: Failure },
  paint: Paint,
): readonly string[] {
  const [first = '', ...rest] = formatFailure(failure, { paint, interrupted: false }).lines;
  return [`${environment}: ${first}`, ...rest];
}

function formatPublished(published: Published, where: Where, paint: Paint): readonly string[] {
  const { result, unasked } = published;
  return [
    ...changeLines(result.changed, paint),
    ...result.edited.map((path) => `${paint.yellow('!')} ${path} had been changed by hand; that change is undone`),
    ...(unasked === undefined ? [] : [`no pull request: ${unasked}`]),
    `${summary(result, where.environment)}${pullWords(published, paint)}; next: ${paint.bold(nextStep(published, where))}`,
  ];
}

function summary({ op, branch: name, commit, changed }: PublishResult, environment: string): string {
  const branch = placeIn(name, environment);
  if (op === 'overtaken') return `${branch} is rendered from a later commit already, at ${short(commit)}: nothing was written`;
  if (op === 'unchanged') return `${branch} holds this already, at ${short(commit)}`;
  return `${branch} is at ${short(commit)} (${countWords(changed)})`;
}

/** A branch as it is told: whose folder is meant of one that environments share. */
function placeIn(branch: string, environment: string): string {
  const isOwn = branch.split('/').some((part) => part === environment || part === `${environment}-next`);
  return isOwn ? branch : `${environment} in ${branch}`;
}

function changeLines({ added, modified, removed }: Changes, paint: Paint): readonly string[] {
  return [
    ...added.map((path) => `${paint.green('+')} ${path}`),
    ...modified.map((path) => `${paint.yellow('~')} ${path}`),
    ...removed.map((path) => `${paint.red('-')} ${path}`),
  ];
}

function countWords({ added, modified, removed }: Changes): string {
  return `${added.length} added, ${modified.length} modified, ${removed.length} removed`;
}

/** What was done with the pull request, if there is one, behind what was written. */
export function pullWords({ pullRequest }: Pick<Published, 'pullRequest'>, paint: Paint): string {
  return pullRequest === undefined ? '' : `, pull request ${doneWords(pullRequest)}: ${paint.bold(pullRequest.url)}`;
}

/** `opened`, or `declined by ora`. */
export function doneWords({ op, by }: Pick<Kept, 'op' | 'by'>): string {
  return `${op}${by === undefined ? '' : ` by ${printable(by)}`}`;
}

interface Where {
  readonly environment: string;
  readonly push: string;
}

function nextStep({ result: { op, pending, commit }, pullRequest }: Published, { environment, push }: Where): string {
  if (!pending) return `lockstep status ${environment}`;
  if (op === 'overtaken') return 'review what is proposed there';
  if (pullRequest?.op === 'declined') return reopening;
  return pullRequest === undefined
    ? `review it, then \`lockstep merge ${environment}${push === '' ? '' : ` ${push}`} --commit ${commit.slice(0, 7)}\``
    : 'review and merge it';
}
