import { X509Certificate } from 'node:crypto';
import { isLoopback } from '../../model/url.ts';
import type { Address, Protocol } from './address.ts';
import type { SourceCredentials } from './credentials.ts';
import { isRsaKey, privateKeyForm } from './private-key.ts';

/** What keeps a Secret from saying who reads a source. No text of it holds a value of the Secret. */
export interface SecretProblem {
  /** The key of its data; undefined where it is about all of them. */
  readonly key: string | undefined;
  /** A clause that begins with the key. */
  readonly message: string;
  readonly help: string;
}

/** What a Secret says of who reads a source. */
export type SecretReading =
  | { readonly status: 'usable'; readonly credentials: SourceCredentials }
  | { readonly status: 'unusable'; readonly problems: readonly SecretProblem[] };

/** The data of a Secret, decoded. */
export type SecretData = Readonly<Record<string, Buffer>>;

type Method = 'basic' | 'bearer' | 'githubApp' | 'ssh';

/** The keys that a way of saying who one is needs, named as Flux names them. */
const needed = {
  basic: ['username', 'password'],
  bearer: ['bearerToken'],
  githubApp: ['githubAppID', 'githubAppInstallationID', 'githubAppPrivateKey'],
  ssh: ['identity', 'known_hosts'],
} as const satisfies Readonly<Record<Method, readonly string[]>>;

const authorityKey = 'ca.crt';
const apiKey = 'githubAppBaseURL';
const usualApi = 'https://api.github.com';

/** What a protocol can be told; all other known keys are out of place there. */
const methodsOf: Readonly<Record<Protocol, readonly Method[]>> = {
  https: ['basic', 'bearer', 'githubApp'],
  http: ['basic', 'bearer', 'githubApp'],
  ssh: ['ssh'],
  file: [],
};

/** Longer values are none that a server takes: the largest that people have are keys and lists of authorities. */
const longestLine = 16 * 1024;
const longestText = 512 * 1024;

/**
 * Who reads the source at `address`, by the data of a Secret in the keys that Flux uses. Keys that are not known are passed over. All
 * problems are told at once.
 */
export function readSourceSecret(data: SecretData, address: Address): SecretReading {
  const { protocol } = address;
  const present = new Set(Object.keys(data));
  const methods = methodsOf[protocol];
  const named = methods.filter((method) => marksOf(method).some((key) => present.has(key)));
  const method = named[0];
  const misplaced = [...misplacedKeys(present, protocol), ...named.slice(1).map((other) => twice(method, other, present))];
  if (misplaced.length > 0) return unusable(misplaced);
  if (method === undefined) return present.has(authorityKey) && methods.length > 0 ? anonymous(data) : unusable([nothingIn(protocol)]);
  const missing = needed[method].filter((key) => !present.has(key)).map((key) => missingKey(key, method, present));
  const problems = [...missing, ...[...present].flatMap((key) => problemsOf(key, data, method)), ...apiProblems(method, data, address)];
  return problems.length > 0 ? unusable(problems) : { status: 'usable', credentials: credentialsOf(method, data) };
}

function unusable(problems: readonly SecretProblem[]): SecretReading {
  return { status: 'unusable', problems };
}

function anonymous(data: SecretData): SecretReading {
  const problems = authorityProblems(data);
  return problems.length > 0
    ? unusable(problems)
    : { status: 'usable', credentials: { type: 'anonymous', ca: textAt(data, authorityKey) } };
}

function credentialsOf(method: Method, data: SecretData): SourceCredentials {
  const at = (key: string): string => textAt(data, key);
  const ca = Object.hasOwn(data, authorityKey) ? { ca: at(authorityKey) } : {};
  switch (method) {
    case 'basic':
      return { type: 'basic', username: at('username'), password: at('password'), ...ca };
    case 'bearer':
      return { type: 'bearer', token: at('bearerToken'), ...ca };
    case 'ssh':
      return { type: 'ssh', identity: at('identity'), knownHosts: at('known_hosts') };
    case 'githubApp':
      return {
        type: 'githubApp',
        appId: at('githubAppID'),
        installationId: at('githubAppInstallationID'),
        privateKey: at('githubAppPrivateKey'),
        api: Object.hasOwn(data, apiKey) ? at(apiKey).replace(/\/+$/, '') : usualApi,
        ...ca,
      };
  }
}

/** The keys by which a way is recognized. `password` stands with `identity`, too: as its passphrase. */
function marksOf(method: Method): readonly string[] {
  return method === 'githubApp' ? [...needed.githubApp, apiKey] : needed[method];
}

