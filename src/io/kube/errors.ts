import type { ApiError } from '../../model/apierror.ts';
import { isObject, type Json, type JsonObject, listAt, numberAt, stringAt } from '../../model/json.ts';
import { onlyImmutable } from './immutable.ts';
import type { Reply } from './transport.ts';

/** What is known about a request that was refused, so that the refusal can be told without secrets. */
export interface Subject {
  /** The object that was sent, where its kind may hold secrets. */
  readonly sent?: JsonObject | undefined;
  readonly kind?: string | undefined;
}

/** The longest message that is kept, in characters; and how much of it is the end, where the server says what is wrong with a value. */
const longest = 2000;
const longestEnd = 500;

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
    message: shortened(message),
    ...(wait === undefined ? {} : { retryAfter: wait }),
  };
}

function shortened(message: string): string {
  return message.length <= longest ? message : `${message.slice(0, longest - longestEnd - 1)}…${message.slice(-longestEnd)}`;
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

/** An admission or a conversion webhook did not answer, or nothing that can be understood, whatever the status around it. */
const webhook = /failed calling webhook|failed to call webhook|conversion webhook for .* (failed|returned)\b/;

/** An admission webhook or a policy said no (apiserver, admission/plugin/webhook/errors and plugin/policy). */
const denied = /admission webhook "[^"]*" denied the request|[Pp]olicy ['"][^'"]*['"].* denied request/;

/** All that is said, and only for a JSON patch: a test of it fails, or there is nothing at a path of it. */
const unfit = 'the server rejected our request due to an error in our request';

function reasonOf(reply: Reply, message: string): ApiError['reason'] {
  if (webhook.test(message)) return 'webhook';
  if (denied.test(message) || (reply.status === 500 && badInput.test(message))) return 'invalid';
  if (reply.status === 422) return reasonOfInvalid(reply.body);
  // Nothing can be made in a namespace that is going away, but its name will be free again.
  if (reply.status === 403 && hasCause(reply.body, 'NamespaceTerminating')) return 'unavailable';
  return reasons[reply.status] ?? (reply.status >= 400 && reply.status < 500 ? 'invalid' : 'unavailable');
}

function reasonOfInvalid(body: Json): ApiError['reason'] {
  const only = onlyImmutable(body);
  if (only === 'uid' || isUnfit(body)) return 'conflict';
  return only === 'fields' ? 'immutable' : 'invalid';
}

function isUnfit(body: Json): boolean {
  return stringAt(body, 'message') === unfit && listAt(body, 'details', 'causes').length === 0;
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

function hasCause(body: Json, reason: string): boolean {
  return listAt(body, 'details', 'causes').some((cause) => stringAt(cause, 'reason') === reason);
}

function messageIn({ status, body }: Reply): string {
  if (!isObject(body)) return (typeof body === 'string' && body.trim()) || `the server answered ${status}`;
  if (status === 422 && isUnfit(body)) return 'the object is not as the patch expects it';
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
    .replace(/(last-applied-configuration\S*:\s*).*/g, `$1${hidden}`)
    // Of a JSON patch that makes something of an object that is none of its kind, the whole of it is told.
    .replace(/(patch: Invalid value: )"(?:[^"\\]|\\.)*"/g, `$1"${hidden}"`);
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
