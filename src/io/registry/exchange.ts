import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { rootCertificates } from 'node:tls';

/** One question to a server over HTTP. */
export interface Question {
  readonly url: URL;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Bytes of an answer that are read at most. */
  readonly limit: number;
  readonly manner: Manner;
}

/** How servers are talked to. */
export interface Manner {
  /** Certificates of authorities that are trusted beside those of Node, in PEM. */
  readonly authorities: readonly string[];
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

  constructor(url: URL, type: NoAnswer['type'], message: string, code = '') {
    super(message);
    this.host = url.host;
    this.type = type;
    this.code = code;
  }
}

/** Asks a server once. Rejects with `NoAnswer`, or as the signal aborts. */
export function exchange({ url, method = 'GET', headers = {}, body, limit, manner }: Question): Promise<Answer> {
  const { authorities, patience, signal } = manner;
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'http:' ? requestHttp : requestHttps;
    const until = AbortSignal.any([signal, AbortSignal.timeout(patience)]);
    const failed = (thrown: Error): void => {
      if (signal.aborted || thrown instanceof NoAnswer) reject(thrown);
      else if (until.aborted) reject(new NoAnswer(url, 'late', `there is no whole answer after ${patience / 1000} s`));
      else reject(new NoAnswer(url, 'broken', thrown.message, 'code' in thrown ? String(thrown.code) : ''));
    };
    const options = { method, headers: { 'user-agent': 'lockstep', ...headers }, signal: until, ...trust(authorities) };
    let isAnswered = false;
    const asked = send(url, options, (answer) => {
      isAnswered = true;
      const chunks: Buffer[] = [];
      let size = 0;
      answer.on('data', (chunk: Buffer) => {
        size += chunk.length;
        chunks.push(chunk);
        if (size > limit) asked.destroy(new NoAnswer(url, 'large', `the answer has more than ${limit} bytes`));
      });
      answer.on('error', failed);
      answer.on('close', () => {
        if (!answer.complete) return failed(new Error('the answer was cut off'));
        const given = Object.entries(answer.headers).map(([name, value]): [string, string] => [name, [value ?? []].flat().join(', ')]);
        resolve({ url, status: answer.statusCode ?? 0, headers: new Map(given), body: Buffer.concat(chunks) });
      });
    });
    asked.on('error', failed);
    // One that changes the protocol is no answer, and no error to Node.
    asked.on('close', () => void (isAnswered || failed(new Error('the connection was closed without an answer'))));
    asked.end(body);
  });
}

/** What is told of `authorities` replaces those of Node, which therefore are told, too. */
function trust(authorities: readonly string[]): { readonly ca?: string[] } {
  return authorities.length === 0 ? {} : { ca: [...rootCertificates, ...authorities] };
}