function misplacedKeys(present: ReadonlySet<string>, protocol: Protocol): readonly SecretProblem[] {
  const isHttp = protocol === 'https' || protocol === 'http';
  const web = [...needed.basic, ...needed.bearer, ...needed.githubApp, apiKey, authorityKey];
  const foreign: readonly string[] = isHttp ? needed.ssh : protocol === 'ssh' ? web.filter((key) => key !== 'password') : [];
  return foreign
    .filter((key) => present.has(key))
    .map((key) => ({
      key,
      message: `\`${key}\` is for ${isHttp ? 'ssh' : 'https'}, and the URL is \`${protocol}\``,
      help: isHttp
        ? `use the ssh URL of the repository, or name a Secret without \`${key}\``
        : key === 'username'
          ? 'write the user into the URL: `ssh://git@…`, and take `username` out of the Secret'
          : `use the https URL of the repository, or name a Secret without \`${key}\``,
    }));
}

function twice(first: Method | undefined, second: Method, present: ReadonlySet<string>): SecretProblem {
  const keyOf = (method: Method): string => marksOf(method).find((key) => present.has(key)) ?? '';
  const [one, other] = [first === undefined ? '' : keyOf(first), keyOf(second)];
  return {
    key: other,
    message: `\`${other}\` and \`${one}\` say in two ways who reads`,
    help: `take \`${one}\` or \`${other}\` out of the Secret, with the keys that go with it`,
  };
}

function nothingIn(protocol: Protocol): SecretProblem {
  if (protocol === 'file') return { key: undefined, message: 'a path or a file URL is read without credentials', help: 'name no Secret' };
  const [message, help] =
    protocol === 'ssh'
      ? ['none of its keys says who reads', 'put `identity` and `known_hosts` into it']
      : ['none of its keys says who reads', 'put `username` and `password` into it, or `bearerToken`, or the keys of a GitHub App'];
  return { key: undefined, message, help };
}

function missingKey(key: string, method: Method, present: ReadonlySet<string>): SecretProblem {
  const beside = marksOf(method).find((one) => present.has(one)) ?? '';
  const why = key === 'known_hosts' ? ': no server can be told from another one that only claims to be it' : '';
  const help =
    key === 'known_hosts'
      ? 'put the keys of the server there, as its operator publishes them: `ssh-keyscan <host>` prints what to compare'
      : `put \`${key}\` into the Secret`;
  return { key, message: `\`${key}\` is missing beside \`${beside}\`${why}`, help };
}

/** What is wrong with the value of one key, as the way that was chosen takes it. */
function problemsOf(key: string, data: SecretData, method: Method): readonly SecretProblem[] {
  const own: readonly string[] = marksOf(method);
  if (key === authorityKey) return authorityProblems(data);
  if (!own.includes(key)) return [];
  const isText = key === 'identity' || key === 'known_hosts' || key === 'githubAppPrivateKey';
  const basic = isText ? textProblem(key, data) : lineProblem(key, data);
  const found = basic ?? specialProblem(key, textAt(data, key));
  return found === undefined ? [] : [found];
}

function textProblem(key: string, data: SecretData): SecretProblem | undefined {
  const bytes = data[key] ?? Buffer.alloc(0);
  if (bytes.length > longestText)
    return { key, message: `\`${key}\` has more than ${longestText} bytes`, help: 'look at what was put there' };
  if (bytes.toString('utf8').trim() === '') return { key, message: `\`${key}\` is empty`, help: `put a value there` };
  if (!isUtf8(bytes))
    return { key, message: `\`${key}\` is no text`, help: 'in `data` values are encoded by base64 once, in `stringData` not at all' };
  return undefined;
}

/** Of what is one line: a break in a header would be a header of its own, and one at an end is a slip of `echo`. */
function lineProblem(key: string, data: SecretData): SecretProblem | undefined {
  const wrong = textProblem(key, data);
  if (wrong !== undefined) return wrong;
  const text = textAt(data, key);
  const again = `make it without one: \`kubectl create secret generic --from-literal=${key}=…\`, or \`printf\` in the place of \`echo\``;
  if (/[\r\n]$/.test(text))
    return { key, message: `\`${key}\` ends with a line break, which no server takes for a part of it`, help: again };
  if ([...text].some((character) => character < ' ' || character === '\u007f'))
    return { key, message: `\`${key}\` has a control character in it`, help: 'put the value there as it was given out' };
  if (text.length > longestLine)
    return { key, message: `\`${key}\` has more than ${longestLine} characters`, help: 'look at what was put there' };
  return undefined;
}

