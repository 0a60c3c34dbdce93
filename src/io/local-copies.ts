import { isObject } from '../model/json.ts';

/**
 * Whether packages that are installed by a lock may be copies of folders of the tree, or be made by its files: the lock is the same then
 * whatever those hold, and a copy of today is no copy of another day. A link is none, nor is an archive, of which a lock notes the hash.
 * What cannot be told counts as one.
 */
export function mayHoldCopies(lock: string, text: string): boolean {
  switch (lock) {
    case 'pnpm-lock.yaml':
      // `file:` of a folder, and members of a workspace that are injected; what is only linked is no package of the lock.
      return /\btype['"]?\s*:\s*['"]?directory\b/.test(text);
    case 'yarn.lock':
      return copiedByYarn.test(text);
    case 'bun.lock':
      // It hard-links folders or copies them, and patches packages by files whose hash it does not note.
      return /"(?:[^"]*@)?(?:file:|\.{0,2}\/)(?![^"]*\.t(?:ar\.)?gz")|"patchedDependencies"/.test(text);
    case 'bun.lockb':
      return true;
    default:
      return holdsCopiesOfNpm(text);
  }
}

/**
 * `file:` of a folder, plain paths as Yarn 1 takes them, and what a script of the tree makes (`exec:`); also where a patch is for one. By
 * `link:`, `portal:` and `workspace:` Yarn links, and of a patch it notes the hash.
 */
const copiedByYarn = /@(?:exec(?::|%3A)|(?:file(?::|%3A)|\.{0,2}\/)(?![^"\s,#]*\.t(?:ar\.)?gz\b))/i;

/** npm links folders, unless it is told to pack them (`install-links`): its lock says which it did, since version 2. */
function holdsCopiesOfNpm(text: string): boolean {
  const lock = parsed(text);
  const packages = entriesIn(lock?.['packages']);
  if (packages.length > 0)
    return packages.some((one) => one['link'] !== true && isLocal(one['resolved']) && one['integrity'] === undefined);
  return holdsLocal(lock);
}

/** The first version of the lock: packages below packages. */
function holdsLocal(parent: Readonly<Record<string, unknown>> | undefined): boolean {
  return entriesIn(parent?.['dependencies']).some((one) => (isLocal(one['version']) && one['integrity'] === undefined) || holdsLocal(one));
}

function isLocal(place: unknown): boolean {
  return typeof place === 'string' && place.startsWith('file:');
}

function entriesIn(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return isObject(value) ? Object.values(value).filter(isObject) : [];
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const read: unknown = JSON.parse(text);
    return isObject(read) ? read : undefined;
  } catch {
    // No package manager reads it, either: nothing is installed by it.
    return undefined;
  }
}
