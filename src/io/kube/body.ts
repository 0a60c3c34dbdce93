import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Json } from '../../model/json.ts';

/** No answer is read beyond this many bytes, compressed or not. */
const largestBody = 64 * 1024 * 1024;

/** The whole body of `response`: JSON where it says so, else text. Throws an `Error` for what is cut short, too large or unreadable. */
export async function readBody(response: IncomingMessage): Promise<Json> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBody) throw tooLarge();
    chunks.push(chunk);
  }
  const text = (await unpacked(Buffer.concat(chunks), response.headers['content-encoding'])).toString('utf8');
  if (!/^application\/json\b/.test(response.headers['content-type'] ?? '')) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    // The parser's message quotes the text, which may hold anything.
    throw new Error(`the answer is no valid JSON (${size} bytes)`);
  }
}

async function unpacked(bytes: Buffer, encoding: string | undefined): Promise<Buffer> {
  if (encoding === undefined || encoding === 'identity') return bytes;
  if (encoding !== 'gzip') throw new Error(`the answer is encoded as \`${encoding}\`, which was not asked for`);
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: largestBody });
  } catch (thrown) {
    if (thrown instanceof RangeError) throw tooLarge();
    throw new Error('the compressed answer is damaged');
  }
}

function tooLarge(): Error {
  return new Error(`the answer is larger than ${largestBody / 1024 / 1024} MB`);
}
