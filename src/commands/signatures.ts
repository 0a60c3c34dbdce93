import { oneName } from '../compile/repositories.ts';
import { noteOf, type Unverified } from '../compile/signatures/pins.ts';
import { verifyClaims } from '../compile/signatures/verify.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { repositoryOf } from '../model/image.ts';
import { type Asking, askForSignatures } from './registries.ts';

/** What came of looking for signatures: by image the note of the key that has signed it, or why nobody knows of one. */
export interface Verification {
  readonly signed: ReadonlyMap<string, string>;
  readonly failed: readonly Failure[];
}

/** Looks for the signatures of digests, for each environment what it needs. Each digest is asked for once. */
export async function verifySignatures(asking: Asking, wanted: readonly (readonly Unverified[])[]): Promise<readonly Verification[]> {
  const claims = await askForSignatures(asking, wanted.flat().map(nameOf));
  return wanted.map((needed) => {
    const outcomes = needed.map((one): readonly [image: string, key: string | Failure] => {
      const found = claims.found.get(nameOf(one));
      if (found === undefined) return [one.image, claims.failed.get(nameOf(one)) ?? unsigned(one, 'it was not looked for')];
      const { digest, rule } = one;
      const verified = verifyClaims(found, { digest, keys: rule.value, repository: oneName(repositoryOf(one.image)) });
      return [one.image, verified.ok ? (one.noted ?? noteOf(verified.key, one.image, digest)) : unsigned(one, verified.why)];
    });
    return {
      signed: new Map(outcomes.flatMap(([image, key]) => (typeof key === 'string' ? [[image, key]] : []))),
      failed: outcomes.flatMap(([, key]) => (typeof key === 'string' ? [] : [key])),
    };
  });
}

function nameOf(one: Unverified): string {
  return `${repositoryOf(one.image)}@${one.digest}`;
}

function unsigned({ image, digest, rule }: Unverified, why: string): Failure {
  const keys = rule.value.map(({ name }) => `\`${name}\``).join(' or ');
  return new Failure('image-not-signed', `\`${image}\` (${digest.slice(0, 19)}) has to be signed by ${keys}: ${why}`, {
    help: 'sign it: `cosign sign --key cosign.key <repository>@<digest>`; or correct `signatures` in the environment',
    exit: exitCodes.refused,
  });
}
