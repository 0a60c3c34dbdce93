import { sha256Of } from '../model/sha256.ts';
import type { Files } from '../ports.ts';

/** What is written to files of the project, by path; undefined for what is removed. */
export type Drafted = ReadonlyMap<string, string | Buffer | undefined>;

/** Files of the project that are read as they would be, while nothing is written: what is, is kept beside them. */
export function draftFiles(files: Files): { readonly files: Files; readonly drafted: Drafted } {
  const drafted = new Map<string, string | Buffer | undefined>();
  return {
    drafted,
    files: {
      ...files,
      read: async (path) => (drafted.has(path) ? drafted.get(path)?.toString() : files.read(path)),
      sha256: async (path) => {
        if (!drafted.has(path)) return files.sha256(path);
        const content = drafted.get(path);
        return content === undefined ? undefined : sha256Of(content);
      },
      write: async (path, content) => void drafted.set(path, content),
      remove: async (path) => void drafted.set(path, undefined),
    },
  };
}
