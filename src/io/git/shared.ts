import { Failure } from '../../model/failure.ts';
import { sha256Of } from '../../model/sha256.ts';
import type { Clock, RenderedSource } from '../../ports.ts';
import type { Credentials } from './credentials.ts';
import { type Listing, sharedListing } from './listing.ts';
import { refOfBranch } from './names.ts';
import type { OpenSource } from './source.ts';

/** What one of several users of a source brings. */
export interface SharedUse {
  /** The same for all who share: the repository, and who reads it. */
  readonly key: string;
  /** Tells this user from all others. */
  readonly reader: string;
  /** How old a look at the branches may be that answers this user, in milliseconds. */
  readonly freshFor: number;
  readonly credentials: Credentials;
  /** Opens the source for all. */
  readonly open: (credentials: Credentials) => Promise<OpenSource>;
}

/** Sources with several users each. */
export interface SharedSources {
  /** The source of a key: one copy, and one look at its branches, for all who have it open. It closes with the last of them. */
  open(use: SharedUse): Promise<RenderedSource>;
}

interface User {
  readonly branches: Set<string>;
  readonly credentials: Credentials;
}

interface Shared {
  readonly users: Set<User>;
  readonly opened: Promise<OpenSource>;
  readonly listing: Listing;
}

/** Shares sources among those who name the same key. */
export function sharedSources(clock: Clock): SharedSources {
  const all = new Map<string, Shared>();
  const closing = new Map<string, Promise<void>>();

  const begin = ({ key, open }: SharedUse): Shared => {
    const users = new Set<User>();
    // Whoever has it open may answer for all: they share who reads.
    const opened = open(async (signal) => [...users][0]?.credentials(signal));
    const listing = sharedListing({
      clock,
      branches: () => new Set([...users].flatMap(({ branches }) => [...branches])),
      look: async (branches, signal) => (await opened).tips(branches, signal),
    });
    const shared: Shared = { users, opened, listing };
    all.set(key, shared);
    return shared;
  };
  const leave = async (key: string, shared: Shared, user: User): Promise<void> => {
    if (!shared.users.delete(user) || shared.users.size > 0) return;
    all.delete(key);
    // No two may work on one copy: whoever comes next waits.
    const end = shared.opened.then((source) => source.close()).finally(() => closing.delete(key));
    closing.set(key, end);
    await end;
  };
  return {
    async open(use) {
      const { key, credentials } = use;
      while (closing.has(key)) await closing.get(key)?.catch(() => {});
      const shared = all.get(key) ?? begin(use);
      const user: User = { branches: new Set(), credentials };
      shared.users.add(user);
      try {
        return part(await shared.opened, { shared, user, use, leave: () => leave(key, shared, user) });
      } catch (thrown) {
        if (all.get(key) === shared) all.delete(key);
        throw thrown;
      }
    },
  };
}

/** A shared source as one user has it. */
function part(
  source: OpenSource,
  of: { readonly shared: Shared; readonly user: User; readonly use: SharedUse; readonly leave: () => Promise<void> },
): RenderedSource {
  const { shared, user, use, leave } = of;
  // Two users may keep different commits under one name.
  const own = sha256Of(use.reader).slice(0, 16);
  const open = (): OpenSource => {
    if (shared.users.has(user)) return source;
    throw new Failure('git-closed', 'the repository is closed');
  };
  return {
    async tip(branch, signal) {
      open();
      refOfBranch(branch);
      user.branches.add(branch);
      return shared.listing.tip({ branch, freshFor: use.freshFor, signal });
    },
    refresh: () => shared.listing.refresh(),
    fetch: async (...args) => open().fetch(...args),
    has: async (...args) => open().has(...args),
    keep: async (name, commit) => open().keep(`${own}/${name}`, commit),
    isAncestor: async (...args) => open().isAncestor(...args),
    files: async (...args) => open().files(...args),
    read: async (...args) => open().read(...args),
    close: leave,
  };
}
