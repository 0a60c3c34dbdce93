import type { ApiError } from '../../model/apierror.ts';
import { isObject, type Json, type JsonObject, listAt, numberAt, stringAt } from '../../model/json.ts';
import type { Reply } from './transport.ts';

/** What is known about a request that was refused, so that the refusal can be told without secrets. */
export interface Subject {
  /** The object that was sent, where its kind may hold secrets. */
  readonly sent?: JsonObject | undefined;
  readonly kind?: string | undefined;
}

/** The longest message that is kept, in characters. */
const longest = 2000;

/**
 * Why the API server answered `reply`, which is no success. Its own words are kept, each cause of a Status too, and
 * nothing that may be the content of a Secret.
 */
export function refusal(reply: Reply, subject: Subject = {}): ApiError {
  const message = withoutSecrets(messageIn(reply), subject);
  const wait = waitIn(reply);
  return {
    reason: reasonOf(reply, messageIn(reply)),
    status: reply.status,
    message: message.length > longest ? `${message.slice(0, longest - 1)}…` : message,
    ...(wait === undefined ? {} : { retryAfter: wait }),
  };
}

/** There was no answer, or none that can be understood: it may pass. */
export function outage(message: string, status = 0): ApiError {
  return { reason: 'unavailable', status, message };
}

/** An answer as if the server had said so: `what` is not there. */
export function missing(what: string): ApiError {
  return { reason: 'missing', status: 404, message: what };
}

/** An error of input that is known before the server is asked. */
export function invalid(message: string): ApiError {
  return { reason: 'invalid', status: 400, message };
}

/**
 * Server-side apply answers 500 for input that does not fit the schema, and one of these is what it says
 * (apimachinery, util/managedfields: the merge type conversion is not wrapped in an API error).
 */
const badInput =
  /^failed to (create typed (patch|live|new) object|convert new object|create manager for existing fields)|field not declared in schema|etcdserver: request is too large|trying to send message larger than max/;

/** Words of things that do not answer now, whatever the status around them. */
const notNow = /failed calling webhook|failed to call webhook|conversion webhook for .* failed/;

/** An admission webhook or a policy said no (apiserver, admission/plugin/webhook/errors and plugin/policy). */
const denied = /admission webhook "[^"]*" denied the request|[Pp]olicy ['"][^'"]*['"].* denied request/;

function reasonOf(reply: Reply, message: string): ApiError['reason'] {
  if (notNow.test(message)) return 'unavailable';
  if (denied.test(message) || (reply.status === 500 && badInput.test(message))) return 'invalid';
  if (reply.status === 422 && isAnotherObject(reply.body)) return 'conflict';
  // Nothing can be made in a namespace that is going away, but its name will be free again.
  if (reply.status === 403 && hasCause(reply.body, 'NamespaceTerminating')) return 'unavailable';
  return reasons[reply.status] ?? (reply.status >= 400 && reply.status < 500 ? 'invalid' : 'unavailable');
}

const reasons: Readonly<Record<number, ApiError['reason']>> = {
  401: 'forbidden',
  403: 'forbidden',
  404: 'missing',
  408: 'unavailable',
  409: 'conflict',
  410: 'unavailable',
  429: 'unavailable',
};

/** A wrong `metadata.uid` in an apply of an existing object is told as a change of an immutable field, not as a conflict. */
function isAnotherObject(body: Json): boolean {
  const causes = listAt(body, 'details', 'causes');
  return causes.length > 0 && causes.every((cause) => stringAt(cause, 'field') === 'metadata.uid');
}

function hasCause(body: Json, reason: string): boolean {
  return listAt(body, 'details', 'causes').some((cause) => stringAt(cause, 'reason') === reason);
}

function messageIn({ status, body }: Reply): string {
  if (!isObject(body)) return (typeof body === 'string' && body.trim()) || `the server answered ${status}`;
  const message = stringAt(body, 'message') ?? stringAt(body, 'reason') ?? `the server answered ${status}`;
  const causes = listAt(body, 'details', 'causes').flatMap((cause) => causeText(cause) ?? []);
  const unsaid = [...new Set(causes)].filter((cause) => !message.includes(cause));
  return [message, ...unsaid].join('; ');
}

/** `field: message`, as the server itself writes causes into a message. */
function causeText(cause: Json): string | undefined {
  const message = stringAt(cause, 'message');
  const field = stringAt(cause, 'field');
  return message === undefined || field === undefined ? message : `${field}: ${message}`;
}

/** Milliseconds. Seconds is the only form of Retry-After that API servers use; dates are not understood. */
function waitIn({ headers, body }: Reply): number | undefined {
  const header = Number(headers['retry-after'] ?? Number.NaN);
  const seconds = Number.isFinite(header) ? header : numberAt(body, 'details', 'retryAfterSeconds');
  return seconds === undefined || seconds < 0 ? undefined : seconds * 1000;
}

/** Hidden text, in the place where something secret stood. */
const hidden = '…';

function withoutSecrets(message: string, { sent, kind = stringAt(sent, 'kind') }: Subject): string {
  // client-go's side of apply prints the whole last-applied object in single quotes when it cannot read it.
  const shown = message
    .replace(/(last applied obj: .*? in ')[\s\S]*'/, `$1${hidden}'`)
    .replace(/(last-applied-configuration\S*:\s*).*/g, `$1${hidden}`);
  if (kind !== 'Secret') return shown;
  const values = secretValues(sent);
  return values
    .reduce((text, value) => text.replaceAll(value, hidden), shown)
    .replace(/(got &).*?(?=;|\n|$)/g, `$1${hidden}`)
    .replace(/(Invalid value: |Unsupported value: |Duplicate value: )("(?:[^"\\]|\\.)*"|\S+)/g, `$1"${hidden}"`);
}

/** What a Secret holds, in every spelling a message may show it in; longest first, so that no rest is left over. */
function secretValues(secret: JsonObject | undefined): readonly string[] {
  const plain = [...stringsIn(secret?.['data']), ...stringsIn(secret?.['stringData'])];
  const decoded = plain.map((value) => Buffer.from(value, 'base64').toString('utf8'));
  const spelled = [...plain, ...decoded].flatMap((value) => [value, JSON.stringify(value).slice(1, -1), value.trim()]);
  return [...new Set(spelled)].filter((value) => value.length > 3).sort((a, b) => b.length - a.length);
}

function stringsIn(value: Json | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(stringsIn);
  return isObject(value) ? Object.values(value).flatMap(stringsIn) : [String(value ?? '')];
}
