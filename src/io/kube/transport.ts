import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Answer } from '../../model/apierror.ts';
import { messageOf } from '../../model/failure.ts';
import type { Json } from '../../model/json.ts';
import { type Deadline, inTime, startDeadline } from '../deadline.ts';
import { type Gate, openGate } from '../gate.ts';
import { readBody } from './body.ts';
import { outage, refusal } from './errors.ts';
import { mostConnections, openSession, type Request, type SessionOptions, usualConnections } from './session.ts';

/** What the server said, whether it did what it was asked or not. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** JSON where the answer is JSON, else its text. */
  readonly body: Json;
}

/** An answer that comes bit by bit. */
export interface Stream {
  readonly chunks: AsyncIterable<Buffer>;
  /** Must be called when no more is wanted: closes the connection. */
  readonly close: () => void;
}

/**
 * HTTP to one API server, authenticated, over few connections: one more for each answer that is slow to come, as long as there are not many
 * of these. It throws nothing: what fails is an `unavailable` answer.
 */
export interface Transport {
  /** Sends `request`. Reads are tried three times when connections break or the server is busy, writes never. */
  send(request: Request): Promise<Answer<Reply>>;
  /** Sends `request` once, and gives its answer as it comes. An answer that is no success is an error here. */
  stream(request: Request): Promise<Answer<Stream>>;
  /** A gate for the requests of one of many who share the connections: a quarter of the places is left to the others. */
  share(): Gate;
  /** How many requests were sent. */
  readonly requests: number;
  /** Ends all that runs, and answers nothing any more. */
  close(): Promise<void>;
}

/** Opens a transport; nothing is sent yet. */
export function openTransport(options: SessionOptions): Transport {
  const { clock, connections = usualConnections } = options;
  const session = openSession(options);
  const calls = openGate(connections, leftTheRow);
  const all = openGate(mostConnections(connections), leftTheRow);
  const closed = new AbortController();
  const deadlineOf = ({ timeout = patience, signal }: Request): Deadline => startDeadline(timeout, clock, [signal, closed.signal]);

  const sendNow = async (request: Request): Promise<Sent> => {
    const deadline = deadlineOf(request);
    try {
      const answer = answered(await replyOf(await session.begin(request, deadline.signal)));
      return { answer, again: answer.ok && isBusy(answer.value) };
    } catch (thrown) {
      return { answer: failed(thrown, request, deadline), again: !deadline.signal.aborted && isBroken(thrown) };
    } finally {
      deadline.done();
    }
  };

  const sendInTurn = async (request: Request): Promise<Sent> => {
    const { share, signal } = request;
    const answered = new AbortController();
    let sent = Promise.resolve(leftBehind);
    const begin = (): Promise<unknown> => {
      sent = all(() => sendNow(request), signal).finally(() => answered.abort(inTime));
      // What is behind the server keeps only those waiting who wait for it: a webhook, another API server.
      return Promise.race([sent, clock.sleep(soon, answered.signal)]);
    };
    const inRow = (): Promise<unknown> => calls(begin, signal);
    await (share === undefined ? inRow() : share(inRow, signal));
    return sent;
  };

  // How long others take says nothing of the server: the time of a request begins when it may have a connection.
  const sendOnce = (request: Request): Promise<Sent> =>
    request.pool === 'watches' ? sendNow(request) : sendInTurn(request).catch(() => leftBehind);

  return {
    get requests() {
      return session.requests;
    },
    async send(request) {
      for (let attempt = 0; ; attempt++) {
        const sent = await sendOnce(request);
        const wait = request.method === 'GET' ? retryWait(sent, attempt) : undefined;
        if (wait === undefined) return sent.answer;
        await clock.sleep(wait + wait * clock.random(), request.signal);
      }
    },
    async stream(request) {
      const deadline = deadlineOf(request);
      try {
        const response = await session.begin(request, deadline.signal);
        if (response.statusCode === 200) return { ok: true, value: streamOf(response, deadline) };
        const reply = await replyOf(response);
        deadline.done();
        return { ok: false, error: refusal(reply) };
      } catch (thrown) {
        deadline.done();
        return failed(thrown, request, deadline);
      }
    },
    share: () => openGate(Math.ceil((connections * 3) / 4), leftTheRow),
    close() {
      closed.abort();
      return session.close();
    },
  };
}

/** How long a request may take unless it says otherwise. Milliseconds. */
const patience = 30_000;

/** Who waits longer than this for an answer lets the next one in. Milliseconds. */
const soon = 1_000;

/** What came of one attempt, and whether another may do better. */
interface Sent {
  readonly answer: Answer<Reply>;
  readonly again: boolean;
}

/** What comes of a request whose caller wanted no more before it was sent. */
const leftBehind: Sent = { answer: { ok: false, error: outage('interrupted') }, again: false };

function leftTheRow(): never {
  throw new Error('interrupted');
}

async function replyOf(response: IncomingMessage): Promise<Reply> {
  try {
    return { status: response.statusCode ?? 0, headers: response.headers, body: await readBody(response) };
  } catch (thrown) {
    response.destroy();
    throw thrown;
  }
}

/** A success that is no JSON comes from something that is no API server: a login page, another service. */
function answered(reply: Reply): Answer<Reply> {
  if (reply.status < 200 || reply.status >= 300 || typeof reply.body !== 'string') return { ok: true, value: reply };
  return { ok: false, error: outage('the answer is no JSON: this is no Kubernetes API server', reply.status) };
}

function streamOf(response: IncomingMessage, deadline: Deadline): Stream {
  deadline.met();
  return {
    chunks: response,
    close() {
      deadline.done();
      response.destroy();
    },
  };
}

function failed(
  thrown: unknown,
  { method, timeout = patience }: Request,
  deadline: Deadline,
): { readonly ok: false; readonly error: ReturnType<typeof outage> } {
  const late = `no answer to ${method} within ${timeout / 1000} s`;
  const message = deadline.passed() ? late : deadline.signal.aborted ? 'interrupted' : reasonOf(thrown);
  return { ok: false, error: outage(message) };
}

/** Errors of several addresses (::1, 127.0.0.1) have no message of their own. */
function reasonOf(thrown: unknown): string {
  const [first] = thrown instanceof AggregateError ? thrown.errors : [];
  return messageOf(first ?? thrown);
}

function isBusy({ status }: Reply): boolean {
  return status === 429 || status === 503;
}

/** Whether a connection failed (ECONNRESET, ECONNREFUSED …), as opposed to an answer or a certificate that is no good. */
function isBroken(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && /^E[A-Z]+$/.test(String(thrown.code));
}

/** The longest that a server may make a read wait here; beyond it the caller decides. Milliseconds. */
const longestWait = 5_000;

/** How long to wait before the request is sent again, or undefined when the answer is final. */
function retryWait({ answer, again }: Sent, attempt: number): number | undefined {
  if (!again || attempt >= 2) return undefined;
  const asked = answer.ok ? refusal(answer.value).retryAfter : undefined;
  const wait = asked ?? 100 * 4 ** attempt;
  return wait <= longestWait ? wait : undefined;
}
