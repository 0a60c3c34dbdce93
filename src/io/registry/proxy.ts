import { BlockList, isIP } from 'node:net';
import { exitCodes, Failure } from '../../model/failure.ts';
import { isLoopback } from '../../model/url.ts';

/** A proxy that requests go through. */
export interface HttpProxy {
  readonly url: URL;
  /** The value of `Proxy-Authorization`, where its URL has credentials. Never shown, and told to nobody but the proxy. */
  readonly authorization: string | undefined;
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The proxy that the environment's variables name for a URL, as Docker reads them: `HTTPS_PROXY` or `HTTP_PROXY` by the scheme, unless
 * `NO_PROXY` has its host; in capitals or not. This machine is never asked through one. Throws `Failure` for what is no proxy.
 */
export function proxyFor(url: URL, env: Env): HttpProxy | undefined {
  const name = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const text = variableIn(env, name);
  if (text === '' || isLoopback(url.hostname) || isExcepted(url, variableIn(env, 'NO_PROXY'))) return undefined;
  const whole = text.includes('://') ? text : `http://${text}`;
  const proxy = URL.canParse(whole) ? new URL(whole) : undefined;
  if (proxy === undefined || !/^https?:$/.test(proxy.protocol) || proxy.hostname === '') {
    // The value may hold a password.
    const help = `write \`${name}=http://proxy.example.com:3128\`, or unset it`;
    throw new Failure('proxy-invalid', `\`${name}\` is no URL of an HTTP proxy`, { help, exit: exitCodes.input });
  }
  const [username, password] = [proxy.username, proxy.password].map(decoded) as [string, string];
  const credentials = Buffer.from(`${username}:${password}`, 'utf8').toString('base64');
  return {
    url: new URL(proxy.origin),
    authorization: username === '' && password === '' ? undefined : `Basic ${credentials}`,
  };
}

function variableIn(env: Env, name: string): string {
  return (env[name] || env[name.toLowerCase()] || '').trim();
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Whether a list has a URL's host: by its name or that of a domain above it, by its address or a network, perhaps with a port. */
function isExcepted({ hostname, port, protocol }: URL, list: string): boolean {
  const host = withoutBrackets(hostname);
  const ownPort = port === '' ? (protocol === 'https:' ? '443' : '80') : port;
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => {
      if (entry === '*') return true;
      const { name, onPort } = exceptionIn(entry);
      if (name === '' || (onPort !== undefined && onPort !== ownPort)) return false;
      if (name.includes('/')) return isInNetwork(host, name);
      // An address may be written in several ways.
      if (isIP(name) !== 0) return isInNetwork(host, `${name}/${isIP(name) === 4 ? 32 : 128}`);
      return name.startsWith('.') ? host.endsWith(name) : host === name || (isIP(host) === 0 && host.endsWith(`.${name}`));
    });
}

/** A name, an address or a network, and the port behind it: of IPv6 there is one only behind brackets. */
function exceptionIn(entry: string): { readonly name: string; readonly onPort: string | undefined } {
  const isBareIPv6 = isIP(entry.split('/')[0] ?? '') === 6;
  const [, name = '', onPort] = isBareIPv6 ? [entry, entry] : (/^(\[[^\]]*\](?:\/\d+)?|[^:]*)(?::(\d+))?$/.exec(entry) ?? []);
  return { name: name.replace(/^\[([^\]]*)\]/, '$1').replace(/^\*(?=\.)/, ''), onPort };
}

function withoutBrackets(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}

function isInNetwork(host: string, network: string): boolean {
  const [address = '', bits = ''] = network.split('/');
  const family = isIP(address);
  const size = Number(bits);
  if (family === 0 || isIP(host) !== family || !/^\d{1,3}$/.test(bits) || size > (family === 4 ? 32 : 128)) return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(address, size, type);
  return list.check(host, type);
}
