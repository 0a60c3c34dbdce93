import { createHash, createPublicKey, type KeyObject } from 'node:crypto';

/** A key that signatures are verified by. */
export interface SigningKey {
  /** As authors know it: the file, or the beginning of its fingerprint. */
  readonly name: string;
  /** `sha256:` and 64 hexadecimal digits: of its SubjectPublicKeyInfo (RFC 5280), in DER. */
  readonly fingerprint: string;
  readonly key: KeyObject;
  /** The hashes that it may sign: the sizes of some keys allow for two. */
  readonly hashes: readonly (string | null)[];
}

/** Whether a text may be a key, whatever it was meant to be: then nothing of it is told. No file of a project is called so. */
export function isKeyLike(text: string): boolean {
  return /-----|[\r\n]|[A-Za-z0-9+/=]{64}/.test(text);
}

/** Whether an author wrote a key itself, and no file. */
export function isPem(text: string): boolean {
  return text.trimStart().startsWith('-----BEGIN');
}

/** Why a text is no key that images are signed by, and what to do where it is not to give another one. */
export interface UnfitKey {
  readonly problem: string;
  readonly help?: string;
}

/** A public key in PEM, or why there is none in `text`. Nothing of the text is told: it may be a private key. */
export function readSigningKey(text: string, file: string | undefined): SigningKey | UnfitKey {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) return { problem: 'a private key, which belongs to who signs, and into no project' };
  // What else stands in PEM, Node would take a public key out of: a certificate has an end, and was vouched for.
  if (!/^\s*-----BEGIN (?:RSA )?PUBLIC KEY-----/.test(text)) return { problem: 'no public key in PEM' };
  // Only the first would ever be looked at.
  if (text.split('-----BEGIN').length > 2)
    return { problem: 'several keys in one', help: "give each of them: `key: ['./keys/one.pub', './keys/another.pub']`" };
  const key = keyIn(text);
  if (key === undefined) return { problem: 'no public key in PEM' };
  const hashes = hashesOf(key);
  if (hashes === undefined)
    return { problem: 'a key of a type that signs no images: use ECDSA (P-256, P-384), RSA (2048 bits or more) or Ed25519' };
  const fingerprint = `sha256:${createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex')}`;
  return { name: file ?? fingerprint.slice(0, 'sha256:'.length + 12), fingerprint, key, hashes };
}

function keyIn(text: string): KeyObject | undefined {
  try {
    return createPublicKey(text);
  } catch {
    return undefined;
  }
}

/** What Sigstore signs with each type of key: Cosign takes SHA-256 for all, its newer libraries what is as long as the key. */
function hashesOf({ asymmetricKeyType: type, asymmetricKeyDetails: details = {} }: KeyObject): SigningKey['hashes'] | undefined {
  if (type === 'ed25519') return [null];
  if (type === 'rsa') return (details.modulusLength ?? 0) >= 2048 ? ['sha256'] : undefined;
  if (type !== 'ec') return undefined;
  return details.namedCurve === 'prime256v1' ? ['sha256'] : details.namedCurve === 'secp384r1' ? ['sha256', 'sha384'] : undefined;
}
