import { addAbortSignal, type Readable } from 'node:stream';
import { exitCodes, Failure } from '../model/failure.ts';

/** Bytes that are taken at most. */
const limit = 64 * 1024 * 1024;

/** The text of `stream`, to its end. Throws a `Failure` when there is too much of it, or when `signal` aborts. */
export async function readAll(stream: Readable, signal: AbortSignal): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of addAbortSignal(signal, stream) as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > limit) throw new Failure('input-large', `standard input has more than ${limit} bytes`, { exit: exitCodes.input });
    }
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
    throw new Failure('interrupted', 'standard input was not read to its end', { exit: exitCodes.interrupted });
  }
  return Buffer.concat(chunks).toString('utf8');
}
