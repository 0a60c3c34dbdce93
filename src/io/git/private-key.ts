import { createPrivateKey } from 'node:crypto';

/** What the text of a file for a private key is. */
export type PrivateKeyForm = 'usable' | 'encrypted' | 'none';

/** What a private key in any form that OpenSSH reads is: its own, PKCS #8, or the older ones of PEM. */
export function privateKeyForm(text: string): PrivateKeyForm {
  const [, label, body = ''] = /-----BEGIN ((?:[A-Z]+ )*PRIVATE KEY)-----([\s\S]*?)-----END \1-----/.exec(text) ?? [];
  if (label === undefined) return 'none';
  if (label.startsWith('ENCRYPTED ') || /^Proc-Type: *4,ENCRYPTED/m.test(body)) return 'encrypted';
  if (label !== 'OPENSSH PRIVATE KEY') return 'usable';
  const cipher = cipherOf(Buffer.from(body, 'base64'));
  if (cipher === undefined) return 'none';
  return cipher === 'none' ? 'usable' : 'encrypted';
}

/** Whether a text in PEM is an RSA key without a passphrase. */
export function isRsaKey(text: string): boolean {
  try {
    return createPrivateKey(text).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}

/** The cipher that OpenSSH's own form names first, behind its mark: a length in four bytes, and that many letters (PROTOCOL.key). */
function cipherOf(bytes: Buffer): string | undefined {
  const mark = Buffer.from('openssh-key-v1\0', 'latin1');
  const start = mark.length + 4;
  if (bytes.length < start || !bytes.subarray(0, mark.length).equals(mark)) return undefined;
  return bytes.toString('latin1', start, start + bytes.readUInt32BE(mark.length));
}
