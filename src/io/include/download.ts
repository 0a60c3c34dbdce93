import { setTimeout as sleep } from 'node:timers/promises';
import { Failure, messageOf } from '../../model/failure.ts';
import { isLoopback } from '../registry/endpoint.ts';
import { type Answer, exchange, NoAnswer } from '../registry/exchange.ts';

/** Within which bounds something is fetched. */
export interface Bounds {
  /** Bytes. */
  readonly limit: number;
  /** Milliseconds for an answer, whole. */
  readonly patience: number;
  readonly signal: AbortSignal;
}

const maxTries = 3;
const maxRedirects = 5;

/** What stands at a URL, whole. Asks again where that may go better. Throws `Failure`. */
export async function getWhole(url: URL, bounds: Bounds): Promise<Buffer> {
  for (let tries = 1; ; tries++) {
    const answer = await attempt(url, bounds);
    if (!(answer instanceof Error) && answer.status === 200) return answer.body;
    const isPassing = answer instanceof Error || answer.status === 429 || answer.status >= 500;
    if (!isPassing || tries === maxTries) throw failed(url, answer);
    await sleep(250 * 2 ** tries, undefined, { signal: bounds.signal });
  }
}

async function attempt(url: URL, { limit, patience, signal }: Bounds): Promise<Answer | NoAnswer> {
  const manner = { authorities: [], patience, signal };
  try {
    let here = url;
    for (let left = maxRedirects; ; left--) {
      if (here.protocol !== 'https:' && !isLoopback(here.hostname)) throw unencrypted(url, here);
      const answer = await exchange({ url: here, limit, manner });
      const location = answer.headers.get('location');
      if (![301, 302, 303, 307, 308].includes(answer.status) || location === undefined || !URL.canParse(location, here.href) || left === 0)
        return answer;
      here = new URL(location, here);
    }
  } catch (thrown) {
    if (thrown instanceof NoAnswer && !signal.aborted) return thrown;
    throw thrown;
  }
}

function unencrypted(url: URL, elsewhere: URL): Failure {
  return new Failure('chart-unreachable', `\`${url.host}\` sends to \`${elsewhere.origin}\`, which is not encrypted`);
}

function failed(url: URL, answer: Answer | NoAnswer): Failure {
  const place = `\`${url.origin}${url.pathname}\``;
  if (answer instanceof Error)
    return new Failure('chart-unreachable', `${place} cannot be fetched: ${messageOf(answer)}`, { cause: answer });
  const help = answer.status === 404 || answer.status === 403 ? 'look at the URL of the chart' : undefined;
  return new Failure(
    'chart-unreachable',
    `${place} cannot be fetched: the server answers ${answer.status}`,
    help === undefined ? {} : { help },
  );
}
