import { printable } from '../diff/printable.ts';
import type { DiffReport } from '../diff/report.ts';
import type { FoundSignature } from '../ports.ts';
import type { Making, Signed } from '../publish/proving.ts';
import type { Changes } from '../publish/tree.ts';
import { formatDiff } from './diff.ts';
import { short } from './events.ts';
import type { Paint } from './paint.ts';

/** What came of verifying a commit. This is the JSON of `lockstep verify`. */
export interface Verified extends Making {
  readonly commit: string;
  /** Null where it is no rendered commit, as one among many may be. */
  readonly environment: string | null;
  /**
   * `proven`: its source renders to the same bytes. `different`: it does not, or not for the environment whose branch was named.
   * `unverifiable`: nobody can tell, which is no proof of anything.
   */
  readonly verdict: 'proven' | 'different' | 'unverifiable';
  /** Why it cannot be verified, or is of another environment, and the next thing to do. */
  readonly why?: string;
  readonly help?: string;
  /** What was compared: all files, or all but the provenance, which an earlier version writes in its own way. */
  readonly compared?: 'all' | 'content';
  /** The files that differ from what is rendered. */
  readonly files?: Changes;
  /** The objects that do, with their fields; not there where the files are none of the index. */
  readonly report?: DiffReport;
  /** Who answers for it, where that was asked for. */
  readonly signed?: Signed;
}

/** What came of verifying commits, for people: a line for each, with what is wrong below it. */
export function formatVerified(commits: readonly Verified[], paint: Paint): readonly string[] {
  if (commits.length === 0) return ['there is no commit to verify'];
  return commits.flatMap((one) => [...verdictLines(one, paint), ...signatureLines(one, paint)]);
}

function verdictLines(one: Verified, paint: Paint): readonly string[] {
  const { commit, environment, source, version, verdict, why = '', help, compared, files, report } = one;
  const name = environment === null ? short(commit) : `${short(commit)} of ${printable(environment)}`;
  const aside = compared === 'content' ? ', its provenance aside' : '';
  const by = version === undefined ? '' : `, rendered by lockstep/${printable(version)}${aside}`;
  switch (verdict) {
    case 'proven':
      return [`${paint.green('proven')} ${name}: it is what ${short(source ?? '')} renders to${by}`];
    case 'unverifiable':
      return [
        `${paint.yellow('cannot be verified')} ${name}: ${printable(why)}`,
        ...(help === undefined ? [] : [`  help: ${printable(help)}`]),
      ];
    case 'different':
      if (files === undefined) return [`${paint.red('different')} ${name}: ${printable(why)}`];
      return [
        `${paint.red('different')} ${name}: it is not what ${short(source ?? '')} renders to${by}`,
        ...fileLines(files, paint),
        ...(report === undefined ? [] : formatDiff(report, paint).map((line) => `  ${line}`)),
      ];
  }
}

/** Their paths may be anybody's. */
function fileLines({ added, modified, removed }: Changes, paint: Paint): readonly string[] {
  return [
    ...added.map((path) => `  ${paint.green('+')} ${printable(path)}: nothing renders to it`),
    ...modified.map((path) => `  ${paint.yellow('~')} ${printable(path)}`),
    ...removed.map((path) => `  ${paint.red('-')} ${printable(path)}: it is rendered, and not there`),
  ];
}

function signatureLines({ signed }: Verified, paint: Paint): readonly string[] {
  if (signed === undefined) return [];
  const { commit, attestation, isTrusted } = signed;
  const of = attestation === null ? 'nothing is attested of its tree' : `the attestation of its tree ${words(attestation)}`;
  return [`  ${isTrusted ? '' : `${paint.red('not signed by anybody who is trusted')}: `}the commit ${words(commit)}; ${of}`];
}

function words({ state, signer, key }: FoundSignature): string {
  const who = [signer, key].filter((one) => one !== '').map(printable);
  const by = who.length === 0 ? '' : ` (${who.join(', ')})`;
  const said = {
    good: 'is signed',
    untrusted: 'is signed by somebody who is not trusted',
    bad: 'has a signature that is not of it',
    expired: 'has a signature that has expired',
    revoked: 'has a signature of a key that was revoked',
    missing: 'has no signature',
  };
  return `${said[state]}${by}`;
}
