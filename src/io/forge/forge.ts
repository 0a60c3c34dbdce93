import { exitCodes, Failure } from '../../model/failure.ts';
import { type ForgeFault, type ForgePlace, type ForgeType, forgeOf, forgeTypes } from '../../model/forge.ts';
import { isLoopback, shownUrl } from '../../model/url.ts';
import type {
  CommitStatus,
  DeclinedRequest,
  Forge,
  ForgeOptions,
  MeantRequest,
  PullRequest,
  PullRequestText,
  Route,
} from '../../ports/forge.ts';
import type { Clock } from '../../ports.ts';
import { proxyFor } from '../registry/proxy.ts';
import type { Talk } from './asking.ts';
import { changeOf, clipped, closingMarker, longestDescription, longestTitle, type PullRequestChange } from './change.ts';
import { giteaApi, giteaHeaders } from './gitea.ts';
import { gitHubApi, gitHubHeaders } from './github.ts';
import { gitLabApi, gitLabHeaders } from './gitlab.ts';
import { type Token, tokenFor } from './token.ts';

/** A comment on a pull request. */
export interface Comment {
  readonly id: number;
  readonly body: string;
}

/** What the interface of each type of forge does; what is made of it is the same for all. Each throws `Failure`. */
export interface ForgeApi {
  /** The open pull request of a route, of branches of the repository itself. */
  find(route: Route): Promise<PullRequest | undefined>;
  /** Those of a route that are meant, and were closed, unmerged: the newest first, and of very many the newest alone. */
  closed(route: Route, meant: MeantRequest): Promise<readonly DeclinedRequest[]>;
  /** Opens a pull request, without labels where they cannot be given at once; undefined where there is one of this route already. */
  create(route: Route, text: PullRequestText): Promise<PullRequest | undefined>;
  change(pull: PullRequest, change: PullRequestChange): Promise<PullRequest>;
  close(pull: PullRequest): Promise<void>;
  /** All comments, the oldest first. */
  comments(number: number): Promise<readonly Comment[]>;
  write(number: number, body: string): Promise<void>;
  /** Changes a comment; false where it may not be changed, being somebody else's, or is gone. */
  rewrite(number: number, comment: number, body: string): Promise<boolean>;
  report(commit: string, status: CommitStatus): Promise<void>;
  statuses(commit: string): Promise<readonly CommitStatus[]>;
}

/** With what a forge is opened. */
export interface ForgeMeans {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Milliseconds for an answer. */
  readonly patience: number;
}

/** A repository at a forge, by its REST interface. Throws `Failure` where it is not known which, or nobody says who asks. */
export function openForge(options: ForgeOptions, means: ForgeMeans): Forge {
  const place = placeOf(options);
  return forgeAt(place, { token: tokenFor(place.type, means.env, new URL(place.api).host), trusted: undefined }, means);
}

/** Who asks a forge, and the certificates that are trusted for it; undefined for those that Node has. */
export interface Asker {
  readonly token: Token;
  readonly trusted: string[] | undefined;
}

/** The repository at `place`, for who asks. */
export function forgeAt(place: ForgePlace, { token, trusted }: Asker, { env, clock, signal, patience }: ForgeMeans): Forge {
  const manner = { trusted, proxyFor: (url: URL) => proxyFor(url, env), patience, signal };
  const { headers, api } = adapters[place.type];
  return forgeBy(place.type, api({ place, token, headers: headers(token), clock, manner }));
}

interface Adapter {
  readonly headers: (token: Token) => Readonly<Record<string, string>>;
  readonly api: (talk: Talk) => ForgeApi;
}

const adapters: Readonly<Record<ForgeType, Adapter>> = {
  github: { headers: gitHubHeaders, api: gitHubApi },
  gitlab: { headers: gitLabHeaders, api: gitLabApi },
  gitea: { headers: giteaHeaders, api: giteaApi },
};

/** Where a repository is at a forge. Throws `Failure` where it is not known which, or the token would not be safe on its way. */
export function placeOf(options: ForgeOptions): ForgePlace {
  const place = forgeOf(options.remote, options);
  if (typeof place === 'string') throw faults[place](options);
  const { protocol, hostname } = new URL(place.api);
  if (protocol === 'https:' || isLoopback(hostname) || options.insecure === true) return place;
  throw new Failure('forge-insecure', `\`${place.api}\` is not encrypted: whoever is in between could take the token`, {
    help: 'take the `https` URL of the forge',
    exit: exitCodes.input,
  });
}

const faults: Readonly<Record<ForgeFault, (options: ForgeOptions) => Failure>> = {
  host: ({ remote }) =>
    new Failure('forge-unknown', `nobody knows which type of forge the remote \`${shownUrl(remote)}\` is at`, {
      help: `tell its type: ${forgeTypes.join(', ')}`,
      exit: exitCodes.input,
    }),
  path: ({ remote }) =>
    new Failure('forge-unknown', `the remote \`${shownUrl(remote)}\` names no repository at a forge`, {
      help: 'take a remote like `https://git.example.com/owner/repository.git` or `git@git.example.com:owner/repository.git`',
      exit: exitCodes.input,
    }),
  url: ({ url = '' }) =>
    new Failure('forge-unknown', `\`${shownUrl(url)}\` is no URL of a forge`, {
      help: 'write what its pages begin with, without user and parameters: `https://git.example.com`',
      exit: exitCodes.input,
    }),
};

/** What all forges do alike, by what the interface of one does. */
function forgeBy(type: ForgeType, api: ForgeApi): Forge {
  const update = async (pull: PullRequest, text: PullRequestText, ours: readonly string[]): Promise<PullRequest> => {
    const change = changeOf(pull, text, ours);
    return change === undefined ? pull : api.change(pull, change);
  };
  const comment = async (number: number, marker: string, body: string): Promise<void> => {
    const text = body.startsWith(marker) ? body : `${marker}\n${body}`;
    const before = (await api.comments(number)).findLast((one) => one.body.startsWith(marker));
    if (before !== undefined && before.body.replaceAll('\r\n', '\n').trim() === text.trim()) return;
    if (before === undefined || !(await api.rewrite(number, before.id, text))) await api.write(number, text);
  };
  return {
    type,
    find: api.find,
    update,
    comment,
    async declined(route, meant) {
      const [last] = await api.closed(route, meant);
      if (last === undefined) return undefined;
      const isOurs = (await api.comments(last.number)).some((one) => one.body.startsWith(closingMarker));
      return isOurs ? undefined : last;
    },
    async open(route, text) {
      const wanted = { ...text, title: clipped(text.title, longestTitle) };
      // One that is there may be closed before it is found: then another one can be opened.
      for (let tries = 0; tries < 2; tries++) {
        const pull = (await api.create(route, wanted)) ?? (await api.find(route));
        if (pull !== undefined) return update(pull, wanted, []);
      }
      throw new Failure(
        'forge-failed',
        `a pull request from \`${route.head}\` into \`${route.base}\` is there already, and cannot be found`,
        {
          help: 'look at the pull requests of the repository; try again',
        },
      );
    },
    async close(pull, why) {
      await comment(pull.number, closingMarker, why);
      await api.close(pull);
    },
    report: (commit, status) => api.report(commit, { ...status, description: clipped(oneLine(status.description), longestDescription) }),
    statuses: api.statuses,
  };
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
