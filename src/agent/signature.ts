import type { SignedCommit } from '../codec/signed-commit.ts';
import { type AllowedSigner, type AllowedSigners, fitsPatterns } from '../codec/ssh/allowed-signers.ts';
import { fingerprintOf } from '../codec/ssh/key.ts';
import { isSignatureOf, readSshSignature } from '../codec/ssh/signature.ts';
import type { FoundSignature, SignatureFormat } from '../ports.ts';

/** What git's signatures say that they are made for. */
const namespace = 'git';

/**
 * What the signature of a commit says, judged as `git verify-commit` judges it: by the time at which the commit says that it was made. It is
 * the very commit that is judged, and no program is needed. Only signatures by SSH are believed.
 */
export function judgeSignature({ signature, payload, committed }: SignedCommit, { signers }: AllowedSigners): FoundSignature {
  if (signature === undefined) return { state: 'missing', format: undefined, signer: '', key: '' };
  const format = formatOf(signature);
  if (format !== 'ssh') return { state: 'untrusted', format, signer: '', key: '' };
  const read = readSshSignature(signature);
  if (read === undefined) return { state: 'bad', format, signer: '', key: '' };
  const key = fingerprintOf(read.key);
  const named = signers.filter((one) => one.key.blob.equals(read.key));
  const [first] = named;
  if (first === undefined) return { state: 'untrusted', format, signer: '', key };
  const signer = first.principal;
  if (read.namespace !== namespace || !isSignatureOf(read, first.key, payload)) return { state: 'bad', format, signer, key };
  const allowed = named.filter(({ namespaces }) => namespaces === undefined || fitsPatterns(namespace, namespaces));
  if (allowed.length === 0) return { state: 'untrusted', format, signer, key };
  const valid = allowed.find((one) => isValidAt(one, committed));
  return valid === undefined ? { state: 'expired', format, signer, key } : { state: 'good', format, signer: valid.principal, key };
}

function isValidAt({ validAfter, validBefore }: AllowedSigner, seconds: number): boolean {
  return (validAfter === undefined || seconds >= validAfter) && (validBefore === undefined || seconds <= validBefore);
}

/** As git tells them apart: by how they begin. */
function formatOf(signature: string): SignatureFormat {
  if (signature.startsWith('-----BEGIN SSH SIGNATURE-----')) return 'ssh';
  return signature.startsWith('-----BEGIN SIGNED MESSAGE-----') ? 'x509' : 'openpgp';
}
