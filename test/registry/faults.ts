import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from './client.ts';
import { ociTypes } from './manifests.ts';

/** What goes wrong, and with which requests. */
export type Fault = Wrong & {
  /** Which requests, told as `METHOD /path?query`. Unless told: those of `concerned`. */
  readonly on?: RegExp;
};

/** What can go wrong. */
export type Wrong =
  /** The connection ends in the middle of the body, whose whole length was told. */
  | { readonly type: 'cut' }
  /** One byte of the body is another: a hex digit of the first digest in it, where there is one, so that JSON stays JSON. */
  | { readonly type: 'altered' }
  /** The header Docker-Content-Digest has `otherDigest`. */
  | { readonly type: 'other-digest' }
  /** Something else is answered; the first `times` times, or always. */
  | {
      readonly type: 'answer';
      readonly status: number;
      readonly headers?: OutgoingHttpHeaders;
      readonly body?: string;
      readonly times?: number;
    }
  /** Everything passes `ms` milliseconds later. */
  | { readonly type: 'late'; readonly ms: number }
  /** Nothing is ever answered. */
  | { readonly type: 'silent' }
  /** The client is sent to another port (307), where everything passes. */
  | { readonly type: 'moved' }
  /** The body is `bytes` spaces, which may be Infinity; with `told`, its length is told. */
  | { readonly type: 'huge'; readonly bytes: number; readonly told?: boolean };

/** A digest that nothing has. */
export const otherDigest = `sha256:${'0'.repeat(64)}`;

const all = /^/;
const manifests = /^(GET|HEAD) \S+\/manifests\//;
const manifestBodies = /^GET \S+\/manifests\//;
const blobs = /^(GET|HEAD) \S+\/blobs\/sha256:/;

/** The requests that each fault is about unless it is told. */
export const concerned: Readonly<Record<Wrong['type'], RegExp>> = {
  cut: manifestBodies,
  altered: manifestBodies,
  'other-digest': manifests,
  answer: all,
  late: all,
  silent: all,
  moved: blobs,
  huge: manifestBodies,
};

/** A request that a fault meets. */
export interface Passage {
  readonly response: ServerResponse;
  /** Asks the registry itself. */
  readonly ask: () => Promise<Answer>;
  /** Where the same is at the other port. */
  readonly elsewhere: string;
}

/** Answers as it should be. */
export async function pass({ response, ask }: Passage): Promise<void> {
  give(response, await ask());
}

/** Answers with a fault. */
export async function fail(fault: Wrong, passage: Passage): Promise<void> {
  const { response, ask, elsewhere } = passage;
  switch (fault.type) {
    case 'cut':
      return cut(response, await ask());
    case 'altered': {
      const { body, ...rest } = await ask();
      return give(response, { ...rest, body: altered(body) });
    }
    case 'other-digest': {
      const { headers, ...rest } = await ask();
      return give(response, { ...rest, headers: { ...headers, 'docker-content-digest': otherDigest } });
    }
    case 'answer':
      response.writeHead(fault.status, fault.headers).end(fault.body);
      return;
    case 'late':
      await sleep(fault.ms, undefined, { ref: false });
      return pass(passage);
    case 'silent':
      return;
    case 'moved':
      response.writeHead(307, { location: elsewhere }).end();
      return;
    case 'huge':
      return huge(response, fault);
  }
}

function give(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, headers).end(body);
}

/** The half of the body must be on its way before the connection ends. */
function cut(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...headers, 'content-length': body.length });
  response.write(body.subarray(0, body.length >> 1), () => response.destroy());
}

function altered(body: Buffer): Buffer {
  const digest = body.indexOf('sha256:');
  const at = digest < 0 ? body.length >> 1 : digest + 'sha256:'.length;
  const other = Buffer.from(body);
  other[at] = body[at] === 0x30 ? 0x31 : 0x30;
  return other;
}

async function huge(response: ServerResponse, { bytes, told = false }: { readonly bytes: number; readonly told?: boolean }): Promise<void> {
  response.writeHead(200, { 'content-type': ociTypes.index, ...(told ? { 'content-length': bytes } : {}) });
  // Whoever has enough of it goes away.
  await pipeline(Readable.from(spaces(bytes)), response).catch(() => {});
}

function* spaces(bytes: number): Generator<Buffer> {
  const chunk = Buffer.alloc(64 * 1024, ' ');
  for (let left = bytes; left > 0; left -= chunk.length) yield left < chunk.length ? chunk.subarray(0, left) : chunk;
}
