import { createHash } from 'node:crypto';
import type { CommitStatus, Route } from '../../src/ports.ts';

/** A pull request that a forge of tests has. */
export interface HeldPull extends Route {
  readonly number: number;
  title: string;
  body: string;
  labels: string[];
  isOpen: boolean;
  /** The tip of its branch when it was closed. */
  last?: string | undefined;
  /** Whether it comes from a repository of somebody else. */
  readonly isForeign: boolean;
  readonly comments: HeldComment[];
}

export interface HeldComment {
  readonly id: number;
  readonly by: string;
  body: string;
}

/** What a forge of tests has of one repository. */
export interface Held {
  readonly branches: Map<string, string>;
  readonly pulls: HeldPull[];
  /** By commit; all that were told, the last at the end. */
  readonly statuses: Map<string, CommitStatus[]>;
  /** A number that nobody had yet. */
  next(): number;
}

/** A repository with one branch, `main`. */
export function emptyRepository(): Held {
  let last = 0;
  return {
    branches: new Map([['main', commitOf('main')]]),
    pulls: [],
    statuses: new Map(),
    next: () => ++last,
  };
}

/** A commit that is at the tip of a branch. */
export function commitOf(branch: string): string {
  return createHash('sha1').update(branch).digest('hex');
}

export function openPull(held: Held, route: Route, isForeign = false): HeldPull {
  const pull: HeldPull = { ...route, number: held.next(), title: '', body: '', labels: [], isOpen: true, isForeign, comments: [] };
  held.pulls.push(pull);
  return pull;
}

/** Opens or closes it. What is pushed to its branch while it is closed is no matter of it. */
export function turn({ branches }: Held, pull: HeldPull, isOpen: boolean): void {
  pull.last = isOpen ? undefined : branches.get(pull.head);
  pull.isOpen = isOpen;
}

/** The commit that a pull request is of. */
export function headOf({ branches }: Held, { head, last }: HeldPull): string | undefined {
  return last ?? branches.get(head);
}

/** The open pull request of a route, from the repository itself. */
export function openOf({ pulls }: Held, { head, base }: Route): HeldPull | undefined {
  return pulls.find((one) => one.isOpen && !one.isForeign && one.head === head && one.base === base);
}

export function tell({ statuses }: Held, commit: string, status: CommitStatus): void {
  statuses.set(commit, [...(statuses.get(commit) ?? []), status]);
}

/** The last status of each context. */
export function latest({ statuses }: Held, commit: string): readonly CommitStatus[] {
  return [...new Map((statuses.get(commit) ?? []).map((one) => [one.context, one])).values()];
}
