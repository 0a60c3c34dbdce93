/** The forges that are spoken to: GitHub, GitLab, and Gitea with its fork Forgejo. */
export const forgeTypes = ['github', 'gitlab', 'gitea'] as const;

/** One of `forgeTypes`. */
export type ForgeType = (typeof forgeTypes)[number];

/** How something did that was asked of a commit. */
export type CommitState = 'pending' | 'success' | 'failure';

/** The context in which the agent of an environment tells how that does at a commit. */
export function contextOf(environment: string): string {
  return `lockstep/${environment}`;
}

/** Where a repository is at a forge. */
export interface ForgePlace {
  readonly type: ForgeType;
  /** The URL that the paths of the forge's interface are below, without a slash at its end: `https://api.github.com`. */
  readonly api: string;
  /** `owner/repository`; at GitLab with all groups. */
  readonly repository: string;
}

/** What is told of a forge; the rest is known by the remote. */
export interface ForgeWords {
  readonly type?: ForgeType | undefined;
  /** The forge's own URL, `https://git.example.com/gitea`, or that of its interface, `https://git.example.com/gitea/api/v1`. */
  readonly url?: string | undefined;
}

/** Why a remote tells no repository at a forge: nobody knows which type of forge its host is, or its path names no repository there. */
export type ForgeFault = 'host' | 'path' | 'url';

/** Hosts whose type is known. Those that speak ssh at the port of https are the same forges. */
const hosts: Readonly<Record<string, { readonly type: ForgeType; readonly web: string }>> = {
  'github.com': { type: 'github', web: 'github.com' },
  'ssh.github.com': { type: 'github', web: 'github.com' },
  'gitlab.com': { type: 'gitlab', web: 'gitlab.com' },
  'altssh.gitlab.com': { type: 'gitlab', web: 'gitlab.com' },
  'codeberg.org': { type: 'gitea', web: 'codeberg.org' },
};

/**
 * The place of a repository by the URL of a git remote: `https://host/owner/repository.git`, `ssh://git@host/owner/repository` or
 * `git@host:owner/repository`. What is told of the forge wins over what its host tells. A forge below a path, and one that is asked at another
 * port or host than git is, is found by its URL alone; but Gitea's remotes over https tell their path.
 */
export function forgeOf(remote: string, told: ForgeWords = {}): ForgePlace | ForgeFault {
  const address = remoteOf(remote);
  if (address === undefined) return 'path';
  const known = hosts[address.hostname];
  const type = told.type ?? known?.type;
  if (type === undefined) return 'host';
  const root = told.url === undefined ? undefined : rootOf(told.url, type);
  if (told.url !== undefined && root === undefined) return 'url';
  const path = segmentsBelow(address, root);
  const names = type === 'gitlab' ? path : path.slice(-2);
  if (names.length < 2 || (type === 'github' && path.length > 2)) return 'path';
  const web = root ?? `${known === undefined ? address.origin : `https://${known.web}`}${prefixOf(path, address, type)}`;
  return { type, api: apiOf(web, type), repository: names.join('/') };
}

/** What git is told of a repository. */
interface Remote {
  readonly isWeb: boolean;
  readonly hostname: string;
  /** Where pages are read of the same host. */
  readonly origin: string;
  readonly segments: readonly string[];
}

function remoteOf(remote: string): Remote | undefined {
  // `user@host:path`, which is no URL.
  const scp = /^(?:[^@/:\s]+@)?(\[[^\]]+\]|[^@/:[\]\s]+):(?!\/\/)\/*(.+)$/.exec(remote);
  const text = scp === null ? remote : `ssh://${scp[1]}/${scp[2]}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^(https?|ssh|git\+ssh):$/.test(url.protocol) || url.hostname === '') return undefined;
  const isWeb = /^https?:$/.test(url.protocol);
  const segments = segmentsOf(url.pathname.replace(/\/+$/, '').replace(/\.git$/, ''));
  const hostname = url.hostname.toLowerCase();
  return segments && { isWeb, hostname, origin: isWeb ? url.origin : `https://${hostname}`, segments };
}

function segmentsOf(path: string): readonly string[] | undefined {
  try {
    return path
      .split('/')
      .filter((one) => one !== '')
      .map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

/** The URL of a forge, of what may be that of its interface. */
function rootOf(text: string, type: ForgeType): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' && url.search === '';
  if (!isPlain || url.hash !== '') return undefined;
  const whole = `${url.origin}${url.pathname}`.replace(/\/+$/, '');
  return whole === 'https://api.github.com' ? 'https://github.com' : withoutEnd(whole, apiPaths[type]);
}

function withoutEnd(text: string, end: string): string {
  return text.endsWith(end) ? text.slice(0, -end.length) : text;
}

const apiPaths: Readonly<Record<ForgeType, string>> = { github: '/api/v3', gitlab: '/api/v4', gitea: '/api/v1' };

/** GitHub's own hosts have one for the interface beside them; GitHub Enterprise Server has a path for it. */
function apiOf(root: string, type: ForgeType): string {
  const { protocol, host } = new URL(root);
  const isHosted = type === 'github' && (host === 'github.com' || (host.endsWith('.ghe.com') && !host.startsWith('api.')));
  if (isHosted) return `${protocol}//api.${host}`;
  return type === 'github' && host.endsWith('.ghe.com') ? root : `${root}${apiPaths[type]}`;
}

/** The path of a repository at a forge whose URL is `root`; all of it where that is not told. */
function segmentsBelow({ isWeb, segments }: Remote, root: string | undefined): readonly string[] {
  const above = root === undefined || !isWeb ? [] : (segmentsOf(new URL(root).pathname) ?? []);
  return above.every((one, i) => one === segments[i]) ? segments.slice(above.length) : segments;
}

/** The path of the forge itself: of Gitea, what stands before owner and repository. */
function prefixOf(path: readonly string[], { isWeb }: Remote, type: ForgeType): string {
  const above = type === 'gitea' && isWeb ? path.slice(0, -2) : [];
  return above.map((one) => `/${encodeURIComponent(one)}`).join('');
}
