/** What a name may hold anywhere, without signs and in lower case. What is hidden by mistake is still told as changed. */
const anywhere =
  /passw(?:or)?d|passphrase|pwd|secret|token|credential|hmac|(?:api|private|access|encryption|signing|master|account|ssh|deploy|tls)key|connectionstring|connstr|webhookur[il]/;

/** What is one only as a word of its own: `REDIS_AUTH`, and not `author`. */
const words: ReadonlySet<string> = new Set(['pw', 'pat', 'pass', 'auth', 'authorization', 'creds', 'dsn', 'jwt', 'bearer']);

/** `requirepass`, `dbpass`, and neither `bypass` nor nginx's `proxy_pass`. */
const pass = /(?<!by|proxy|com)pass$/;

/** What says where a secret is, by its name. */
const reference = /(?:Refs?|[Nn]ames?|[_.-](?:refs?|REFS?|NAMES?))$/;

/** A longer name is most likely none. */
const longestName = 200;

/** Whether what stands under `name` may be a secret: of more names than those that the compiler refuses. */
export function looksSecret(name: string): boolean {
  if (name.length > longestName) return false;
  const last = name.slice(name.lastIndexOf('/') + 1);
  if (reference.test(last)) return false;
  const plain = last.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  if (anywhere.test(plain)) return true;
  const bare = plain.replace(/\d{1,3}$/, '');
  return (
    pass.test(bare) || /masterauth$|webhook$/.test(bare) || (wordsOf(last).some((word) => words.has(word)) && !/proxypass$/.test(bare))
  );
}

function wordsOf(name: string): readonly string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/);
}
