import type { Answer, ApiError } from '../../model/apierror.ts';
import { type Json, listAt, stringAt } from '../../model/json.ts';
import { groupOf, versionOf } from '../../model/ref.ts';
import { isRecent } from '../../model/time.ts';
import type { Clock, Resource } from '../../ports.ts';
import { unlessAborted } from '../abort.ts';
import { outage, refusal } from './errors.ts';
import { versionPath } from './paths.ts';
import type { Reply, Transport } from './transport.ts';

/** Which kinds are served, and where. */
export interface Discovery {
  /** Where `kind` of `apiVersion` is served, or undefined when it is not. */
  find(apiVersion: string, kind: string, signal?: AbortSignal): Promise<Answer<Resource | undefined>>;
  /**
   * The same, in another version of the group where this one is not served: an object is one object in all versions,
   * and the one that it was written in may have been dropped since.
   */
  findAny(apiVersion: string, kind: string, signal?: AbortSignal): Promise<Answer<Resource | undefined>>;
  /** Says that the server knows nothing of `apiVersion`, or not all that was found: asks again the next time. */
  forget(apiVersion: string): void;
}

/** A kind that is missing is looked for again after this many milliseconds: its definition may have been applied just now. */
const missFor = 500;

/** What a version of a group serves, by kind; a version that is not served serves nothing. */
type Kinds = ReadonlyMap<string, Resource>;

/** Asks the server through `transport`: once for each version of a group, however many ask at once. */
export function openDiscovery(transport: Transport, clock: Clock): Discovery {
  const known = new Map<string, { readonly kinds: Kinds; readonly at: number }>();
  const asking = new Map<string, Promise<Answer<Kinds>>>();

  const ask = async (apiVersion: string): Promise<Answer<Kinds>> => {
    const answer = await fetchJson(transport, versionPath(apiVersion));
    if (!answer.ok) return answer;
    const kinds = kindsIn(answer.value, apiVersion);
    known.set(apiVersion, { kinds, at: clock.now().getTime() });
    return { ok: true, value: kinds };
  };
  const share = (apiVersion: string): Promise<Answer<Kinds>> => {
    const running = asking.get(apiVersion) ?? ask(apiVersion).finally(() => asking.delete(apiVersion));
    asking.set(apiVersion, running);
    return running;
  };
  const find: Discovery['find'] = async (apiVersion, kind, signal) => {
    const before = known.get(apiVersion);
    const resource = before?.kinds.get(kind);
    if (resource !== undefined) return { ok: true, value: resource };
    if (before !== undefined && isRecent(before.at, missFor, clock.now())) return { ok: true, value: undefined };
    const answer = await unlessAborted<Answer<Kinds>>(share(apiVersion), signal, () => ({ ok: false, error: outage('interrupted') }));
    return answer.ok ? { ok: true, value: answer.value.get(kind) } : answer;
  };

  return {
    find,
    async findAny(apiVersion, kind, signal) {
      const exact = await find(apiVersion, kind, signal);
      if (!exact.ok || exact.value !== undefined || !apiVersion.includes('/')) return exact;
      const versions = await fetchJson(transport, `/apis/${groupOf(apiVersion)}`, signal);
      if (!versions.ok) return versions;
      for (const version of listAt(versions.value, 'versions')) {
        const found = await find(stringAt(version, 'groupVersion') ?? apiVersion, kind, signal);
        if (!found.ok || found.value !== undefined) return found;
      }
      return exact;
    },
    forget: (apiVersion) => known.delete(apiVersion),
  };
}

/** The JSON at `path`, or null when there is nothing there. */
async function fetchJson(transport: Transport, path: string, signal?: AbortSignal): Promise<Answer<Json>> {
  const answer = await transport.send({ method: 'GET', path, signal });
  if (!answer.ok) return answer;
  const reply = answer.value;
  if (reply.status === 200) return { ok: true, value: reply.body };
  return reply.status === 404 && isAuthentic(reply) ? { ok: true, value: null } : { ok: false, error: notServed(reply) };
}

/**
 * Whether an API server said this. For a group that it does not know it answers in plain text, as a load balancer that
 * lost its way does too; but only it adds the id of an audit event. Nothing may count as gone because of a load balancer.
 */
function isAuthentic({ headers, body }: Reply): boolean {
  return stringAt(body, 'kind') === 'Status' || headers['audit-id'] !== undefined;
}

function notServed(reply: Reply): ApiError {
  return reply.status === 404 ? outage('the answer does not come from a Kubernetes API server', 404) : refusal(reply);
}

/** An APIResourceList; names with a slash are subresources (`deployments/scale`), and may be of another kind. */
function kindsIn(list: Json, apiVersion: string): Kinds {
  const group = groupOf(apiVersion);
  const version = versionOf(apiVersion);
  const kinds = new Map<string, Resource>();
  const names = new Set(listAt(list, 'resources').map((entry) => stringAt(entry, 'name')));
  for (const entry of listAt(list, 'resources')) {
    const plural = stringAt(entry, 'name');
    const kind = stringAt(entry, 'kind');
    if (plural === undefined || kind === undefined || plural.includes('/')) continue;
    kinds.set(kind, { group, version, kind, plural, namespaced: isNamespaced(entry), status: names.has(`${plural}/status`) });
  }
  return kinds;
}

function isNamespaced(entry: Json): boolean {
  return typeof entry === 'object' && entry !== null && 'namespaced' in entry && entry.namespaced === true;
}
