import { verify } from 'node:crypto';
import { type SignatureClaim, signingType } from '../../model/claim.ts';
import { namesRegistry, parseImage, repositoryOf } from '../../model/image.ts';
import { isObject, type JsonObject, listAt, objectAt, stringAt } from '../../model/json.ts';
import { oneName } from '../repositories.ts';
import type { SigningKey } from './keys.ts';

/** What has to be signed, and by whom. */
export interface Signable {
  /** The repository with its registry. */
  readonly repository: string;
  readonly digest: string;
  /** One of them suffices. */
  readonly keys: readonly SigningKey[];
}

/** The key that has signed, or why none has. */
export type Verified = { readonly ok: true; readonly key: SigningKey } | ({ readonly ok: false } & Unsigned);

/** Why no key has signed: a clause, and what to do where it is not to sign. */
export interface Unsigned {
  readonly why: string;
  readonly help?: string;
}

/** What a claim is worth that nobody can be trusted for: how many signatures it has, and what those by one of the keys are about. */
export interface Rejected {
  readonly ok: false;
  readonly signatures: number;
  readonly wrong: readonly string[];
  /** Which signatures alone are looked at, where there are more. */
  readonly bound?: string;
  /** Whether one may be by one of the keys, in a form that is not supported: Ed25519ph (RFC 8032). */
  readonly isPrehashed?: boolean;
}

/** Whether one of the keys has signed a claim, and whether it is about this very image. */
export function judgeClaim(claim: SignatureClaim, signable: Signable): Extract<Verified, { readonly ok: true }> | Rejected {
  if (claim.form === 'unread') return { ok: false, signatures: 0, wrong: [], bound: claim.bound };
  const read = signedIn(claim);
  const wrong: string[] = [];
  for (const { bytes, signature, problemWith } of read) {
    const key = signable.keys.find((one) => isSignedBy(one, bytes, signature));
    if (key === undefined) continue;
    const problem = problemWith(signable);
    if (problem === undefined) return { ok: true, key };
    wrong.push(problem);
  }
  const isPrehashed = claim.form === 'bundle' && read.some(({ signature }) => mayBePrehashed(claim.bundle, signature, signable));
  return { ok: false, signatures: read.length, wrong, isPrehashed };
}

/** Why none of the claims of an image is good. */
export function whyUnsigned(claims: readonly Rejected[], { keys }: Pick<Signable, 'keys'>): Unsigned {
  const count = claims.reduce((sum, { signatures }) => sum + signatures, 0);
  const [bound] = claims.flatMap((claim) => claim.bound ?? []);
  const rest = bound === undefined ? '' : `; there are more, of which only ${bound} are looked at`;
  if (count === 0) return { why: bound === undefined ? 'it has no signature' : `no signature was found${rest}` };
  const by = keys.map(({ name }) => `\`${name}\``).join(' or ');
  const [wrong] = claims.flatMap((claim) => claim.wrong);
  if (wrong !== undefined) return { why: `what ${by} has signed is ${wrong}${rest}` };
  const why = `none of its signatures (${count}) is by ${by}`;
  if (!claims.some(({ isPrehashed }) => isPrehashed)) return { why: `${why}${rest}` };
  return {
    why: `${why}, but for what may be one by Ed25519ph, as Cosign 3 signs with such a key: that is not supported${rest}`,
    help: 'sign it with an ECDSA key (`cosign generate-key-pair`), and name its public key in `signatures` of the environment',
  };
}

/** Bytes of a signature by Ed25519, of what it signs (RFC 8032) or of a hash of that; those of other keys have other lengths. */
const ed25519Length = 64;

/** Whether a signature in a bundle that no key fits may be by one of them all the same: a bundle names its key by a hash, or does not. */
function mayBePrehashed(bundle: Uint8Array, signature: string, { keys }: Signable): boolean {
  if (Buffer.from(signature, 'base64').length !== ed25519Length) return false;
  const hint = stringAt(jsonIn(bundle), 'verificationMaterial', 'publicKey', 'hint');
  const named = hint === undefined ? undefined : `sha256:${Buffer.from(hint, 'base64').toString('hex')}`;
  return keys.some(({ key, fingerprint }) => key.asymmetricKeyType === 'ed25519' && (named === undefined || named === fingerprint));
}

