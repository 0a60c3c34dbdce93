import type { CommitState, ForgeType, ForgeWords } from '../model/forge.ts';
import type { SourceSecret } from './git.ts';

/** Which repository of which forge, and how it is asked. */
export interface ForgeOptions extends ForgeWords {
  /** The URL of the repository, as git has it. */
  readonly remote: string;
  /** Whether it may be asked without TLS; this very machine may always. */
  readonly insecure?: boolean | undefined;
  /** Says who asks; without it, the environment's variables do. */
  readonly secret?: SourceSecret | undefined;
}

/** What people are asked to merge: a pull request, or at GitLab a merge request. */
export interface PullRequest {
  /** As people count them: at GitLab the `iid`. */
  readonly number: number;
  /** Where people read it. */
  readonly url: string;
  readonly title: string;
  /** Markdown. */
  readonly body: string;
  /** Names, sorted. */
  readonly labels: readonly string[];
  /** The commit at the tip of its branch; after a push, a forge may need a moment to know. */
  readonly head: string;
}

/** A pull request that somebody closed without merging it. */
export interface DeclinedRequest extends Pick<PullRequest, 'number' | 'url'> {
  /** Who did, where the forge tells. */
  readonly by?: string;
}

/** Which one of the closed pull requests of a route is meant: one with this commit at the tip, or one whose body has this text. */
export type MeantRequest = { readonly commit: string } | { readonly text: string };

/** The branches that a pull request is of, in one repository: from `head` into `base`. */
export interface Route {
  readonly head: string;
  readonly base: string;
}

/** What a pull request says. */
export interface PullRequestText {
  readonly title: string;
  readonly body: string;
  /** Made where the repository does not have them. Those that people put on, and that are not among `ours`, stay. */
  readonly labels: readonly string[];
}

/** What is told of a commit, in one context: a later one of the same context replaces it. */
export interface CommitStatus {
  /** `lockstep/prod`. */
  readonly context: string;
  readonly state: CommitState;
  /** One line, for people. */
  readonly description: string;
  /** Where more of it stands, if anywhere. */
  readonly url?: string;
  /** When it was told (RFC 3339): forges say that, nobody tells them. */
  readonly at?: string;
}

/**
 * A repository at a forge. All implementations give up in time, follow pages to their end, and throw `Failure`: `forge-refused` for
 * a token that may not, `forge-missing` for what is not there, `forge-failed` for what the forge does not take, `forge-unreachable` for an outage. No message
 * holds the token. Titles are cut at 255 characters, what is told of a status at 140; what a body may hold is the caller's matter: 65,536
 * characters at GitHub.
 */
export interface Forge {
  readonly type: ForgeType;
  /** The open pull request of a route, or undefined. One of a fork's branch of the same name is another. */
  find(route: Route): Promise<PullRequest | undefined>;
  /**
   * The newest one of the pull requests of a route that are meant, and were closed, unmerged: where a person did that, who does not want what it
   * proposes. What `close` closed is none.
   */
  declined(route: Route, meant: MeantRequest): Promise<DeclinedRequest | undefined>;
  /** Opens one. Where there is one already, which another process opened meanwhile, that one is changed as `update` does. */
  open(route: Route, text: PullRequestText): Promise<PullRequest>;
  /** Changes what differs; `ours` are the labels that may be taken off. */
  update(pull: PullRequest, text: PullRequestText, ours: readonly string[]): Promise<PullRequest>;
  /** Says why, and closes it without merging. */
  close(pull: PullRequest, why: string): Promise<void>;
  /** Writes a comment, in place of the one of before that begins with the same `marker`, an HTML comment. */
  comment(number: number, marker: string, body: string): Promise<void>;
  /** Tells how a commit does. */
  report(commit: string, status: CommitStatus): Promise<void>;
  /** What was told last of a commit, one of each context. */
  statuses(commit: string): Promise<readonly CommitStatus[]>;
}
