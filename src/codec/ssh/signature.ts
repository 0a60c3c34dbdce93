import { createHash, verify } from 'node:crypto';
import type { SshKey } from './key.ts';
import { fixedOf, readBase64, stringFrom, stringsOf, takeStrings } from './wire.ts';

/** A signature as `ssh-keygen -Y sign` makes it. Nothing of it is proved. */
export interface SshSignature {
  /** The public key that it says it is by. */
  readonly key: Buffer;
  /** What it was made for: git's are for `git`. */
  readonly namespace: string;
  readonly hash: 'sha256' | 'sha512';
  readonly signature: Buffer;
}

const magic = Buffer.from('SSHSIG');

/** Reads an armored signature (OpenSSH, PROTOCOL.sshsig); undefined for what is none, or none that was made as it is said there. */
export function readSshSignature(armored: string): SshSignature | undefined {
  const [, base64] = /^-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\r\n]+)\r?\n-----END SSH SIGNATURE-----\s*$/.exec(armored) ?? [];
  if (base64 === undefined) return undefined;
  const bytes = readBase64(base64.replaceAll(/[\r\n]/g, ''));
  const version = magic.length + 4;
  if (bytes === undefined || bytes.length < version || !bytes.subarray(0, magic.length).equals(magic)) return undefined;
  if (bytes.readUInt32BE(magic.length) !== 1) return undefined;
  const [key, namespace, , hash, signature] = stringsOf(bytes.subarray(version), 5) ?? [];
  const name = hash?.toString('latin1');
  if (key === undefined || namespace === undefined || signature === undefined || (name !== 'sha256' && name !== 'sha512')) return undefined;
  return { key, namespace: namespace.toString('utf8'), hash: name, signature };
}

/** Whether `key`, and no other one, made `given` of `message` for what it says that it is for. */
export function isSignatureOf(given: SshSignature, key: SshKey, message: Buffer): boolean {
  if (!given.key.equals(key.blob)) return false;
  const { namespace, hash, signature } = given;
  const digest = createHash(hash).update(message).digest();
  const signed = Buffer.concat([magic, stringFrom(namespace), stringFrom(''), stringFrom(hash), stringFrom(digest)]);
  const taken = takeStrings(signature, 2);
  const [format, value] = taken?.strings ?? [];
  if (taken === undefined || format === undefined || value === undefined) return false;
  return isSigned(key, signed, { format: format.toString('latin1'), value, rest: taken.rest });
}

/** The signature itself: how it was made, its bytes, and what a token says of how it made it. */
interface Made {
  readonly format: string;
  readonly value: Buffer;
  readonly rest: Buffer;
}

function isSigned({ type, algorithm, key }: SshKey, signed: Buffer, { format, value, rest }: Made): boolean {
  if (algorithm.name === 'rsa') {
    // SHA-1, which `ssh-rsa` stands for as a format, is forged.
    const hash = format === 'rsa-sha2-256' ? 'sha256' : format === 'rsa-sha2-512' ? 'sha512' : undefined;
    // Some programs leave out zeros that it begins with.
    const padded = value.length > algorithm.size ? undefined : Buffer.concat([Buffer.alloc(algorithm.size - value.length), value]);
    return hash !== undefined && padded !== undefined && rest.length === 0 && verify(hash, signed, key, padded);
  }
  const { application } = algorithm;
  const data = application === undefined ? (rest.length === 0 ? signed : undefined) : heldBy(application, rest, signed);
  if (format !== type || data === undefined) return false;
  if (algorithm.name === 'ed25519') return value.length === 64 && verify(null, data, key, value);
  const numbers = stringsOf(value, 2)?.map((number) => fixedOf(number, algorithm.size)) ?? [];
  const [r, s] = numbers;
  return r !== undefined && s !== undefined && verify(algorithm.hash, data, { key, dsaEncoding: 'ieee-p1363' }, Buffer.concat([r, s]));
}

/** What a token signs (OpenSSH, PROTOCOL.u2f): `said` are its flags, one byte, and its counter, four. */
function heldBy(application: Buffer, said: Buffer, signed: Buffer): Buffer | undefined {
  if (said.length !== 5) return undefined;
  const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();
  return Buffer.concat([sha256(application), said, sha256(signed)]);
}
