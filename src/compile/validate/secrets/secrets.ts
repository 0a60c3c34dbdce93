import type { Diagnostic, Place } from '../../../model/diagnostic.ts';
import { pointer } from '../../../model/json.ts';
import { refOf } from '../../../model/manifest.ts';
import { formatRef, keyOf, type ObjectKey } from '../../../model/ref.ts';
import type { AllowedSecret } from '../../allowed-secrets.ts';
import type { Decisions } from '../../decisions.ts';
import { type Draft, errorAbout } from '../../draft.ts';
import { matchesIn } from './find.ts';
import { type Finding, secretHelp } from './finding.ts';
import { pointerWithoutSecrets, type SecretsOf } from './mask.ts';
import { secretFinder } from './scan.ts';

/** The objects that hold secrets in clear text, with these. */
export type Leaks = ReadonlyMap<Draft, readonly Finding[]>;

/** Everything in `drafts` that is a secret, or is meant to be one, and can be read. */
export function findSecrets(drafts: readonly Draft[]): Leaks {
  const find = secretFinder();
  const leaks = new Map<Draft, readonly Finding[]>();
  for (const draft of drafts) {
    const found = find(draft.manifest);
    if (found.length > 0) leaks.set(draft, found);
  }
  return leaks;
}

/** The secrets themselves, by object: for hiding them, and for nothing else. */
export function secretsOf(leaks: Leaks): SecretsOf {
  const all = new Map<ObjectKey, readonly string[]>();
  for (const [{ manifest }, found] of leaks) {
    const key = keyOf(refOf(manifest));
    // An object that is made twice is an error, and told.
    all.set(key, [...(all.get(key) ?? []), ...found.flatMap(({ secrets }) => secrets)]);
  }
  return all;
}

/** What is said of an environment's secrets. */
interface Allowing extends Pick<Decisions, 'adopt' | 'approvals' | 'removed'> {
  readonly allowedSecrets: readonly AllowedSecret[];
  readonly at: Place;
}

/** Judges what would be written for everybody to read, but for what a person allowed until a day that is not over. */
export function judgeSecrets(leaks: Leaks, environment: Allowing): readonly Diagnostic[] {
  // Of an environment that is being dissolved no object is written.
  if (environment.removed !== undefined) return judgeReasons(environment);
  const found = [...leaks].flatMap(([draft, findings]) => {
    const key = keyOf(refOf(draft.manifest));
    return findings.map((finding): Found => ({ draft, key, finding, pointer: pointer(finding.path) }));
  });
  const covering = environment.allowedSecrets.map((allowed) => ({ allowed, covered: found.filter((one) => covers(allowed, one)) }));
  const silent = new Set(covering.flatMap(({ allowed, covered }) => (allowed.isOver ? [] : covered)));
  return [
    ...found.filter((one) => !silent.has(one)).map(about),
    ...covering.map(({ allowed, covered }) => account(allowed, covered.length > 0)),
    ...judgeReasons(environment),
  ];
}

/** A secret, the object that it stands in, and where. */
interface Found {
  readonly draft: Draft;
  readonly key: ObjectKey;
  readonly finding: Finding;
  readonly pointer: string;
}

function about({ draft, finding, pointer: where }: Found): Diagnostic {
  const { code, message, help } = finding;
  return errorAbout(draft, { code, message, pointer: where, ...(help === undefined ? {} : { help }) });
}

function covers({ ref, where }: AllowedSecret, found: Found): boolean {
  if (keyOf(ref) !== found.key) return false;
  return 'pattern' in where ? where.pattern === found.finding.pattern : `${found.pointer}/`.startsWith(`${where.pointer}/`);
}

/** What came of an entry: it holds, it is over, or there is nothing for it to allow. */
function account({ ref, where, until, reason, isOver, at }: AllowedSecret, isUsed: boolean): Diagnostic {
  const here = { ...at, object: ref };
  const secret = `\`${'pattern' in where ? where.pattern : pointerWithoutSecrets(where.pointer)}\` of \`${formatRef(ref)}\``;
  if (!isUsed) {
    const message = `${secret} may be a secret in clear text, but none is found there`;
    const help = 'remove the entry, or name what the error named';
    return { code: 'allowed-secret-unused', severity: 'warning', message, at: here, help };
  }
  if (isOver) {
    const message = `${secret} may be a secret in clear text no more: it was until ${until} (${reason})`;
    const help = 'remove the secret, or give a new date and reason';
    return { code: 'allowed-secret-expired', severity: 'warning', message, at: here, help };
  }
  const message = `${secret} is a secret in clear text, which is allowed until ${until} (${reason})`;
  return { code: 'secret-allowed', severity: 'note', message, at: here };
}

/** What people wrote as reasons is published with the index. */
function judgeReasons({ adopt, approvals, at }: Allowing): readonly Diagnostic[] {
  const reasons = [
    ...adopt.map(({ reason }) => ({ reason, pointer: 'adopt' })),
    ...approvals.map(({ reason }) => ({ reason, pointer: 'approvals' })),
  ];
  return reasons.flatMap(({ reason, pointer: where }): readonly Diagnostic[] => {
    const [match] = matchesIn(reason);
    if (match === undefined) return [];
    const message = `a reason holds ${match.pattern.what} in clear text (\`${match.pattern.name}\`)`;
    return [{ code: 'secret-token', severity: 'error', message, at: { ...at, pointer: where }, help: secretHelp }];
  });
}
