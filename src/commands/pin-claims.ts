import { lockPathOf } from '../compile/given.ts';
import { quotedList } from '../compile/wording.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { type ChartReference, chartOfKey, vendoredPath } from '../model/inclusion.ts';
import { compareText } from '../model/ref.ts';
import type { Files } from '../ports.ts';
import { lockNames } from './load.ts';
import { readLock } from './locks.ts';

/** What the lock of an environment says of an archive below `vendor/helm/`. */
export interface Claim {
  readonly environment: string;
  /** How the lock calls the chart that the archive is of. */
  readonly key: string;
  readonly sha256: string;
}

/** What all locks of a project say of the archives in it: an archive may be that of several environments. */
export interface Claims {
  /** By the paths of archives. */
  readonly byPath: ReadonlyMap<string, readonly Claim[]>;
  /** Whether nothing is wrong in any lock. */
  readonly isWhole: boolean;
}

/** Reads all locks. Where one names a source commit, the environment has the archives of that commit: those of the work tree are no matter. */
export async function readClaims(files: Pick<Files, 'list' | 'read'>): Promise<Claims> {
  const byPath = new Map<string, readonly Claim[]>();
  let isWhole = true;
  for (const environment of await lockNames(files)) {
    const { value, diagnostics } = await readLock(files, environment);
    isWhole &&= diagnostics.length === 0;
    for (const [key, { sha256 }] of Object.entries(value.source === undefined ? (value.charts ?? {}) : {})) {
      const chart = chartOfKey(key);
      if (chart === undefined) continue;
      const path = vendoredPath(chart);
      byPath.set(path, [...(byPath.get(path) ?? []), { environment, key, sha256 }]);
    }
  }
  return { byPath, isWhole };
}

/** Refuses several sha256 of one archive, of which `there` is the one that it has; undefined where there is none. */
export function requireAgreement(chart: ChartReference, claims: readonly Claim[], there: string | undefined): void {
  const digests = [...new Set(claims.map(({ sha256 }) => sha256))];
  if (digests.length < 2) return;
  const path = vendoredPath(chart);
  const locksWith = (digest: string): string => locksOf(claims.filter(({ sha256 }) => sha256 === digest));
  const said = digests.map((digest) => `${digest.slice(0, 12)}… in ${locksWith(digest)}`).join(', ');
  const wrong = there === undefined || !digests.includes(there) ? undefined : claims.filter(({ sha256 }) => sha256 !== there);
  const where = wrong === undefined ? 'where it is wrong' : `in ${locksOf(wrong)}, unless the archive that is there is not the right one`;
  throw new Failure('chart-locks-differ', `\`${path}\` is one archive, and locks disagree about its sha256: ${said}`, {
    help: `remove its entry from \`charts\` ${where}, and run \`lockstep pin\`: it pins together what shares an archive`,
    exit: exitCodes.input,
  });
}

/** That a chart is not what the locks of `claims` say, all of which would have to say something else. */
export function notClaimed({ url, version }: ChartReference, sha256: string, claims: readonly Claim[]): Failure {
  const what = `\`${url}\` ${version} is not what the lock says: its sha256 is ${sha256}, and ${claims[0]?.sha256} is expected`;
  return new Failure('chart-damaged', what, {
    help: `if the new one is meant, remove its entry from \`charts\` in ${locksOf(claims)}, and run \`lockstep pin\`: it pins together what shares an archive`,
  });
}

function environmentsOf(claims: readonly Claim[]): readonly string[] {
  return [...new Set(claims.map(({ environment }) => environment))].sort(compareText);
}

function locksOf(claims: readonly Claim[]): string {
  return quotedList(environmentsOf(claims).map(lockPathOf));
}
