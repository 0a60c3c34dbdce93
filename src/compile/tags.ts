import Range from 'semver/classes/range.js';
import compareVersions from 'semver/functions/compare.js';
import { compareText } from '../model/ref.ts';

/** Which tags may stand in for the one that a chart writes, and which of two is higher. */
export type TagRule =
  /** Versions that a range admits (github.com/npm/node-semver), by precedence (Semantic Versioning 2.0.0, section 11). */
  | { readonly by: 'range'; readonly range: Range }
  /** Tags that an expression matches, by the numbers in them. */
  | { readonly by: 'expression'; readonly expression: RegExp };

/** What a rule compares of a tag. */
interface Rank {
  /** Only tags of the same kind are compared: `v1.2.3-alpine` is of the kind `v alpine`. */
  readonly kind: string;
  /** Of a version: `1.2.3-rc.1`; undefined where numbers count. */
  readonly version: string | undefined;
  readonly numbers: readonly bigint[];
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
    const order = best === undefined ? 1 : compareRanks(rank, best.rank) || rank.numbers.length - best.rank.numbers.length;
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

/**
 * A version as tags have it: perhaps with a `v` before it and with fewer than three numbers, perhaps a pre-release, and perhaps with the
 * name of a variant behind it, which Semantic Versioning would take for a pre-release: `v1.28.0-rc.1-alpine`.
 */
const versionTag =
  /^(?<v>v?)(?<numbers>(?:0|[1-9]\d{0,14})(?:\.(?:0|[1-9]\d{0,14})){0,2})(?:-(?<stage>(?:alpha|beta|cr|dev|ea|m|nightly|pre|preview|rc|snapshot)(?:[.-]?\d{1,15})?(?:[.-]\d{1,15})*(?![\w.])))?(?:-(?<variant>.+))?$/i;

function versionIn(tag: string): Rank | undefined {
  const { v = '', numbers, stage, variant = '' } = versionTag.exec(tag)?.groups ?? {};
  if (numbers === undefined) return undefined;
  const given = numbers.split('.');
  // `rc1` and `rc-1` are `rc.1`, whose number is compared as a number.
  const release = stage?.toLowerCase().replaceAll(/[.-]?(\d+)/g, (_, number: string) => `.${BigInt(number)}`);
  const version = [...given, '0', '0'].slice(0, 3).join('.');
  return {
    kind: `${v.toLowerCase()} ${variant}`,
    version: release === undefined ? version : `${version}-${release}`,
    numbers: given.map(BigInt),
  };
}

/** All numbers in what `expression` captures, or else in all of a tag that it matches, in order. */
function numbersIn(expression: RegExp, tag: string): Rank | undefined {
  const match = expression.exec(tag);
  if (match === null) return undefined;
  const texts = match.length > 1 ? match.slice(1).map((text) => text ?? '') : [tag];
  return { kind: '', version: undefined, numbers: texts.flatMap((text) => (text.match(/\d+/g) ?? []).map(BigInt)) };
}

function compareRanks(a: Rank, b: Rank): number {
  if (a.version !== undefined && b.version !== undefined) return compareVersions(a.version, b.version);
  const i = a.numbers.findIndex((number, at) => number !== b.numbers[at]);
  const [left, right] = [a.numbers[i], b.numbers[i]];
  if (left === undefined) return a.numbers.length - b.numbers.length;
  return right === undefined || left > right ? 1 : -1;
}
