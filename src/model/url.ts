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

/** The ports of the protocols that git speaks with servers, where a URL says no other. */
const gitPorts: Readonly<Record<string, number>> = { https: 443, http: 80, ssh: 22 };

/**
 * The TCP port at which git finds the repository at `url`: `https://host/path`, `ssh://user@host/path` or `user@host:path`. Undefined for
 * anything else, such as a path, and for a URL with a password in it.
 */
export function gitPort(url: string): number | undefined {
  if (/^[^/@:\s]+@(?:[^/@:\s[]+|\[[0-9a-fA-F:.]+\]):[^\s]+$/.test(url)) return gitPorts['ssh'];
  const { scheme, port } =
    /^(?<scheme>https?|ssh):\/\/(?:[^/@:\s]*@)?(?:[\w.-]+|\[[0-9a-fA-F:.]+\])(?::(?<port>\d{1,5}))?\/\S+$/.exec(url)?.groups ?? {};
  if (scheme === undefined) return undefined;
  const number = port === undefined ? gitPorts[scheme] : Number(port);
  return number === undefined || number < 1 || number > 65_535 ? undefined : number;
}
