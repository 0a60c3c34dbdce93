import { crc32 } from 'node:zlib';
import { isStandIn } from './stand-in.ts';

/** Whether a token of GitHub's scheme, without its prefix, ends with the CRC32 of what stands before, in base 62. */
export function hasChecksum(token: string): boolean {
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  const given = [...token.slice(-6)].reduce((sum, digit) => sum * 62 + digits.indexOf(digit), 0);
  return given === crc32(token.slice(0, -6));
}

/** Whether a JWT (RFC 7519) says how it is signed. */
export function hasAlgorithm(token: string): boolean {
  const { alg } = partOf(token, 0);
  return typeof alg === 'string' && alg !== 'none';
}

/** Whether a token names the API server's issuer, or carries its claim (kubernetes.io/docs: bound service account tokens). */
export function isKubernetes(token: string): boolean {
  const claims = partOf(token, 1);
  return claims['iss'] === 'kubernetes/serviceaccount' || claims['kubernetes.io'] !== undefined;
}

/** The JSON of a part of a JWT; whatever else stands there is an empty object. */
function partOf(token: string, index: number): Readonly<Record<string, unknown>> {
  try {
    const part: unknown = JSON.parse(decoded(token.split('.')[index] ?? ''));
    return typeof part === 'object' && part !== null ? { ...part } : {};
  } catch {
    return {};
  }
}

/** Whether a text is `user:password`, and that no stand-in (the `auth` of Docker's `config.json`). */
export function isUserAndPassword(text: string): boolean {
  const found = /^[\x20-\x39\x3b-\x7e]+:([\x20-\x7e]{3,})$/.exec(text);
  return found !== null && !isStandIn(found[1] ?? '');
}

/** The text that is `base64`, in either alphabet. */
export function decoded(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}
