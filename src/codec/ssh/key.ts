import { createHash, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { stringsOf, unsignedOf } from './wire.ts';

/** How a key signs. `application` is that of a key that a token holds (FIDO), which signs in another way than the same key elsewhere. */
export type SshAlgorithm =
  | { readonly name: 'ed25519'; readonly application?: Buffer }
  | { readonly name: 'ecdsa'; readonly hash: 'sha256' | 'sha384' | 'sha512'; readonly size: number; readonly application?: Buffer }
  | { readonly name: 'rsa'; readonly size: number };

/** A public key of SSH. */
export interface SshKey {
  /** `ssh-ed25519`: what stands before it in a file. */
  readonly type: string;
  /** All of it: two keys are the same where this is. */
  readonly blob: Buffer;
  readonly algorithm: SshAlgorithm;
  readonly key: KeyObject;
}

interface Curve {
  readonly named: string;
  readonly jwk: string;
  readonly hash: 'sha256' | 'sha384' | 'sha512';
  /** Bytes of a coordinate. */
  readonly size: number;
}

/** RFC 5656, sections 6.2.1 and 10.1. */
const curves: ReadonlyMap<string, Curve> = new Map([
  ['ecdsa-sha2-nistp256', { named: 'nistp256', jwk: 'P-256', hash: 'sha256', size: 32 }],
  ['ecdsa-sha2-nistp384', { named: 'nistp384', jwk: 'P-384', hash: 'sha384', size: 48 }],
  ['ecdsa-sha2-nistp521', { named: 'nistp521', jwk: 'P-521', hash: 'sha512', size: 66 }],
  // OpenSSH, PROTOCOL.u2f.
  ['sk-ecdsa-sha2-nistp256@openssh.com', { named: 'nistp256', jwk: 'P-256', hash: 'sha256', size: 32 }],
]);

/** The types of keys that can be read. */
export const keyTypes: readonly string[] = ['ssh-ed25519', 'ssh-rsa', 'sk-ssh-ed25519@openssh.com', ...curves.keys()];

/** Bits of a modulus: shorter ones can be factored, and longer ones no program makes. */
const [shortestModulus, longestModulus] = [2048, 16_384];

/** The fingerprint of a key as `ssh-keygen -l` shows it. */
export function fingerprintOf(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/** The key of `type` that `blob` holds, or why it is none, as the end of a sentence. */
export function readSshKey(type: string, blob: Buffer): SshKey | string {
  const read = type === 'ssh-rsa' ? readRsa(blob) : curves.has(type) ? readCurve(type, blob) : readEdwards(type, blob);
  if (read === undefined) return `is no key of the type \`${type}\``;
  if (typeof read === 'string') return read;
  try {
    return { type, blob, algorithm: read.algorithm, key: createPublicKey({ format: 'jwk', key: read.jwk }) };
  } catch {
    // A point that is not on its curve.
    return `is no key of the type \`${type}\``;
  }
}

interface Read {
  readonly algorithm: SshAlgorithm;
  readonly jwk: JsonWebKey;
}

function readEdwards(type: string, blob: Buffer): Read | undefined {
  const isHeld = type.startsWith('sk-');
  const [named, point, application] = stringsOf(blob, isHeld ? 3 : 2) ?? [];
  if (named?.toString('latin1') !== type || point?.length !== 32) return undefined;
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: point.toString('base64url') };
  return { jwk, algorithm: { name: 'ed25519', ...(application === undefined ? {} : { application }) } };
}

function readCurve(type: string, blob: Buffer): Read | undefined {
  const curve = curves.get(type);
  const [named, curveName, point, application] = stringsOf(blob, type.startsWith('sk-') ? 4 : 3) ?? [];
  if (curve === undefined || named?.toString('latin1') !== type || curveName?.toString('latin1') !== curve.named) return undefined;
  const { size, hash, jwk: crv } = curve;
  // 4: both coordinates, uncompressed.
  if (point?.length !== 1 + 2 * size || point[0] !== 4) return undefined;
  const [x, y] = [point.subarray(1, 1 + size), point.subarray(1 + size)].map((coordinate) => coordinate.toString('base64url'));
  if (x === undefined || y === undefined) return undefined;
  const algorithm: SshAlgorithm = { name: 'ecdsa', hash, size, ...(application === undefined ? {} : { application }) };
  return { jwk: { kty: 'EC', crv, x, y }, algorithm };
}

function readRsa(blob: Buffer): Read | string | undefined {
  const [named, exponent, modulus] = stringsOf(blob, 3) ?? [];
  if (named?.toString('latin1') !== 'ssh-rsa' || exponent === undefined || modulus === undefined) return undefined;
  const [e, n] = [unsignedOf(exponent), unsignedOf(modulus)];
  if (e === undefined || n === undefined || e.length === 0 || e.length > 8 || n.length === 0) return undefined;
  const bits = n.length * 8 - Math.clz32(n[0] ?? 0) + 24;
  if (bits < shortestModulus) return `is an RSA key of ${bits} bits, and ${shortestModulus} are the least that is safe`;
  if (bits > longestModulus) return undefined;
  return { jwk: { kty: 'RSA', n: n.toString('base64url'), e: e.toString('base64url') }, algorithm: { name: 'rsa', size: n.length } };
}
