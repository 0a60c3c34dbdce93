/** Parameters of URLs that say which text is meant. Any other one may be a token, or a signature that lets whoever has it in. */
const telling: ReadonlySet<string> = new Set([
  'at',
  'branch',
  'commit',
  'h',
  'inline',
  'path',
  'plain',
  'raw',
  'ref',
  'ref_type',
  'tag',
  'version',
]);

/** A URL, or what is meant to be one, as anybody may see it: without who asks, without a fragment, and of its parameters only those that tell which text is meant. */
export function shownUrl(text: string): string {
  const [, before = '', query] = /^([^?#]*)(?:\?([^#]*))?/.exec(text) ?? [];
  const place = before.replace(/\/\/[^/]*@/, '//').replace(/^[^/@:]+:[^/@]*@/, '');
  if (query === undefined) return place;
  const parameters = query.split('&');
  const kept = parameters.filter((one) => telling.has(one.replace(/=.*$/s, '')));
  const rest = kept.length < parameters.length ? ['…'] : [];
  return `${place}?${[...kept, ...rest].join('&')}`;
}

/** Whether a host, as a URL has it, is this very machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/** Where git finds a repository over the network. */
export interface GitRemote {
  readonly protocol: 'https' | 'http' | 'ssh';
  /** The host as URLs have it, in lower case; an address of IPv6 stands in brackets. */
  readonly host: string;
  readonly port: number;
}

/** Why a text names no repository that may be followed over the network. */
export type GitUrlFault = 'credentials' | 'unencrypted' | 'unsupported';

// Nothing of a URL may be taken for an option of git or ssh. RE2 reads these expressions as JavaScript does.
const text = '[^\\x00-\\x20\\x7f]';
const user = '[^/@:\\x00-\\x20\\x7f-][^/@:\\x00-\\x20\\x7f]*';
const host = '([A-Za-z0-9_][A-Za-z0-9_.-]*|\\[[0-9A-Fa-f:.]+\\])';
const thisMachine = '(localhost|127\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}|\\[::1\\])';
const portAndPath = `(:[0-9]{1,5})?/${text}+`;

/** The URLs of `readGitUrl`, as an expression for RE2, too; but for what only arithmetic tells, such as the range of a port. */
export const gitUrlPattern: string = `^(${[
  `https://${host}${portAndPath}`,
  `http://${thisMachine}${portAndPath}`,
  `ssh://(${user}@)?${host}${portAndPath}`,
  `${user}@${host}:[^:\\x00-\\x20\\x7f-]${text}*`,
].join('|')})$`;

/** URLs that hold credentials, as an expression for RE2, too: a password, or a user name that is none for ssh, and then a token. */
export const gitCredentialsPattern = '^([Hh][Tt][Tt][Pp][Ss]?://[^/]*@|[A-Za-z][A-Za-z0-9+.-]*://[^/]*:[^/]*@|[^/@:]+:[^/@]*@)';

/** The URL of a forge, as an expression for RE2, too: by https, or on this machine; without who asks, and without parameters. */
export const forgeUrlPattern: string = `^(https://${host}|http://${thisMachine})(:[0-9]{1,5})?(/[^\\x00-\\x20\\x7f?#@]*)?$`;

/**
 * Reads the URL of a repository as all do who follow one, or are told of one: `https://host/path`, `ssh://user@host/path` or
 * `user@host:path`, and `http://` to this machine alone.
 */
export function readGitUrl(url: string): GitRemote | GitUrlFault {
  if (new RegExp(gitCredentialsPattern).test(url)) return 'credentials';
  if (new RegExp(gitUrlPattern).test(url)) return remoteOf(url) ?? 'unsupported';
  return new RegExp(`^http://${host}${portAndPath}$`).test(url) ? 'unencrypted' : 'unsupported';
}

function remoteOf(url: string): GitRemote | undefined {
  const [protocol] = (['https', 'http', 'ssh'] as const).filter((one) => url.startsWith(`${one}://`));
  // `user@host:path` has no place for a port.
  const read = protocol === undefined ? url.replace(/^[^@]*@(\[[^\]]*\]|[^:]*):.*$/, 'ssh://$1') : url;
  if (!URL.canParse(read)) return undefined;
  const { hostname, port } = new URL(read);
  const number = port === '' ? usualPorts[protocol ?? 'ssh'] : Number(port);
  return number === 0 ? undefined : { protocol: protocol ?? 'ssh', host: hostname.toLowerCase(), port: number };
}

/** The ports of the protocols that git speaks with servers, where a URL says no other. */
const usualPorts: Readonly<Record<GitRemote['protocol'], number>> = { https: 443, http: 80, ssh: 22 };

/** The TCP port at which git finds the repository at `url`; undefined for what `readGitUrl` refuses. */
export function gitPort(url: string): number | undefined {
  const remote = readGitUrl(url);
  return typeof remote === 'string' ? undefined : remote.port;
}
