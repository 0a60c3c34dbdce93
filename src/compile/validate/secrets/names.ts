/** What the name of a field says of its value: a person's password, a machine's token or key, or a connection with one in it. */
export type SecretName = 'password' | 'token' | 'connection';

/**
 * What names end with, without signs and in lower case. What stands behind it makes it another thing: `secretName`,
 * `passwordSecretRef`, `tokenExpirationSeconds`, `passwordFile`. An `accessKey` alone may be the public half.
 */
const endings: readonly (readonly [SecretName, RegExp])[] = [
  ['password', /(?:password|passwd|passphrase|pwd)$/],
  ['token', /(?:secret|token|credentials?)$/],
  ['token', /(?:api|private|secret|secretaccess|sharedaccess|storageaccess|account|encryption|signing|master|auth)key$|secretkeybase$/],
  ['connection', /(?:connectionstring|connstr(?:ing)?)$/],
];

/** Tokens that are no secrets: places in a list, marks against repetition, what a name says itself. */
const harmless =
  /(?:page|next|continue|continuation|idempotency|client|sync|public|csrf)token$|(?:existing|imagepull|pull|tls|ca|cert)secret$/;

/** What `name` says of the value that it stands for; undefined when that may be anything. */
export function secretName(name: string): SecretName | undefined {
  if (name.length > 100) return undefined;
  const last = name.slice(name.lastIndexOf('/') + 1);
  const plain = last
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
    .replace(/\d{1,3}$/, '');
  if (harmless.test(plain)) return undefined;
  // `SMTP_PASS`, and neither `bypass` nor nginx's `proxy_pass`.
  if (/[_.-]pass$/i.test(last) && !/proxy[_.-]pass$/i.test(last)) return 'password';
  return endings.find(([, ending]) => ending.test(plain))?.[0];
}
