import compareVersions from 'semver/functions/compare.js';

/** A tag that reads as a version. */
export interface Version {
  /** `v`, or nothing. */
  readonly prefix: string;
  /** As they are written, one to four: `1`, `27`, `05`. */
  readonly numbers: readonly string[];
  /** What says that it comes before the version without, so that its numbers count as such: `rc.1`, also of `rc1` and `RC-01`. */
  readonly stage: string | undefined;
  /** What is no part of the version: `alpine`. */
  readonly variant: string;
}

/**
 * A version as tags have it: perhaps with a `v` before it and with fewer than three numbers, perhaps a pre-release, and perhaps with the
 * name of a variant behind it, which Semantic Versioning would take for a pre-release: `v1.28.0-rc.1-alpine`.
 */
const form =
  /^(?<prefix>v?)(?<numbers>\d{1,15}(?:\.\d{1,15}){0,3})(?:[-_](?<stage>(?:alpha|beta|cr|dev|ea|m|nightly|pre|preview|rc|snapshot)(?:[.-]?\d{1,15})?(?:[.-]\d{1,15})*(?![\w.])))?(?:[-_](?<variant>.+))?$/i;

/** Reads a tag as a version; undefined where it is none. */
export function readVersion(tag: string): Version | undefined {
  const { prefix = '', numbers, stage, variant = '' } = form.exec(tag)?.groups ?? {};
  if (numbers === undefined) return undefined;
  return {
    prefix: prefix.toLowerCase(),
    numbers: numbers.split('.'),
    stage: stage?.toLowerCase().replaceAll(/[.-]?(\d+)/g, (_, number: string) => `.${BigInt(number)}`),
    variant,
  };
}

/** Whether a version begins with a day or the number of a build, and not with what people count: `20231105`, `1234567`. */
export function isSerial({ numbers: [first = ''] }: Version): boolean {
  return first.replace(/^0+/, '').length > 5;
}

/** Whether a tag is a lower version than another one, for certain: `2.4.1` than `2.4.2`, `2.4.2-rc.1` than `2.4.2`; not `2.4` than `2.4.2`. */
export function isLower(tag: string, than: string): boolean {
  const [low, high] = [readVersion(tag), readVersion(than)];
  if (low === undefined || high === undefined || isSerial(low) !== isSerial(high)) return false;
  for (const [i, part] of low.numbers.entries()) {
    const other = high.numbers[i];
    if (other === undefined) return false;
    if (BigInt(part) !== BigInt(other)) return BigInt(part) < BigInt(other);
  }
  if (low.numbers.length !== high.numbers.length || low.variant !== high.variant) return false;
  return compareVersions(released(low), released(high)) < 0;
}

/** A version of equal numbers, as Semantic Versioning compares it. */
function released({ stage }: Version): string {
  return stage === undefined ? '0.0.0' : `0.0.0-${stage}`;
}
