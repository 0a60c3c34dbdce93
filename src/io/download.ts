import { exitCodes, Failure } from '../model/failure.ts';
import { isLoopback, shownUrl } from '../model/url.ts';
import { exchange, NoAnswer } from './registry/exchange.ts';
import { proxyFor } from './registry/proxy.ts';

/** Bytes that are read of one URL unless told. */
const usualLimit = 32 * 1024 * 1024;

/** Where a server sends to is followed so often. */
const redirects = 5;

/** How a server is asked: `patience` is in milliseconds, for the whole answer. */
export interface Asking {
  readonly patience: number;
  readonly signal: AbortSignal;
  /** The variables that name proxies; none unless told. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Bytes that are read at most. */
  readonly limit?: number;
}

/** The text that `url` names, over TLS; this very machine may do without. Throws `Failure`. */
export async function download(url: string, asking: Asking): Promise<string> {
  return textOf(await downloadBytes(url, asking), url);
}

/** What `url` names, over TLS; this very machine may do without. Throws `Failure`. */
export async function downloadBytes(url: string, asking: Asking): Promise<Buffer> {
  let from = addressOf(url, url);
  for (let i = 0; i <= redirects; i++) {
    const { status, headers, body } = await ask(from, asking);
    const to = headers.get('location') ?? '';
    if (status === 200) return body;
    if (status < 300 || status >= 400 || to === '' || !URL.canParse(to, from.href)) throw failed(url, `answers ${status}`);
    from = addressOf(new URL(to, from.href).href, url);
  }
  throw failed(url, `sends elsewhere more than ${redirects} times`);
}

/** The address that `text` is. `asked` is the one that a person named. */
function addressOf(text: string, asked: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new Failure('download-insecure', `\`${shownUrl(text)}\` is no \`https\` URL`, { exit: exitCodes.input });
  if (url.username !== '' || url.password !== '') {
    const help = 'fetch it yourself, and import the file';
    throw new Failure('download-insecure', 'the URL has a password in it, which everybody could read in the lock', {
      help,
      exit: exitCodes.input,
    });
  }
  if (url.protocol === 'http:' && !(isLoopback(url.hostname) && isLoopback(new URL(asked).hostname))) {
    const how = text === asked ? '' : `, where \`${shownUrl(asked)}\` leads to,`;
    throw new Failure('download-insecure', `\`${shownUrl(text)}\`${how} is not encrypted`, {
      help: 'take an `https` URL',
      exit: exitCodes.input,
    });
  }
  return url;
}

async function ask(url: URL, { patience, signal, limit = usualLimit, env = {} }: Asking) {
  try {
    return await exchange({ url, limit, manner: { trusted: undefined, proxyFor: (one) => proxyFor(one, env), patience, signal } });
  } catch (thrown) {
    if (signal.aborted) throw new Failure('interrupted', `\`${shownUrl(url.href)}\` was not fetched`, { exit: exitCodes.interrupted });
    if (!(thrown instanceof NoAnswer)) throw thrown;
    const { type, message, proxy } = thrown;
    const through = proxy === undefined ? '' : ` through the proxy \`${proxy}\``;
    const code = type === 'large' ? 'download-large' : 'download-unreachable';
    throw new Failure(code, `\`${shownUrl(url.href)}\` cannot be fetched${through}: ${message || 'there is no answer'}`, { cause: thrown });
  }
}

function failed(url: string, why: string): Failure {
  return new Failure('download-failed', `\`${shownUrl(url)}\` cannot be fetched: the server ${why}`);
}

function textOf(body: Buffer, url: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (cause) {
    throw new Failure('download-failed', `what \`${shownUrl(url)}\` names is no text`, {
      cause,
      help: 'archives have to be unpacked first',
    });
  }
}
