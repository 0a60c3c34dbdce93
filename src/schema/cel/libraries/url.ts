import type { Row } from '../signature.ts';
import { textOfUtf8, utf8 } from '../text.ts';
import { CelError, type CelMap, listOf, NotEvaluated } from '../values.ts';

/** An absolute URL, or an absolute path, taken apart as Go's net/url does it. */
export interface Url {
  readonly type: 'url';
  readonly text: string;
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
}

/** URLs. */
export const urls: readonly Row[] = [
  ['url(string): url', ([text]: [string]) => urlOf(text)],
  ['isURL(string): bool', ([text]: [string]) => requestUrlProblem(text) === undefined],
  ['url->getScheme(): string', ([{ scheme }]: [Url]) => scheme],
  ['url->getHost(): string', ([{ host }]: [Url]) => host],
  ['url->getHostname(): string', ([{ host }]: [Url]) => hostParts(host).name],
  ['url->getPort(): string', ([{ host }]: [Url]) => hostParts(host).port],
  ['url->getEscapedPath(): string', ([{ path }]: [Url]) => escapedPath(path)],
  ['url->getQuery(): map<string, list<string>>', ([{ query }]: [Url]) => queryMap(query)],
];

function urlOf(text: string): Url {
  const problem = requestUrlProblem(text);
  if (problem !== undefined) throw new CelError(`URL parse error during conversion from string: ${problem}`);
  const [, beforeFragment = text] = /^([^#]*)#/.exec(text) ?? [];
  const parsed = takeApart(beforeFragment);
  if ('problem' in parsed) throw new CelError(`URL parse error during conversion from string: ${parsed.problem}`);
  return { type: 'url', text, ...parsed };
}

/** Why `text` is no URL that could stand in a request: that is an absolute one, or an absolute path. */
export function requestUrlProblem(text: string): string | undefined {
  const shown = JSON.stringify(text);
  if (text === '') return `parse ${shown}: empty url`;
  const parsed = takeApart(text);
  return 'problem' in parsed ? `parse ${shown}: ${parsed.problem}` : undefined;
}

type Parts = Omit<Url, 'type' | 'text'>;

function takeApart(text: string): Parts | { readonly problem: string } {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what no URL may hold
  if (/[\x00-\x1f\x7f]/.test(text)) return { problem: 'net/url: invalid control character in URL' };
  if (text.startsWith(':')) return { problem: 'missing protocol scheme' };
  const [, scheme = '', behind = text] = /^([A-Za-z][A-Za-z0-9+.-]*):(.*)$/s.exec(text) ?? [];
  const mark = behind.indexOf('?');
  const [rest, query] = mark < 0 ? [behind, ''] : [behind.slice(0, mark), behind.slice(mark + 1)];
  const lower = scheme.toLowerCase();
  if (text === '*') return { scheme: '', host: '', path: '*', query: '' };
  if (!rest.startsWith('/')) {
    // A path without a root is opaque behind a scheme.
    return scheme === '' ? { problem: 'invalid URI for request' } : { scheme: lower, host: '', path: '', query };
  }
  const [, authority, after = rest] = scheme === '' ? [] : (/^\/\/([^/]*)(.*)$/s.exec(rest) ?? []);
  const host = authority === undefined ? { host: '' } : hostOf(authority, lower);
  if ('problem' in host) return host;
  const wrong = badEscape(after);
  return wrong === undefined ? { scheme: lower, host: host.host, path: after, query } : { problem: wrong };
}

function hostOf(authority: string, scheme: string): { readonly host: string } | { readonly problem: string } {
  const at = authority.lastIndexOf('@');
  const [user, host] = at < 0 ? ['', authority] : [authority.slice(0, at), authority.slice(at + 1)];
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(user)) return { problem: 'net/url: invalid userinfo' };
  const wrong = badEscape(user);
  if (wrong !== undefined) return { problem: wrong };
  if (host.includes('%') || (host.includes('[') && !/^\[[0-9a-fA-F:]*(?:\.[0-9.]*)?\](?::\d*)?$/.test(host))) {
    throw new NotEvaluated(`the host \`${host}\` is too unusual to be judged here`);
  }
  const colon = host.startsWith('[') ? host.indexOf(':', host.indexOf(']')) : host.indexOf(':');
  if (colon >= 0 && !/^:\d*$/.test(host.slice(colon))) {
    if (host.slice(colon + 1).includes(':')) throw new NotEvaluated(`the host \`${host}\` has two colons in \`${scheme}\``);
    return { problem: `invalid port ${JSON.stringify(host.slice(colon))} after host` };
  }
  const other = /[^A-Za-z0-9\-._~!$&'()*+,;=:[\]<>"\u0080-\uffff]/.exec(host);
  return other === null ? { host } : { problem: `invalid character ${JSON.stringify(other[0])} in host name` };
}

function badEscape(text: string): string | undefined {
  const wrong = /%(?![0-9a-fA-F]{2}).{0,2}/s.exec(text);
  return wrong === null ? undefined : `invalid URL escape ${JSON.stringify(wrong[0])}`;
}

function hostParts(host: string): { readonly name: string; readonly port: string } {
  const [, name = host, port = ''] = /^(.*?)(?::(\d*))?$/s.exec(host.startsWith('[') ? host.replace(/:(?=[^\]]*\])/g, '\0') : host) ?? [];
  return { name: name.replaceAll('\0', ':').replace(/^\[(.*)\]$/, '$1'), port };
}

/** The path as it stands, when it is escaped correctly; else escaped anew. */
function escapedPath(path: string): string {
  const isFine = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@[\]/]|%[0-9a-fA-F]{2})*$/.test(path);
  if (isFine || path === '*') return path;
  return [...unescapeBytes(path)]
    .map((byte) => String.fromCharCode(byte))
    .map((one) => (/[A-Za-z0-9\-._~$&+,/:;=@]/.test(one) ? one : `%${one.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`))
    .join('');
}

function unescapeBytes(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const [, hex, other = ''] of text.matchAll(/%([0-9a-fA-F]{2})|([\s\S])/gu)) {
    if (hex === undefined) bytes.push(...utf8(other));
    else bytes.push(Number.parseInt(hex, 16));
  }
  return Uint8Array.from(bytes);
}

/** What is not written correctly is left out, as Go does it. */
function queryMap(query: string): CelMap {
  const values = new Map<string, string[]>();
  for (const pair of query.split('&')) {
    if (pair === '' || pair.includes(';') || badEscape(pair) !== undefined) continue;
    const equals = pair.indexOf('=');
    const [key, value] = (equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)]).map(queryText) as [string, string];
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  return { type: 'map', entries: new Map([...values].map(([key, list]) => [key, listOf(list)])) };
}

function queryText(text: string): string {
  const decoded = textOfUtf8(unescapeBytes(text.replaceAll('+', ' ')));
  if (decoded === undefined) throw new NotEvaluated('the query is no UTF-8');
  return decoded;
}
