import { printable } from '../diff/printable.ts';
import { fieldLines } from '../diff/values.ts';
import { formatRef } from '../model/ref.ts';
import type { LoggedCommit } from '../publish/history/commits.ts';
import type { Logged, ObjectLog } from '../publish/history/log.ts';
import type { Reference } from '../publish/references.ts';
import { short } from './events.ts';
import type { Paint } from './paint.ts';

/** A history for people, newest first. */
export function formatLog({ commits, more }: Logged<LoggedCommit | ObjectLog>, paint: Paint): readonly string[] {
  const lines = commits.flatMap((one) => [...commitLines(one, paint), ...('op' in one ? objectLines(one, paint) : [])]);
  return more ? [...lines, paint.dim(`there are older ones: --limit ${commits.length * 10}`)] : lines;
}

/** A commit of a rendered branch: who let it in, and where it comes from. */
export function commitLines(one: LoggedCommit, paint: Paint): readonly string[] {
  const { commit, date, rollbackTo, source, alsoRenderedBy, dirty } = one;
  const how = rollbackTo === undefined ? one.how : `rolled back to ${short(rollbackTo)}`;
  return [
    `${paint.yellow(short(commit))}  ${date}  ${how} by ${paint.bold(printable(one.by.name || one.by.email))}${counts(one)}`,
    ...subjectLines(one, paint),
    ...(source === null ? [] : [`  source ${referenceWords({ ...source, sha: source.commit })}`]),
    ...(source?.references ?? []).map((reference) => `  led to by ${referenceWords(reference)}`),
    ...(alsoRenderedBy === undefined ? [] : [paint.dim(`  ${short(alsoRenderedBy)} renders to the same`)]),
    ...(dirty ? [`  ${paint.yellow('!')} changes that were not committed went into it, too`] : []),
  ];
}

/** What people wrote: of a commit that Lockstep made, the source says it. */
function subjectLines({ how, source, subject }: LoggedCommit, paint: Paint): readonly string[] {
  if (source === null) return [`  ${paint.red('!')} made by hand, no source commit: ${printable(subject)}`];
  return how === 'published' ? [] : [`  ${printable(subject)}`];
}

function counts({ added, changed, removed }: LoggedCommit): string {
  const words = Object.entries({ added, changed, removed }).flatMap(([word, count]) => (count === 0 ? [] : [`${count} ${word}`]));
  return words.length === 0 ? '' : `  ${words.join(', ')}`;
}

/** `9d8e7f6  Grace Hopper <grace@example.com>, 2025-12-31T10:00:00Z: Let web have three replicas`, as far as it is known. */
function referenceWords({ sha, author, date, subject, repoURL }: Reference): string {
  const where = repoURL === undefined ? '' : `of ${repoURL}`;
  const who = [author, date].filter((part) => part !== undefined).join(', ');
  const words = [sha === undefined ? '' : short(sha), where, who === '' ? '' : `by ${who}`].filter((part) => part !== '').join(' ');
  return printable(subject === undefined ? words : `${words}: ${subject}`);
}

const signs: Readonly<Record<ObjectLog['op'], string>> = { add: '+', remove: '-', change: '~', move: '>' };

function objectLines({ op, object, path, from, fields }: ObjectLog, paint: Paint): readonly string[] {
  const colour = { add: paint.green, remove: paint.red, change: paint.yellow, move: paint.yellow }[op];
  const was = from === undefined ? '' : `, was ${from}`;
  return [
    `  ${colour(signs[op])} ${printable(`${formatRef(object)} in ${path}${was}`)}`,
    ...fields
      .flatMap(fieldLines)
      .map(({ sign, text }) => `      ${{ '+': paint.green, '-': paint.red, '~': paint.yellow }[sign](sign)} ${text}`),
  ];
}