function specialProblem(key: string, text: string): SecretProblem | undefined {
  switch (key) {
    case 'username':
      return text.includes(':')
        ? { key, message: '`username` has a colon, behind which a server reads the password', help: 'put the user alone there' }
        : undefined;
    case 'bearerToken':
      return /^[\x21-\x7e]+$/.test(text)
        ? undefined
        : { key, message: '`bearerToken` has characters that no token has', help: 'put the token alone there' };
    case 'identity':
      return identityProblem(text);
    case 'known_hosts':
      return text.split('\n').some((line) => /^[^#\s]\S*\s+\S+\s+\S/.test(line.trim()))
        ? undefined
        : {
            key,
            message: '`known_hosts` has no line with a host and its key',
            help: 'a line is `<host> <type> <key>`, as `ssh-keyscan <host>` prints it',
          };
    case 'githubAppID':
      return /^[A-Za-z0-9._-]{1,64}$/.test(text)
        ? undefined
        : { key, message: '`githubAppID` is no id of an app', help: 'it stands on the page of the app: a number' };
    case 'githubAppInstallationID':
      return /^\d{1,20}$/.test(text)
        ? undefined
        : {
            key,
            message: '`githubAppInstallationID` is no number',
            help: 'it stands at the end of the URL of the installation: `…/installations/12345678`',
          };
    case 'githubAppPrivateKey':
      return isRsaKey(text)
        ? undefined
        : {
            key,
            message: '`githubAppPrivateKey` is no RSA key in PEM without a passphrase',
            help: 'put the `.pem` file there that GitHub gave out for the app',
          };
    default:
      return undefined;
  }
}

function identityProblem(text: string): SecretProblem | undefined {
  const key = 'identity';
  const form = privateKeyForm(text);
  if (form === 'encrypted') {
    const message = '`identity` is encrypted, and a passphrase is not supported: it would stand beside the key';
    return { key, message, help: "take the passphrase off a copy of the key: `ssh-keygen -p -N '' -f <file>`, and put that there" };
  }
  const help = 'put the private key there, from its `-----BEGIN` line to its `-----END` line';
  return form === 'none' ? { key, message: '`identity` is no private key', help } : undefined;
}

function authorityProblems(data: SecretData): readonly SecretProblem[] {
  const key = authorityKey;
  const wrong = textProblem(key, data);
  if (wrong !== undefined) return [wrong];
  const blocks = textAt(data, key).match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  const isFine = blocks.length > 0 && blocks.every(isCertificate);
  return isFine ? [] : [{ key, message: '`ca.crt` is no certificate in PEM', help: "put the certificate of the server's authority there" }];
}

/** Where tokens come from: of what GitHub gives out for its own site, no other server is told. */
function apiProblems(method: Method, data: SecretData, { url }: Address): readonly SecretProblem[] {
  if (method !== 'githubApp') return [];
  const key = apiKey;
  const host = new URL(url).hostname;
  if (!Object.hasOwn(data, key)) {
    const help = 'name the API of that server: `https://<host>/api/v3`';
    return host === 'github.com' ? [] : [{ key, message: `\`${key}\` is missing, and \`${host}\` is not \`github.com\``, help }];
  }
  if (lineProblem(key, data) !== undefined) return [];
  const api = textAt(data, key);
  if (!isApi(api)) return [{ key, message: `\`${key}\` is no https URL of an API`, help: 'write `https://<host>/api/v3`' }];
  const site = siteOf(api);
  if (site === undefined || site === host) return [];
  const help = `give the URL of the repository at \`${site}\`, or name the API of \`${host}\``;
  return [{ key, message: `\`${key}\` gives out tokens for \`${site}\`, and the URL is at \`${host}\``, help }];
}

/** The site of GitHub's own whose API is at `api`; undefined for a GitHub of somebody else, whose names are theirs. */
function siteOf(api: string): string | undefined {
  return /^api\.(github\.com|(?:[^.]+\.)?ghe\.com)\.?$/.exec(new URL(api).hostname)?.[1];
}

function isApi(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(text);
  return (
    [username, password, search, hash].every((part) => part === '') &&
    (protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname)))
  );
}

function isCertificate(text: string): boolean {
  try {
    return new X509Certificate(text).raw.length > 0;
  } catch {
    return false;
  }
}

function isUtf8(bytes: Buffer): boolean {
  return Buffer.from(bytes.toString('utf8'), 'utf8').equals(bytes);
}

function textAt(data: SecretData, key: string): string {
  return (data[key] ?? Buffer.alloc(0)).toString('utf8');
}
