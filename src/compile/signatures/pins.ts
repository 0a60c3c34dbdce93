import type { Diagnostic, Place } from '../../model/diagnostic.ts';
import { parseImage, repositoryOf } from '../../model/image.ts';
import { type Lockfile, type Pin, type PinChange, pinOf } from '../../model/lockfile.ts';
import { compareText } from '../../model/ref.ts';
import { sha256Of } from '../../model/sha256.ts';
import { lockPathOf } from '../given.ts';
import { oneName, ruleFor } from '../repositories.ts';
import type { SigningKey } from './keys.ts';
import type { SignatureRule } from './rules.ts';

/**
 * What a pin notes of the key that was found to have signed it: a hash of the key and of what it has signed, so that no other digest and
 * no other repository has the same note. Whoever means to can compute it: it is no proof, and `pin --check` takes it for none.
 */
export function noteOf({ fingerprint }: SigningKey, image: string, digest: string): string {
  return `sha256:${sha256Of(`${fingerprint} ${oneName(repositoryOf(image))}@${digest}`)}`;
}

/** Whether a pin of an image says of its digest that one of the keys that it has to be signed by was found to have signed. */
function isNoted({ signed, digest }: Pin, image: string, { value: keys }: SignatureRule): boolean {
  return keys.some((key) => noteOf(key, image, digest) === signed);
}

/** What is known where it is decided which signatures are looked for. */
interface Signing {
  readonly rules: readonly SignatureRule[];
  readonly images: readonly string[];
  /** The lock as it is, and as it is to be written. */
  readonly lock: Lockfile;
  readonly after: Lockfile;
  /** Newer tags that are to stand in, by image. */
  readonly upgraded?: ReadonlyMap<string, string>;
}

/** A digest that has to be signed, of an image as charts write it. */
export interface Unverified {
  readonly image: string;
  readonly digest: string;
  readonly rule: SignatureRule;
  /** The note that its pin has already. Of several keys one suffices: whichever signed, it stays. */
  readonly noted: string | undefined;
  /** The newer tag that is to stand in: without a signature it does not. */
  readonly newer: string | undefined;
}

/**
 * The digests whose signatures are looked for: those that are written into the lock, and those of which it does not say that they are
 * signed. A check looks for the signatures of all that the lock holds, since what it says of them is only what somebody wrote there, and
 * of what is newer.
 */
export function unverified({ rules, images, lock, after, upgraded }: Signing, isCheck: boolean): readonly Unverified[] {
  return images.flatMap((image): readonly Unverified[] => {
    const rule = ruleFor(rules, image);
    const [before, pin] = [lock, after].map((one) => pinOf(one, image));
    if (rule === undefined || pin === undefined) return [];
    const newer = upgraded?.get(image);
    const written = { image, rule, digest: pin.digest, noted: isNoted(pin, image, rule) ? pin.signed : undefined, newer };
    if (!isCheck) return written.noted === undefined ? [written] : [];
    if (before === undefined) return [written];
    const noted = isNoted(before, image, rule) ? before.signed : undefined;
    return [{ image, rule, digest: before.digest, noted, newer: undefined }, ...(newer === undefined ? [] : [written])];
  });
}

/** The pins of `lock`, each with the note that `other` has of the same digest where its own is not what the rules ask for. */
export function withNotesOf(other: Lockfile, lock: Lockfile, rules: readonly SignatureRule[]): Lockfile {
  const images = Object.entries(lock.images).map(([image, pin]): readonly [string, Pin] => {
    const rule = ruleFor(rules, image);
    const there = pinOf(other, image);
    const isTheirs = rule !== undefined && !isNoted(pin, image, rule) && there?.digest === pin.digest && isNoted(there, image, rule);
    return [image, isTheirs ? { ...pin, signed: there.signed ?? '' } : pin];
  });
  return { ...lock, images: Object.fromEntries(images) };
}

/** The lock with notes of the keys that were found to have signed, by image, and the changes with those that are no more than that. */
export function withSignatures(
  { lock, after, changes }: { readonly lock: Lockfile; readonly after: Lockfile; readonly changes: readonly PinChange[] },
  signed: ReadonlyMap<string, string>,
): { readonly after: Lockfile; readonly changes: readonly PinChange[] } {
  const noted = new Map(changes.map((change) => [change.image, change]));
  const images = { ...after.images };
  for (const [image, note] of signed) {
    const pin = images[image];
    if (pin === undefined) continue;
    images[image] = { ...pin, signed: note };
    const { status = 'same' } = noted.get(image) ?? {};
    if (status === 'same' && lock.images[image]?.signed !== note)
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
    if (pin === undefined || isNoted(pin, image, rule)) return [];
    const what = pin.signed === undefined ? 'its pin does not say that it is' : 'what its pin notes is not of this digest and such a key';
    const help = `\`lockstep pin ${environment}\` looks for its signature, and notes it`;
    return [error(`\`${image}\` has to be signed by ${by}, and ${what}`, help, { file: lockPathOf(environment), environment })];
  });
}
