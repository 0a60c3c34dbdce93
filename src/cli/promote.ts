import { counted } from '../model/count.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { ImageChange, RunImage } from '../model/lockfile.ts';
import type { Between } from '../ports.ts';
import { usualRemote } from '../publish/latest.ts';
import type { Changes } from '../publish/tree.ts';
import { commandLine, repeated } from './command-line.ts';
import type { Paint } from './paint.ts';
import { shortDigest } from './pin.ts';
import { formatSourceProposal, type ProposedSource } from './source-proposal.ts';

/** How a promotion was asked for: the next command asks for the same. */
export interface PromotionChoice {
  /** Only these images move, and the source stays; none is everything. */
  readonly only: readonly string[];
  /** The commit to promote, as git knows it; by default the one that `from` is rendered from. */
  readonly source?: string;
  readonly allowDowngrade: boolean;
  /** Only what `from` is healthy with, as its agent told the forge. */
  readonly whenHealthy: boolean;
  /** Branches whose commits may be a source, beside those that are known to be reviewed. */
  readonly reviewed: readonly string[];
  /** The remote that has rendered branches and commits that are not here. */
  readonly remote: string;
  /** Registries that may do without TLS, where signatures are looked for. */
  readonly insecureRegistry: readonly string[];
}

/** What a promotion changes, and whether that was done. */
export interface PromotionResult {
  readonly from: string;
  readonly to: string;
  /** The lock of `to`, relative to the project. */
  readonly lock: string;
  /** The branch that told what `from` is, and its commit; undefined where no branch was read for that. */
  readonly read: { readonly branch: string; readonly commit: string } | undefined;
  readonly source: {
    readonly was: string | undefined;
    readonly now: string | undefined;
    /** Undefined where there is nothing to compare. */
    readonly between: Between | undefined;
  };
  readonly images: readonly ImageChange[];
  /** Files of objects that differ from the rendered branch. */
  readonly objects: Changes;
  /** Whether there is a rendered branch yet. */
  readonly isPublished: boolean;
  readonly op: 'promoted' | 'proposed' | 'due' | 'unchanged';
  /** What came of proposing it, where that was asked for. */
  readonly proposal?: ProposedSource;
  /** What goes back to something older, which was allowed. */
  readonly downgrades: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** A promotion for people: commits, images and objects that differ, and the next command. */
export function formatPromotion(result: PromotionResult, choice: PromotionChoice, paint: Paint): readonly string[] {
  const { from, to, lock, op, read } = result;
  const reading = read === undefined ? [] : [paint.dim(`${from} is what ${read.branch} holds at ${short(read.commit)}`)];
  const proposed = result.proposal === undefined ? [] : formatSourceProposal(result.proposal, paint);
  const publish = commandLine(['lockstep', 'publish', to, ...repeated('--reviewed', choice.reviewed)]);
  if (op === 'unchanged' && result.proposal !== undefined) return [...reading, ...proposed];
  if (op === 'unchanged') return [...reading, `${lock}: nothing to promote`, `next: ${paint.bold(publish)}`];
  const next = op === 'due' ? promoteAgain(result, choice) : publish;
  return [
    ...reading,
    ...sourceLines(result, paint),
    ...result.images.map((change) => imageLine(change, paint)),
    ...objectLines(result, paint),
    ...result.downgrades.map((one) => `${paint.yellow('!')} ${one}, as was allowed`),
    ...(result.proposal === undefined ? [written(result, { next, isDue: op === 'due' }, paint)] : proposed),
  ];
}

function written({ lock }: PromotionResult, { next, isDue }: { readonly next: string; readonly isDue: boolean }, paint: Paint): string {
  return `${lock} ${isDue ? 'is to be written' : 'is written, and rendered'}; next: ${isDue ? '' : 'commit it, then '}${paint.bold(next)}`;
}

/** The same for the forms that have no place for anything but what was found: that there is something to promote. */
export function promotionDue(result: PromotionResult, choice: PromotionChoice): Diagnostic {
  const { from, to, lock, source, images, objects } = result;
  const changed = objects.added.length + objects.modified.length + objects.removed.length;
  const parts = [
    ...(source.now === undefined || source.now === source.was ? [] : [`the source would be \`${short(source.now)}\``]),
    `${counted(images.length, 'image')} and ${counted(changed, 'object')} would be other ones`,
  ];
  return {
    code: 'check-difference',
    severity: 'error',
    message: `\`${to}\` is not what \`${from}\` is: ${parts.join('; ')}`,
    at: { file: lock, environment: to },
    help: `if that is meant: \`${promoteAgain(result, choice)}\``,
  };
}

/** The command that carries out what was only looked at: with the commit itself, since a branch may have another one by then. */
function promoteAgain({ from, to, source: { now } }: Pick<PromotionResult, 'from' | 'to' | 'source'>, choice: PromotionChoice): string {
  const { only, source, allowDowngrade, whenHealthy, reviewed, remote, insecureRegistry } = choice;
  return commandLine([
    ...['lockstep', 'promote', from, to],
    ...repeated('--only', only),
    ...(source === undefined ? [] : ['--source', now ?? source]),
    ...(allowDowngrade ? ['--allow-downgrade'] : []),
    ...(whenHealthy ? ['--when-healthy'] : []),
    ...repeated('--reviewed', reviewed),
    ...(remote === usualRemote ? [] : ['--remote', remote]),
    ...repeated('--insecure-registry', insecureRegistry),
  ]);
}

const relations: Readonly<Record<Between['relation'], string>> = {
  same: 'as before',
  ahead: 'forward by',
  behind: 'back by',
  diverged: 'on another line, with',
  unknown: 'which cannot be compared here',
};

function sourceLines({ source: { was, now, between } }: PromotionResult, paint: Paint): readonly string[] {
  if (now === undefined || was === now) return [];
  const way = was === undefined ? short(now) : `${short(was)} → ${short(now)}`;
  if (between === undefined || between.count === 0)
    return [`source ${way}${between === undefined ? '' : ` (${relations[between.relation]})`}`];
  const { relation, commits, count } = between;
  const more = count - commits.length;
  return [
    `source ${way} (${relations[relation]} ${counted(count, 'commit')})`,
    ...commits.map(({ commit, subject }) => `  ${paint.dim(short(commit))} ${subject}`),
    ...(more > 0 ? [paint.dim(`  … and ${more} more`)] : []),
  ];
}

/** An image that is another one, in a line. */
export function imageLine({ repository, was, now }: ImageChange, paint: Paint): string {
  if (was === undefined) return `${paint.green('+')} ${repository} ${now === undefined ? '' : told(now)}`;
  if (now === undefined) return `${paint.red('-')} ${repository} ${told(was)}`;
  return `${paint.yellow('~')} ${repository} ${told(was)} → ${told(now)}`;
}

function told({ tag, digest }: RunImage): string {
  return `${tag}@${shortDigest(digest)}`;
}

function objectLines({ objects: { added, modified, removed }, isPublished, to }: PromotionResult, paint: Paint): readonly string[] {
  if (!isPublished) return [`${counted(added.length, 'object')}: \`${to}\` was never published`];
  return [
    ...added.map((path) => `${paint.green('+')} ${path}`),
    ...modified.map((path) => `${paint.yellow('~')} ${path}`),
    ...removed.map((path) => `${paint.red('-')} ${path}`),
  ];
}

function short(commit: string): string {
  return commit.slice(0, 7);
}