/** Signatures in one envelope that are looked at; Sigstore makes one. */
const maxSignatures = 10;

/** Bytes with a signature, and what they say, which is only looked at once the signature is good. */
interface Signed {
  readonly bytes: Uint8Array;
  readonly signature: string;
  readonly problemWith: (signable: Signable) => string | undefined;
}

function signedIn(claim: Exclude<SignatureClaim, { readonly form: 'unread' }>): readonly Signed[] {
  if (claim.form === 'simple') {
    const { payload, signature } = claim;
    return [{ bytes: payload, signature, problemWith: (signable) => payloadProblem(jsonIn(payload), signable) }];
  }
  const envelope = objectAt(jsonIn(claim.bundle) ?? {}, 'dsseEnvelope');
  const [type, text] = [stringAt(envelope, 'payloadType'), stringAt(envelope, 'payload')];
  if (type !== statementType || text === undefined) return [];
  const statement = Buffer.from(text, 'base64');
  return listAt(envelope, 'signatures')
    .slice(0, maxSignatures)
    .flatMap((one): readonly Signed[] => {
      const signature = stringAt(one, 'sig');
      if (signature === undefined) return [];
      return [
        { bytes: preAuthenticated(type, statement), signature, problemWith: (signable) => statementProblem(jsonIn(statement), signable) },
      ];
    });
}

function isSignedBy({ key, hashes }: SigningKey, bytes: Uint8Array, signature: string): boolean {
  const given = Buffer.from(signature, 'base64');
  return hashes.some((hash) => {
    try {
      return verify(hash, bytes, key, given);
    } catch {
      // What OpenSSL cannot read as a signature is none.
      return false;
    }
  });
}

/** What is wrong with a payload of Cosign (sigstore/cosign, specs/SIGNATURE_SPEC.md). */
function payloadProblem(payload: JsonObject | undefined, { digest, repository }: Signable): string | undefined {
  const critical = objectAt(payload ?? {}, 'critical');
  if (stringAt(critical, 'type') !== 'cosign container image signature') return 'no image';
  if (stringAt(critical, 'image', 'docker-manifest-digest') !== digest) return 'another image';
  const named = stringAt(critical, 'identity', 'docker-reference') ?? '';
  const home = oneName(repositoryOf(named));
  return home === repository ? undefined : asAnother(home, repository);
}

function asAnother(home: string, repository: string): string {
  return `this image as \`${home.slice(0, 255)}\`, and not as \`${repository}\``;
}

const statementType = 'application/vnd.in-toto+json';

/** What is wrong with a statement (in-toto Attestation Framework): Cosign states of an image that it is signed. */
function statementProblem(statement: JsonObject | undefined, { digest, repository }: Signable): string | undefined {
  const type = stringAt(statement, '_type') ?? '';
  const isSigning = stringAt(statement, 'predicateType') === signingType;
  if (!/^https:\/\/in-toto\.io\/Statement\/v(?:0\.1|1)$/.test(type) || !isSigning) return 'a statement that is no signature';
  const meant = listAt(statement, 'subject').filter((subject) => `sha256:${stringAt(subject, 'digest', 'sha256')}` === digest);
  if (meant.length === 0) return 'another image';
  const homes = meant.map((subject) => homeIn(stringAt(subject, 'name') ?? ''));
  const [other] = homes.filter((home) => home !== undefined);
  return other === undefined || homes.some((home) => home === undefined || home === repository) ? undefined : asAnother(other, repository);
}

/** The repository that the name of a subject tells with its registry. Cosign tells none, and other names are names of anything. */
function homeIn(name: string): string | undefined {
  const repository = parseImage(name)?.repository;
  return repository !== undefined && namesRegistry(repository) ? oneName(repository) : undefined;
}

/** What a signature in an envelope is made of (secure-systems-lab/dsse, protocol.md). */
function preAuthenticated(type: string, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `), payload]);
}

function jsonIn(bytes: Uint8Array): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
