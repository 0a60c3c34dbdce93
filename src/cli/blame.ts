import { printable } from '../diff/printable.ts';
import { formatRef, type ObjectRef } from '../model/ref.ts';
import type { LoggedCommit } from '../publish/history/commits.ts';
import { short } from './events.ts';
import { commitLines } from './log.ts';
import type { Paint } from './paint.ts';

/** A line of an object, and which commit made it so. */
export interface BlamedLine {
  /** Its number in the object as it is shown. */
  readonly line: number;
  /** A JSON pointer (RFC 6901) to the value that is on it. */
  readonly pointer: string;
  /** The rendered commit. */
  readonly commit: string;
  readonly text: string;
}

/** What is known of where an object comes from. This is the JSON of `lockstep blame`: fields are added to it, and none changes its meaning. */
export interface BlameReport {
  readonly environment: string;
  /** The rendered commit that it is read from. */
  readonly from: { readonly name: string; readonly commit: string };
  /** Whether the clone lacks a part of the history: then the oldest commit seems to have made all that it holds. */
  readonly shallow: boolean;
  readonly object: ObjectRef;
  readonly path: string;
  readonly construct: string;
  /** The source commit that all of it was last rendered from. */
  readonly source: string | null;
  /** The line of TypeScript that makes it, at a commit, or why nobody can tell. */
  readonly made:
    | { readonly file: string; readonly line?: number; readonly column?: number; readonly commit: string }
    | { readonly because: string; readonly help: string };
  readonly lines: readonly BlamedLine[];
  /** The commits of the lines, newest first. */
  readonly commits: readonly LoggedCommit[];
}

/** The lines of an object for people, each behind who made it so; then the commits. */
export function formatBlame(report: BlameReport, paint: Paint): readonly string[] {
  const { object, path, from, lines, commits } = report;
  const columns = new Map(commits.map((one) => [one.commit, columnsOf(one)]));
  const width = Math.max(...[...columns.values()].map(({ who }) => who.length));
  const digits = String(lines.at(-1)?.line ?? 0).length;
  return [
    `${paint.bold(printable(formatRef(object)))} in ${printable(`${path}, ${from.name} at ${short(from.commit)}`)}`,
    ...makingLines(report),
    '',
    ...lines.map(({ commit, line, text }) => {
      const { source = '', day = '', who = '' } = columns.get(commit) ?? {};
      const origin = `${short(commit)}  ${source.padEnd(7)}  ${day}  ${who.padEnd(width)}`;
      return `${paint.dim(origin)}  ${String(line).padStart(digits)}  ${printable(text)}`;
    }),
    '',
    ...commits.flatMap((one) => commitLines(one, paint)),
  ];
}

/** Who thought of it where it was rendered, who wrote it where it was not. */
function columnsOf({ source, by, date }: LoggedCommit): { readonly source: string; readonly day: string; readonly who: string } {
  const author = source?.author?.replace(/ <.*$/, '') ?? by.name;
  const who = printable(author.length > 24 ? `${author.slice(0, 23)}…` : author);
  return { source: source === null ? 'by hand' : short(source.commit), day: printable((source?.date ?? date).slice(0, 10)), who };
}

function makingLines({ construct, made }: BlameReport): readonly string[] {
  const what = `  made by the construct ${construct}`;
  if ('because' in made) return [printable(what), printable(`  its line is not known: ${made.because}`), printable(`  help: ${made.help}`)];
  const place = [made.file, made.line, made.column].filter((part) => part !== undefined).join(':');
  return [printable(`${what} at ${place} of the source commit ${short(made.commit)}`)];
}
