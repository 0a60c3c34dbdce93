import { resolveRef } from './objects.ts';
import { fetchAllLatest, fetchLatest } from './remotes.ts';
import type { Git } from './run.ts';

/** What refs of remotes, and of this repository, stand for. */
export interface Looks {
  /** The object of a ref at `remote`, which is then here; or of one that is here. Undefined where there is none. */
  at(ref: string, remote: string | undefined): Promise<string | undefined>;
  /** Looks at several refs of a remote at once. What was found counts until `forget`. */
  ahead(refs: readonly string[], remote: string): Promise<void>;
  /** Lets the next look be a look: the ref was, or may have been, moved. */
  forget(ref: string, remote: string | undefined): void;
}

/** Looks at refs, each time anew but for those that were looked at ahead. */
export function openLooks(git: Git): Looks {
  const known = new Map<string, string | undefined>();
  const keyOf = (ref: string, remote: string): string => `${remote}\0${ref}`;
  return {
    async at(ref, remote) {
      if (remote === undefined) return resolveRef(git, ref);
      const key = keyOf(ref, remote);
      return known.has(key) ? known.get(key) : fetchLatest(git, remote, ref);
    },
    async ahead(refs, remote) {
      const found = await fetchAllLatest(git, remote, refs);
      for (const ref of refs) known.set(keyOf(ref, remote), found.get(ref));
    },
    forget(ref, remote) {
      if (remote !== undefined) known.delete(keyOf(ref, remote));
    },
  };
}
