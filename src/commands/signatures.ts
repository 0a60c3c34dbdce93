import { oneName } from '../compile/repositories.ts';
import { noteOf, type Unverified } from '../compile/signatures/pins.ts';
import { judgeClaim, type Rejected, type Unsigned, type Verified, whyUnsigned } from '../compile/signatures/verify.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { parseImage, repositoryOf } from '../model/image.ts';
import { type Asking, askAll } from './registries.ts';

/** What came of looking for signatures. */
export interface Verification {
  /** By image the note of the key that has signed it. */
  readonly signed: ReadonlyMap<string, string>;
  /** Why nobody knows of one. */
  readonly failed: readonly Failure[];
  /** Images with newer tags for which nobody has signed: those can be passed over. */
  readonly unfit: readonly (readonly [image: string, newer: { readonly tag: string }])[];
}

/** Looks for the signatures of digests, for each environment what it needs. A digest is looked for once for the same keys. */
export function openVerifier(asking: Asking): (wanted: readonly (readonly Unverified[])[]) => Promise<readonly Verification[]> {
  const known = new Map<string, Verified | Failure>();
  return async (wanted) => {
    const unknown = wanted.flat().filter((one) => !known.has(nameOf(one)));
    const answers = await askAll(asking, new Map(unknown.map((one) => [nameOf(one), one])), (one) => verify(asking, one));
    for (const [name, answer] of [...answers.found, ...answers.failed]) known.set(name, answer);
    return wanted.map((needed) => verificationOf(needed, known));
  };
}

/** Looks at what a registry keeps as signatures, one after the other, until one is good. */
async function verify({ registry, signal }: Asking, { image, digest, rule }: Unverified): Promise<Verified> {
  const reference = parseImage(image);
  const signable = { digest, keys: rule.value, repository: oneName(repositoryOf(image)) };
  const rejected: Rejected[] = [];
  if (reference === undefined) return { ok: false, ...whyUnsigned(rejected, signable) };
  for await (const claim of registry.signatures(reference, digest, signal)) {
    const judged = judgeClaim(claim, signable);
    if (judged.ok) return judged;
    rejected.push(judged);
  }
  return { ok: false, ...whyUnsigned(rejected, signable) };
}

function verificationOf(needed: readonly Unverified[], known: ReadonlyMap<string, Verified | Failure>): Verification {
  const signed = new Map<string, string>();
  const failed: Failure[] = [];
  const unfit: (readonly [image: string, newer: { readonly tag: string }])[] = [];
  for (const one of needed) {
    const { image, digest, noted, newer } = one;
    const answer = known.get(nameOf(one)) ?? unsigned(one, { why: 'it was not looked for' });
    if (answer instanceof Failure) failed.push(answer);
    else if (answer.ok) signed.set(image, noted ?? noteOf(answer.key, image, digest));
    else if (newer !== undefined) unfit.push([image, { tag: newer }]);
    else failed.push(unsigned(one, answer));
  }
  return { signed, failed, unfit };
}

function nameOf({ image, digest, rule }: Unverified): string {
  return [`${repositoryOf(image)}@${digest}`, ...rule.value.map(({ fingerprint }) => fingerprint)].join(' ');
}

const signing = 'sign it: `cosign sign --key cosign.key <repository>@<digest>`; or correct `signatures` in the environment';

function unsigned({ image, digest, rule }: Unverified, { why, help = signing }: Unsigned): Failure {
  const keys = rule.value.map(({ name }) => `\`${name}\``).join(' or ');
  return new Failure('image-not-signed', `\`${image}\` (${digest.slice(0, 19)}) has to be signed by ${keys}: ${why}`, {
    help,
    exit: exitCodes.refused,
  });
}
