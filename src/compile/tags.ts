import Range from 'semver/classes/range.js';
import compareVersions from 'semver/functions/compare.js';
import { compareText } from '../model/ref.ts';
import { isSerial, readVersion } from './version.ts';

/** Which tags may stand in for the one that a chart writes, and which of two is higher. */
export type TagRule =
  /** Versions that a range admits (github.com/npm/node-semver), by precedence (Semantic Versioning 2.0.0, section 11). */
  | { readonly by: 'range'; readonly range: Range }
  /** Tags that an expression matches, by the numbers in them. */
  | { readonly by: 'expression'; readonly expression: RegExp };

/** What a rule compares of a tag. */
interface Rank {
  /** Only tags of the same kind are compared: `v1.2.3-alpine` is of the kind `v alpine`, `20231105` of `serial`. */
  readonly kind: string;
  /** Of a version: `1.2.3-rc.1`; undefined where numbers count. */
  readonly version: string | undefined;
  /** Of an expression, those of each group. */
  readonly numbers: readonly (readonly bigint[])[];
}

/** The rule that an author wrote; undefined when it is none. */
export function readTagRule(given: string | RegExp): TagRule | undefined {
  // With `g` or `y` an expression would begin where it ended the last time.
  if (typeof given !== 'string') return { by: 'expression', expression: new RegExp(given.source, given.flags.replaceAll(/[gy]/g, '')) };
  try {
    return { by: 'range', range: new Range(given) };
  } catch {
    return undefined;
  }
}

/** Whether `rule` can compare `tag` with others: a range has no order for what is no version. */
export function isComparable(rule: TagRule, tag: string): boolean {
  return rule.by === 'expression' || rankOf(rule, tag) !== undefined;
}

/** Whether `rule` lets `tag` be used. */
export function isAdmitted(rule: TagRule, tag: string): boolean {
  return admits(rule, rankOf(rule, tag));
}

/** Whether `rule` ranks `tag` above `other`. What cannot be compared is not higher. */
export function isHigher(rule: TagRule, tag: string, other: string): boolean {
  const [rank, than] = [rankOf(rule, tag), rankOf(rule, other)];
  return rank !== undefined && than !== undefined && rank.kind === than.kind && compareRanks(rank, than) > 0;
}

/**
 * The highest of `tags` that `rule` admits, where that is higher than `tag`. Of equals the one with more numbers: `17.0` stays where it
 * is more often than `17`.
 */
export function highest(rule: TagRule, tag: string, tags: readonly string[]): string | undefined {
  const than = rankOf(rule, tag);
  let best: { readonly tag: string; readonly rank: Rank } | undefined;
  for (const one of tags) {
    const rank = rankOf(rule, one);
    if (than === undefined || rank?.kind !== than.kind || !admits(rule, rank) || compareRanks(rank, than) <= 0) continue;
    // `9` beside `1.2.3` may as well be a build, or what moves from day to day.
    if (rule.by === 'range' && countOf(rank) < Math.min(countOf(than), 2)) continue;
    const order = best === undefined ? 1 : compareRanks(rank, best.rank) || countOf(rank) - countOf(best.rank);
    if (best === undefined || order > 0 || (order === 0 && compareText(one, best.tag) < 0)) best = { tag: one, rank };
  }
  return best?.tag;
}

function rankOf(rule: TagRule, tag: string): Rank | undefined {
  return rule.by === 'range' ? versionIn(tag) : numbersIn(rule.expression, tag);
}

function admits(rule: TagRule, rank: Rank | undefined): boolean {
  // A pre-release is in a range only where the range names one of the same three numbers.
  return rank !== undefined && (rule.by === 'expression' || (rank.version !== undefined && rule.range.test(rank.version)));
}

/** A number that Semantic Versioning takes: without zeros before it. */
const plain = /^(?:0|[1-9]\d*)$/;

function versionIn(tag: string): Rank | undefined {
  const read = readVersion(tag);
  if (read === undefined || read.numbers.length > 3 || !read.numbers.every((number) => plain.test(number))) return undefined;
  const { prefix, numbers, stage, variant } = read;
  const version = [...numbers, '0', '0'].slice(0, 3).join('.');
  return {
    kind: `${prefix}${isSerial(read) ? ' serial' : ''} ${variant}`,
    version: stage === undefined ? version : `${version}-${stage}`,
    numbers: [numbers.map(BigInt)],
  };
}

/** All numbers in what each group of `expression` captures, or else in all of a tag that it matches, in order. */
function numbersIn(expression: RegExp, tag: string): Rank | undefined {
  const match = expression.exec(tag);
  if (match === null) return undefined;
  // A group that may be absent captures nothing then: the numbers of the next one stay where they are.
  const texts = match.length > 1 ? match.slice(1).map((text) => text ?? '') : [tag];
  return { kind: '', version: undefined, numbers: texts.map((text) => (text.match(/\d+/g) ?? []).map(BigInt)) };
}

function compareRanks(a: Rank, b: Rank): number {
  if (a.version !== undefined && b.version !== undefined) return compareVersions(a.version, b.version);
  return compareLists(a.numbers, b.numbers, (left, right) =>
    compareLists(left, right, (one, other) => (one < other ? -1 : Number(one > other))),
  );
}

/** By the first entries that differ; of lists that begin alike the longer one is higher. */
function compareLists<T>(a: readonly T[], b: readonly T[], compare: (left: T, right: T) => number): number {
  for (const [i, left] of a.entries()) {
    const right = b[i];
    const order = right === undefined ? 1 : compare(left, right);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** How many numbers there are: of one alone nobody knows whether it is a version. */
function countOf({ numbers }: Rank): number {
  return numbers.flat().length;
}
