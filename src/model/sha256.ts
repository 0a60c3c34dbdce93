import { createHash } from 'node:crypto';

/** The sha256 (FIPS 180-4) of a text, as UTF-8, or of bytes: 64 hexadecimal digits. */
export function sha256Of(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
