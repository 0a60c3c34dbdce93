import { systemClock } from '../clock.ts';
import { startDeadline } from '../deadline.ts';
import type { HttpProxy } from './proxy.ts';
import { ProxyError, type Way, wayTo } from './way.ts';

/** One question to a server over HTTP. */
export interface Question {
  readonly url: URL;
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Bytes of an answer that are read at most. */
  readonly limit: number;
  readonly manner: Manner;
}

/** How servers are talked to. */
export interface Manner {
  /** All certificates of authorities that are trusted, in PEM; undefined is those of Node. */
  readonly trusted: string[] | undefined;
  /** The proxy that a URL is asked through. */
  readonly proxyFor: (url: URL) => HttpProxy | undefined;
  /** Milliseconds within which an answer has to be there, whole. */
  readonly patience: number;
  readonly signal: AbortSignal;
}

/** What a server answered, whole. */
export interface Answer {
  /** Where the answer came from. */
  readonly url: URL;
  readonly status: number;
  /** By names in lower case; of one that comes several times, all, with commas between them. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** That a server did not answer as it should: too late, too much, not to the end, or not at all. */
export class NoAnswer extends Error {
  /** Who was asked. */
  readonly host: string;
  /** What Node calls an error of the network or of TLS; '' where it is none. */
  readonly code: string;
  readonly type: 'late' | 'large' | 'broken';
  /** The host of the proxy, where it is at fault. */
  readonly proxy: string | undefined;

  constructor(
    url: URL,
    type: NoAnswer['type'],
    message: string,
    { code = '', proxy }: { readonly code?: string; readonly proxy?: string | undefined } = {},
  ) {
    super(message);
    this.host = url.host;
    this.type = type;
    this.code = code;
    this.proxy = proxy;
  }
}

/** Asks a server once, through a proxy where there is one for it. Rejects with `NoAnswer`, or as the signal aborts. */
export async function exchange(question: Question): Promise<Answer> {
  const { url, manner } = question;
  const deadline = startDeadline(manner.patience, systemClock, [manner.signal]);
  const proxy = manner.proxyFor(url);
  try {
    const request = await wayTo(url, proxy, { trusted: manner.trusted, signal: deadline.signal });
    const answer = await send(question, request, deadline.signal);
    if (proxy !== undefined && answer.status === proxyAuthenticationRequired) throw new ProxyError(proxy, answer.status);
    return answer;
  } catch (thrown) {
    if (manner.signal.aborted || thrown instanceof NoAnswer || !(thrown instanceof Error)) throw thrown;
    if (deadline.passed()) throw new NoAnswer(url, 'late', `there is no whole answer after ${manner.patience / 1000} s`);
    throw new NoAnswer(url, 'broken', thrown.message, {
      code: 'code' in thrown ? String(thrown.code) : '',
      // Without TLS nobody else is connected to.
      proxy: thrown instanceof ProxyError || url.protocol === 'http:' ? proxy?.url.host : undefined,
    });
  } finally {
    deadline.done();
  }
}

const proxyAuthenticationRequired = 407;

function send({ url, method = 'GET', headers = {}, body, limit }: Question, request: Way, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let isAnswered = false;
    const asked = request({ method, headers: { 'user-agent': 'lockstep', ...headers }, signal }, (answer) => {
      isAnswered = true;
      const chunks: Buffer[] = [];
      let size = 0;
      answer.on('data', (chunk: Buffer) => {
        size += chunk.length;
        chunks.push(chunk);
        if (size > limit) asked.destroy(new NoAnswer(url, 'large', `the answer has more than ${limit} bytes`));
      });
      answer.on('error', reject);
      answer.on('close', () => {
        if (!answer.complete) return reject(new Error('the answer was cut off'));
        const given = Object.entries(answer.headers).map(([name, value]): [string, string] => [name, [value ?? []].flat().join(', ')]);
        resolve({ url, status: answer.statusCode ?? 0, headers: new Map(given), body: Buffer.concat(chunks) });
      });
    });
    asked.on('error', reject);
    // One that changes the protocol is no answer, and no error to Node.
    asked.on('close', () => void (isAnswered || reject(new Error('the connection was closed without an answer'))));
    asked.end(body);
  });
}
