import type { SecretName } from './names.ts';
import { isStandIn } from './stand-in.ts';

/** A person's password has at least so many signs; what is shorter is more often a word than a secret. */
const passwordLength = 8;

/** A machine's token or key has at least so many signs. */
const tokenLength = 16;

/** Bits a sign (Shannon) that the signs of a token have at least: of 16 random hexadecimal ones it is about 3.2. */
const tokenEntropy = 2.5;

/** What no field needs to hide, whatever its name: numbers and times, paths, URLs, digests, UUIDs, hashes of passwords, public keys. */
const open =
  /^(?:[\d.,:%+-]*[a-zA-Z]{0,3}|\.{0,2}\/.*|~\/.*|[a-z][a-z0-9+.-]*:\/\/.*|(?:sha\d{1,3}|md5):[0-9a-f]+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\$(?:2[abxy]?|[156y]|apr1|argon2\w*|pbkdf2\S*)\$.*|ssh-\w+ .*|-----BEGIN (?:CERTIFICATE|PUBLIC KEY|RSA PUBLIC KEY)-----.*)$/s;

/**
 * Whether a text in a field whose name says `name` is the secret itself, and neither a reference nor a placeholder nor a
 * name. It has no space in it, and is no chain of words, as names are: `db-credentials`, `my.token.v2`, `AdminPassword`.
 */
export function isLiteralSecret(name: SecretName, value: string): boolean {
  if (name === 'connection') return hasPassword(value);
  if (/\s/.test(value) || value.length > 10_000 || open.test(value) || isStandIn(value) || isWords(value)) return false;
  return name === 'password' ? value.length >= passwordLength : value.length >= tokenLength && entropy(value) >= tokenEntropy;
}

/** Whether a connection string (`Server=…;Password=…`) has a password in it. One that is a URL is a matter of the patterns. */
function hasPassword(value: string): boolean {
  const found = /(?:^|;)\s{0,5}(?:password|pwd)\s{0,5}=\s{0,5}([^;]{4,200})/i.exec(value);
  return found !== null && !isStandIn(found[1] ?? '');
}

/** The name of an object (RFC 1123), whose last part may be a digest of ten signs, as kustomize and cdk8s append it. */
const objectName = /^[a-z]{2,}\d{0,3}(?:[-.][a-z0-9]{1,10})+$/;

/** Whether a value is made of words, or is a path of words to something that is called as it may (`projects/12/secrets/db`). */
function isWords(value: string): boolean {
  const folders = value.split('/').slice(0, -1);
  return (
    objectName.test(value) || isChain(value) || (folders.length > 0 && folders.every((folder) => folder.length > 1 && isChain(folder)))
  );
}

/** Whether every part between signs is a word: at most four letters or digits, digits, or letters as a word has them with few digits behind. */
function isChain(value: string): boolean {
  return value
    .split(/[-_.:/@]/)
    .every((part) => part.length <= 4 || /^\d+$|^(?:[A-Z]?[a-z]+|[A-Z]+)(?:[A-Z][a-z]{2,})*\d{0,3}$/.test(part));
}

/** Bits that a sign of `text` tells, by how often each stands in it. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const sign of text) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0);
}
