import { hostsAnnotation } from '../../model/declared.ts';
import { exitCodes, Failure } from '../../model/failure.ts';
import type { ForgePlace } from '../../model/forge.ts';
import type { Forge, ForgeOptions, SourceSecret } from '../../ports.ts';
import type { SourceCredentials } from '../git/credentials.ts';
import { appTokens, type Tokens } from '../git/github-app.ts';
import { readSourceSecret, type SecretData } from '../git/secret.ts';
import { trusted } from '../registry/trust.ts';
import { type Asker, type ForgeMeans, forgeAt, placeOf } from './forge.ts';

/** Forges that are asked as whoever Secrets of a cluster say. */
export interface ForgeSecrets {
  /** Reads the Secret anew. Throws `Failure`: `forge-token` where it does not say who asks. */
  open(options: ForgeOptions, secret: SourceSecret): Promise<Forge>;
}

/** What an app of GitHub is let do: no more than to tell how commits do. */
const permissions = { statuses: 'write' } as const;

/** Keeps the tokens of apps, which are given out for an hour. */
export function forgeSecrets(means: ForgeMeans): ForgeSecrets {
  const apps = new Map<string, Tokens>();
  return {
    async open(options, secret) {
      const place = placeOf(options);
      const who = await whoAsks(secret, place, means.signal);
      const authorities = trusted(who.ca === undefined ? [] : [who.ca], means.env);
      const variable = `Secret ${secret.namespace}/${secret.name}`;
      const askAs = (value: string): Asker => ({ token: { variable, value }, trusted: authorities });
      if (who.type !== 'githubApp') return forgeAt(place, askAs(who.type === 'basic' ? who.password : who.token), means);
      const { type: _, ca, ...app } = who;
      const tokens = apps.get(variable) ?? appTokens(means);
      apps.set(variable, tokens);
      const value = await tokens.tokenFor({ app, ca, permissions, signal: means.signal });
      return untilRefused(forgeAt(place, askAs(value), means), tokens.forget);
    },
  };
}

type Who = Extract<SourceCredentials, { readonly type: 'basic' | 'bearer' | 'githubApp' }>;

/** Keys that say who one is to a web server, as those of a source do. Others are for git alone. */
const webKeys: readonly string[] = [
  'bearerToken',
  'ca.crt',
  'githubAppBaseURL',
  'githubAppID',
  'githubAppInstallationID',
  'githubAppPrivateKey',
  'password',
  'username',
];

async function whoAsks(secret: SourceSecret, place: ForgePlace, signal: AbortSignal): Promise<Who> {
  const content = await secret.read(signal);
  const name = `${secret.namespace}/${secret.name}`;
  const site = siteOf(place);
  if (content === undefined)
    throw refusal(`there is no Secret \`${name}\`, by which \`${site.hostname}\` is to be told`, 'create it, with the key `token`');
  const named = content.hosts?.split(',').map((host) => host.trim().toLowerCase());
  if (named !== undefined && ![site.hostname, new URL(place.api).hostname].some((host) => named.includes(host)))
    throw refusal(
      `the Secret \`${name}\` is for \`${content.hosts}\` alone, and the forge is at \`${site.hostname}\``,
      `name the host in its annotation \`${hostsAnnotation}\`, or name a Secret for that forge`,
    );
  const decoded = Object.entries(content.data).map(([key, value]) => [key, Buffer.from(value, 'base64')] as const);
  const reading = readSourceSecret(tokenFirst(Object.fromEntries(decoded)), {
    url: `${site.origin}/${place.repository}.git`,
    protocol: site.protocol === 'http:' ? 'http' : 'https',
  });
  if (reading.status === 'usable' && isWeb(reading.credentials)) return reading.credentials;
  const problems = reading.status === 'usable' ? [] : reading.problems.map(({ message }) => message.replaceAll('bearerToken', 'token'));
  const whats = problems.length === 0 ? 'it holds no token' : problems.join('; ');
  throw refusal(
    `the Secret \`${name}\` does not say who tells \`${site.hostname}\`: ${whats}`,
    'put a token that may write commit statuses there, under the key `token`, or the keys of a GitHub App',
  );
}

/** The forge as people find it: the interface of GitHub's own sites has a host beside them. */
function siteOf({ api }: ForgePlace): URL {
  return new URL(api.replace(/^https:\/\/api\.(?=github\.com$|[^./]+\.ghe\.com$)/, 'https://'));
}

/** What a Secret tells the web of who one is: what is called `token` counts first. */
function tokenFirst(data: SecretData): SecretData {
  const { token, 'ca.crt': ca } = data;
  if (token !== undefined) return { bearerToken: token, ...(ca === undefined ? {} : { 'ca.crt': ca }) };
  return Object.fromEntries(Object.entries(data).filter(([key]) => webKeys.includes(key)));
}

function isWeb(who: SourceCredentials): who is Who {
  return who.type === 'basic' || who.type === 'bearer' || who.type === 'githubApp';
}

/** The same forge, whose token is not kept for the next time once it was refused. */
function untilRefused(forge: Forge, forget: () => void): Forge {
  const watched = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (thrown) {
      if (thrown instanceof Failure && thrown.code === 'forge-refused') forget();
      throw thrown;
    }
  };
  return {
    ...forge,
    report: (...args) => watched(forge.report(...args)),
    statuses: (...args) => watched(forge.statuses(...args)),
  };
}

function refusal(message: string, help: string): Failure {
  return new Failure('forge-token', message, { help, exit: exitCodes.input });
}
