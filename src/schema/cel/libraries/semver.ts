import type { Row } from '../signature.ts';
import { comparePoints } from '../text.ts';
import { CelError, type Semver, Uint } from '../values.ts';

/** Semantic versions (Kubernetes 1.33). */
export const semvers: readonly Row[] = [
  ['semver(string): semver', ([text]: [string]) => versionOf(text)],
  ['semver(string, bool): semver', ([text, isLenient]: [string, boolean]) => versionOf(isLenient ? normalized(text) : text)],
  ['isSemver(string): bool', ([text]: [string]) => parseSemver(text) !== undefined],
  [
    'isSemver(string, bool): bool',
    ([text, isLenient]: [string, boolean]) => parseSemver(isLenient ? normalized(text) : text) !== undefined,
  ],
  ['semver->major(): int', ([{ numbers }]: [Semver]) => numbers[0]],
  ['semver->minor(): int', ([{ numbers }]: [Semver]) => numbers[1]],
  ['semver->patch(): int', ([{ numbers }]: [Semver]) => numbers[2]],
  ['semver->isGreaterThan(semver): bool', ([a, b]: [Semver, Semver]) => compareVersions(a, b) > 0],
  ['semver->isLessThan(semver): bool', ([a, b]: [Semver, Semver]) => compareVersions(a, b) < 0],
  ['semver->compareTo(semver): int', ([a, b]: [Semver, Semver]) => BigInt(compareVersions(a, b))],
];

function versionOf(text: string): Semver {
  const version = parseSemver(text);
  if (version === undefined) throw new CelError(semverProblem(text));
  return version;
}

function semverProblem(text: string): string {
  if (text === '') return 'Version string empty';
  return text.split('.').length < 3 ? 'No Major.Minor.Patch elements found' : `${JSON.stringify(text)} is no semantic version`;
}

const number = '(0|[1-9]\\d*)';
const parts = '([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)';
const form = new RegExp(`^${number}\\.${number}\\.${number}(?:-${parts})?(?:\\+${parts})?$`);

function parseSemver(text: string): Semver | undefined {
  const found = form.exec(text);
  if (found === null) return undefined;
  const [major = 0n, minor = 0n, patch = 0n] = found.slice(1, 4).map(BigInt);
  const pre = found[4]?.split('.') ?? [];
  const isFine = [major, minor, patch].every((one) => one <= Uint.max) && pre.every((part) => !/^0\d+$/.test(part));
  return isFine ? { type: 'semver', numbers: [major, minor, patch], pre, build: found[5]?.split('.') ?? [] } : undefined;
}

/** Without a `v` before it and zeros before its numbers, and with the numbers that are left out: `v1.02` is `1.2.0`. */
function normalized(text: string): string {
  const all = text.replace(/^v/, '').split('.');
  const three = [...all.slice(0, 2), ...(all.length > 2 ? [all.slice(2).join('.')] : [])].map((part) => {
    const rest = part.length > 1 ? part.replace(/^0+/, '') : part;
    return rest === part || /^\d/.test(rest) ? rest : `0${rest}`;
  });
  if (three.length < 3 && /[+-]/.test(three.at(-1) ?? '')) return '';
  return [...three, '0', '0'].slice(0, 3).join('.');
}

function compareVersions(a: Semver, b: Semver): -1 | 0 | 1 {
  for (const i of [0, 1, 2] as const) if (a.numbers[i] !== b.numbers[i]) return a.numbers[i] > b.numbers[i] ? 1 : -1;
  if (a.pre.length === 0 || b.pre.length === 0) return a.pre.length === b.pre.length ? 0 : a.pre.length === 0 ? 1 : -1;
  for (let i = 0; i < Math.min(a.pre.length, b.pre.length); i++) {
    const order = compareParts(a.pre[i] ?? '', b.pre[i] ?? '');
    if (order !== 0) return order > 0 ? 1 : -1;
  }
  return a.pre.length === b.pre.length ? 0 : a.pre.length > b.pre.length ? 1 : -1;
}

/** Numbers come before words. */
function compareParts(a: string, b: string): number {
  const [isNumber, isOtherNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (isNumber && isOtherNumber) return BigInt(a) > BigInt(b) ? 1 : BigInt(a) < BigInt(b) ? -1 : 0;
  if (isNumber !== isOtherNumber) return isNumber ? -1 : 1;
  return comparePoints(a, b);
}
