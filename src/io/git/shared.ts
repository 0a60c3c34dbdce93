import { dirname, join } from 'node:path';
import { Failure } from '../../model/failure.ts';
import { sha256Of } from '../../model/sha256.ts';
import type { Clock } from '../../ports.ts';
import { removeCopy, sharedPrefix, touchCopy, unusedCopies } from './copies.ts';
import type { Credentials } from './credentials.ts';
import { type Gates, narrowGates } from './gates.ts';
import { type Listing, sharedListing } from './listing.ts';
import { refOfBranch } from './names.ts';
import type { FolderedSource, OpenSource } from './source.ts';

/** What one of several users of a source brings. */
export interface SharedUse {
  /** Where the copy lies. The same for all who share: the repository, and who reads it. */
  readonly folder: string;
  /** Tells this user from all others. */
  readonly reader: string;
  /** How old a look at the branches may be that answers this user, in milliseconds. */
  readonly freshFor: number;
  readonly credentials: Credentials;
  /** Opens the source for all, by gates that those of all folders pass. */
  readonly open: (credentials: Credentials, gates: Gates) => Promise<OpenSource>;
}

/** Sources with several users each. */
export interface SharedSources {
  /**
   * The source of a folder: one copy, and one look at its branches, for all who have it open. It closes with the last of them, and is
   * removed when nobody comes back, as is what a reader leaves in the copy of others.
   */
  open(use: SharedUse): Promise<FolderedSource>;
}

interface User {
  /** Tells what it keeps from what others keep under the same name. */
  readonly own: string;
  readonly branches: Set<string>;
  readonly credentials: Credentials;
}

interface Shared {
  readonly users: Set<User>;
  /** When it was opened, and when users left it, in milliseconds since 1970. */
  readonly since: number;
  readonly left: Map<User, number>;
  readonly opened: Promise<OpenSource>;
  readonly listing: Listing;
}

/** What nobody uses for this many milliseconds is removed: whoever is only changed, or starts again, comes back long before. */
const unusedFor = 3_600_000;

/** The least milliseconds between two looks for what nobody uses. */
const tidyPause = 60_000;

/** Where below `base` the copy lies of those who name the same `parts`: a URL, and who reads there. */
export function folderOfCopy(base: string, parts: readonly (string | undefined)[]): string {
  return join(base, `${sharedPrefix}${sha256Of(JSON.stringify(parts)).slice(0, 16)}`);
}

/** Shares sources among those who name the same folder. */
export function sharedSources(clock: Clock): SharedSources {
  const all = new Map<string, Shared>();
  const closing = new Map<string, Promise<void>>();

  const gates = narrowGates();
  let tidied = Number.NEGATIVE_INFINITY;

  /** Removes what nobody uses beside `folder`. Only room is at stake: what fails is tried again. */
  const tidy = async (folder: string): Promise<void> => {
    const now = clock.now();
    if (now.getTime() - tidied < tidyPause) return;
    tidied = now.getTime();
    for (const [at, { users, left, opened, since }] of all) {
      await touchCopy(at, now).catch(() => {});
      for (const [user, when] of left) if (now.getTime() - when >= unusedFor) left.delete(user);
      // Whoever was here before this process began may come yet.
      if (now.getTime() - since >= unusedFor)
        await opened.then((source) => source.retain(wantedBy([...users, ...left.keys()]))).catch(() => {});
    }
    for (const unused of await unusedCopies(dirname(folder), new Date(now.getTime() - unusedFor))) {
      if (all.has(unused) || closing.has(unused)) continue;
      const end = removeCopy(unused)
        .catch(() => {})
        .finally(() => closing.delete(unused));
      closing.set(unused, end);
      await end;
    }
  };
  const begin = ({ folder, open }: SharedUse): Shared => {
    const users = new Set<User>();
    // Whoever has it open may answer for all: they share who reads.
    const opened = open(async (signal) => [...users][0]?.credentials(signal), gates);
    const listing = sharedListing({
      clock,
      branches: () => new Set([...users].flatMap(({ branches }) => [...branches])),
      look: async (branches, signal) => (await opened).tips(branches, signal),
    });
    const shared: Shared = { users, since: clock.now().getTime(), left: new Map(), opened, listing };
    all.set(folder, shared);
    return shared;
  };
  const leave = async (folder: string, shared: Shared, user: User): Promise<void> => {
    if (!shared.users.delete(user)) return;
    shared.left.set(user, clock.now().getTime());
    if (shared.users.size > 0) return;
    all.delete(folder);
    // No two may work on one copy: whoever comes next waits.
    const end = shared.opened.then((source) => source.close()).finally(() => closing.delete(folder));
    closing.set(folder, end);
    await end;
  };
  return {
    async open(use) {
      const { folder, credentials } = use;
      while (closing.has(folder)) await closing.get(folder)?.catch(() => {});
      const shared = all.get(folder) ?? begin(use);
      const user: User = { own: sha256Of(use.reader).slice(0, 16), branches: new Set(), credentials };
      shared.users.add(user);
      try {
        const source = await shared.opened;
        await touchCopy(folder, clock.now()).catch(() => {});
        const tidyUp = (): void => void tidy(folder).catch(() => {});
        tidyUp();
        return part(source, { shared, user, use, tidyUp, leave: () => leave(folder, shared, user) });
      } catch (thrown) {
        if (all.get(folder) === shared) all.delete(folder);
        throw thrown;
      }
    },
  };
}

function wantedBy(users: readonly User[]): Parameters<OpenSource['retain']>[0] {
  return { names: new Set(users.map(({ own }) => own)), branches: new Set(users.flatMap(({ branches }) => [...branches])) };
}

/** A shared source as one user has it. */
function part(
  source: OpenSource,
  of: {
    readonly shared: Shared;
    readonly user: User;
    readonly use: SharedUse;
    readonly tidyUp: () => void;
    readonly leave: () => Promise<void>;
  },
): FolderedSource {
  const { shared, user, use, tidyUp, leave } = of;
  const open = (): OpenSource => {
    if (shared.users.has(user)) return source;
    throw new Failure('git-closed', 'the repository is closed');
  };
  return {
    async tip(branch, signal) {
      open();
      refOfBranch(branch);
      user.branches.add(branch);
      tidyUp();
      return shared.listing.tip({ branch, freshFor: use.freshFor, signal });
    },
    refresh: () => shared.listing.refresh(),
    async fetch(branch, ...args) {
      user.branches.add(branch);
      await open().fetch(branch, ...args);
    },
    async lastChange(of, signal) {
      user.branches.add(of.branch);
      return open().lastChange(of, signal);
    },
    has: async (...args) => open().has(...args),
    keep: async (name, commit) => open().keep(`${user.own}/${name}`, commit),
    isAncestor: async (...args) => open().isAncestor(...args),
    files: async (...args) => open().files(...args),
    filesIn: async (...args) => open().filesIn(...args),
    treeIn: async (...args) => open().treeIn(...args),
    read: async (...args) => open().read(...args),
    bytesOf: async (...args) => open().bytesOf(...args),
    treeOf: async (...args) => open().treeOf(...args),
    attestations: (...args) => open().attestations(...args),
    close: leave,
  };
}
