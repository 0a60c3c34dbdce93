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
  readonly status: number;
  /** By names in lower case; of one that comes several times, all, with commas between them. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** That a server answered with more than what is read. */
export class AnswerTooLarge extends Error {}

/** That an answer was not there in time. */
export class AnswerLate extends Error {}

/** Asks a server once. Rejects with an error of the network, `AnswerTooLarge` or `AnswerLate`. */
export function exchange({ url, method = 'GET', headers = {}, body, limit, manner }: Question): Promise<Answer> {
  const { authorities, patience, signal } = manner;
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'http:' ? requestHttp : requestHttps;
    const until = AbortSignal.any([signal, AbortSignal.timeout(patience)]);
    const failed = (thrown: Error): void =>
      reject(until.aborted && !signal.aborted ? new AnswerLate(`there is no whole answer after ${patience / 1000} s`) : thrown);
    const options = { method, headers: { 'user-agent': 'lockstep', ...headers }, signal: until, ...trust(authorities) };
    const asked = send(url, options, (answer) => {
      const chunks: Buffer[] = [];
      let size = 0;
      answer.on('data', (chunk: Buffer) => {
        size += chunk.length;
        chunks.push(chunk);
        if (size > limit) asked.destroy(new AnswerTooLarge(`the answer has more than ${limit} bytes`));
      });
      answer.on('error', failed);
      answer.on('close', () => {
        if (!answer.complete) return failed(new Error('the answer was cut off'));
        const given = Object.entries(answer.headers).map(([name, value]): [string, string] => [name, [value ?? []].flat().join(', ')]);
        resolve({ status: answer.statusCode ?? 0, headers: new Map(given), body: Buffer.concat(chunks) });
      });
    });
    asked.on('error', failed);
    asked.end(body);
  });
}

/** What is told of `authorities` replaces those of Node, which therefore are told, too. */
function trust(authorities: readonly string[]): { readonly ca?: string[] } {
  return authorities.length === 0 ? {} : { ca: [...rootCertificates, ...authorities] };
}
