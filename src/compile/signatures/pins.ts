import type { Diagnostic, Place } from '../../model/diagnostic.ts';
import { parseImage } from '../../model/image.ts';
import { type Lockfile, type PinChange, pinOf } from '../../model/lockfile.ts';
import { compareText } from '../../model/ref.ts';
import { lockPathOf } from '../given.ts';
import { ruleFor } from '../repositories.ts';
import type { SignatureRule } from './rules.ts';

/** Whether the pin of an image says that one of the keys that it has to be signed by was found to have signed. */
function isNoted(signed: string | undefined, { value: keys }: SignatureRule): boolean {
  return keys.some(({ fingerprint }) => fingerprint === signed);
}

/** What is known where it is decided which signatures are looked for. */
interface Signing {
  readonly rules: readonly SignatureRule[];
  readonly images: readonly string[];
  /** The lock as it is, and as it is to be written. */
  readonly lock: Lockfile;
  readonly after: Lockfile;
}

/** A digest that has to be signed, of an image as charts write it. */
export interface Unverified {
  readonly image: string;
  readonly digest: string;
  readonly rule: SignatureRule;
}

/**
 * The digests whose signatures are looked for: those that are written into the lock, and those of which it does not say that they are
 * signed. A check looks for the signatures of all that the lock holds: what it says of them is only what somebody wrote there.
 */
export function unverified({ rules, images, lock, after }: Signing, isCheck: boolean): readonly Unverified[] {
  return images.flatMap((image): readonly Unverified[] => {
    const rule = ruleFor(rules, image);
    const [before, pin] = [lock, after].map((one) => pinOf(one, image));
    if (rule === undefined || pin === undefined) return [];
    if (isCheck) return [{ image, rule, digest: (before ?? pin).digest }];
    return isNoted(pin.signed, rule) ? [] : [{ image, rule, digest: pin.digest }];
  });
}

/** The lock with the keys that were found to have signed noted in it, and the changes with those that are no more than that. */
export function withSignatures(
  { lock, after, changes }: { readonly lock: Lockfile; readonly after: Lockfile; readonly changes: readonly PinChange[] },
  signed: ReadonlyMap<string, string>,
): { readonly after: Lockfile; readonly changes: readonly PinChange[] } {
  const noted = new Map(changes.map((change) => [change.image, change]));
  const images = { ...after.images };
  for (const [image, fingerprint] of signed) {
    const pin = images[image];
    if (pin === undefined) continue;
    images[image] = { ...pin, signed: fingerprint };
    const { status = 'same' } = noted.get(image) ?? {};
    if (status === 'same' && lock.images[image]?.signed !== fingerprint)
      noted.set(image, { image, status: 'signed', tag: pin.tag, digest: pin.digest, was: pin.digest, platforms: pin.platforms ?? [] });
  }
  return { after: { ...after, images }, changes: [...noted.values()].toSorted((a, b) => compareText(a.image, b.image)) };
}

/** Images that have to be signed, and whose pins do not say that they were. What is not pinned at all is told elsewhere. */
export function unsignedPins(
  images: readonly string[],
  { rules, lock, environment }: { readonly rules: readonly SignatureRule[]; readonly lock: Lockfile; readonly environment: string },
): readonly Diagnostic[] {
  return images.flatMap((image): readonly Diagnostic[] => {
    const rule = ruleFor(rules, image);
    if (rule === undefined || rule.value.length === 0) return [];
    const by = rule.value.map(({ name }) => `\`${name}\``).join(' or ');
    const error = (message: string, help: string, at: Place): Diagnostic => ({
      code: 'image-not-signed',
      severity: 'error',
      message,
      at,
      help,
    });
    if (parseImage(image)?.digest !== undefined) {
      const message = `\`${image}\` has to be signed by ${by}, and with a digest of its own it is never looked at`;
      return [error(message, 'leave the digest out in the chart: the lock holds it', { environment })];
    }
    const pin = pinOf(lock, image);
    if (pin === undefined || isNoted(pin.signed, rule)) return [];
    const what = pin.signed === undefined ? 'its pin does not say that it is' : `its pin names another key, \`${pin.signed}\``;
    const help = `\`lockstep pin ${environment}\` looks for its signature, and notes it`;
    return [error(`\`${image}\` has to be signed by ${by}, and ${what}`, help, { file: lockPathOf(environment), environment })];
  });
}
