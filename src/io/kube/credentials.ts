import type { RequestOptions } from 'node:https';
import { Failure, messageOf } from '../../model/failure.ts';
import { isRecent } from '../../model/time.ts';
import type { Clock } from '../../ports.ts';
import type { ClusterConfig, TlsOptions } from './config.ts';
import type { Identify } from './identify.ts';

/** What a request is made with. */
export interface Identity {
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsOptions;
  /** Equal for identities that can share connections. */
  readonly connection: string;
}

/** The credentials of one cluster, kept for as long as they are good. */
export interface Credentials {
  /** The identity to use now. Throws a `Failure` when there is none: a plugin fails, a file is gone. */
  current(): Promise<Identity>;
  /** Says that the server did not accept `used`: the next call of `current` asks plugins and files again. */
  refused(used: Identity): void;
}

/** Files of tokens and certificates are looked at this often, so that a rotated one is noticed. Milliseconds. */
const freshFor = 10_000;
/** Refused identities are renewed this often at most, or a plugin would be started for every request. Milliseconds. */
const renewAfter = 5_000;
/** How long a credential plugin may take: it may have to ask a cloud. */
const pluginTimeout = 60_000;

/** Credentials out of `config`. A plugin runs once for all requests that wait for it. */
export function openCredentials(config: ClusterConfig, clock: Clock): Credentials {
  let source = config.connect();
  let known: { readonly identity: Identity; readonly at: number } | undefined;
  let renewedAt = Number.NEGATIVE_INFINITY;
  let asking: Promise<Identity> | undefined;
  const ask = async (): Promise<Identity> => {
    const found = await identityOf(source, clock);
    const identity = known !== undefined && isEqual(known.identity, found) ? known.identity : found;
    known = { identity, at: clock.now().getTime() };
    return identity;
  };
  return {
    async current() {
      if (known !== undefined && isRecent(known.at, freshFor, clock.now())) return known.identity;
      asking ??= ask().finally(() => {
        asking = undefined;
      });
      return asking;
    },
    refused(used) {
      const now = clock.now();
      if (known?.identity !== used || isRecent(renewedAt, renewAfter, now)) return;
      // Tokens of plugins are kept until they expire: only a new source asks again.
      source = config.connect();
      known = { identity: used, at: Number.NEGATIVE_INFINITY };
      renewedAt = now.getTime();
    },
  };
}

function isEqual(a: Identity, b: Identity): boolean {
  return a.connection === b.connection && JSON.stringify(a.headers) === JSON.stringify(b.headers);
}

async function identityOf(identify: Identify, clock: Clock): Promise<Identity> {
  const done = new AbortController();
  const late = clock.sleep(pluginTimeout, done.signal).then((): never => {
    throw new Error('it did not answer within a minute');
  });
  try {
    const request = await Promise.race([identify(), late]);
    const { ca, cert, key, servername, rejectUnauthorized } = request;
    const tls = Object.fromEntries(
      Object.entries({ ca, cert, key, servername, rejectUnauthorized }).filter(([, value]) => value !== undefined),
    );
    return { headers: headersOf(request), tls, connection: JSON.stringify(Object.values(tls).map(String)) };
  } catch (thrown) {
    throw new Failure('kubeconfig-credentials', `no credentials: ${messageOf(thrown).trim().slice(0, 500)}`);
  } finally {
    done.abort();
  }
}

/** Trimmed: the token of a file often ends with a newline, which no header may hold. */
function headersOf({ headers = {}, auth }: RequestOptions): Record<string, string> {
  const found = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value).trim()]);
  const basic = auth ? [['authorization', `Basic ${Buffer.from(auth).toString('base64')}`]] : [];
  return Object.fromEntries([...basic, ...found]);
}
