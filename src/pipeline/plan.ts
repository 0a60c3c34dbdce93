import { sha256Of } from '../model/sha256.ts';
import type { PipelineFile } from './project.ts';

/** How a file was made. */
export interface Made {
  /** The words behind `lockstep`, which make it again. */
  readonly words: readonly string[];
  /** The folder of the project, from the root of the repository; '' when they are the same. */
  readonly folder: string;
}

/** What is to become of a file. `edited` is one that Lockstep did not make, or that somebody changed since: it stays. */
export type PipelineChange =
  | { readonly path: string; readonly status: 'new' | 'changed'; readonly text: string }
  | { readonly path: string; readonly status: 'same' | 'removed' | 'edited' };

/** The whole text of a file, with the head that says how it was made, and of what the rest is the digest. */
export function sealed({ mark, first, text }: PipelineFile, made: Made): string {
  const where = made.folder === '' ? '' : ` in \`${made.folder}\``;
  const head = [
    ...(first === undefined ? [] : [first]),
    `${mark} Made by \`lockstep ${made.words.join(' ')}\`${where}. What is changed here by hand stays, and is not made again.`,
    `${mark} sha256:${sha256Of(text)}`,
  ];
  return `${head.join('\n')}\n\n${text}`;
}

/** How a file was made that is as it was made; undefined for all others. */
export function readSeal(text: string): Made | undefined {
  const found = /^(?:#!.*\n)?(?:#|\/\/) Made by `lockstep ([^`\n]+)`(?: in `([^`\n]+)`)?\. .*\n(?:#|\/\/) sha256:([0-9a-f]{64})\n\n/.exec(
    text,
  );
  const [head, words, folder = '', digest] = found ?? [];
  if (head === undefined || words === undefined) return undefined;
  return sha256Of(text.slice(head.length)) === digest ? { words: words.split(' '), folder } : undefined;
}

/** Whether a file is one of a system's of a project, and as it was made. */
function isOf(text: string, { words, folder }: Made): boolean {
  const made = readSeal(text);
  return made !== undefined && made.words[1] === words[1] && made.folder === folder;
}

/**
 * What is to become of files, of which `present` says what stands there now: those that are made, and those that were made of the same system
 * and are not any more. With `isForced` what is edited is written as well.
 */
export function planPipeline(
  files: readonly PipelineFile[],
  {
    made,
    present,
    isForced,
  }: { readonly made: Made; readonly present: ReadonlyMap<string, string | undefined>; readonly isForced: boolean },
): readonly PipelineChange[] {
  const paths = new Set(files.map(({ path }) => path));
  const stale = [...present].flatMap(([path, text]): readonly PipelineChange[] => {
    const isOurs = text !== undefined && !paths.has(path) && isOf(text, made);
    return isOurs ? [{ path, status: 'removed' }] : [];
  });
  return [...files.map((file) => changeOf(file, { made, now: present.get(file.path), isForced })), ...stale];
}

function changeOf(
  file: PipelineFile,
  { made, now, isForced }: { readonly made: Made; readonly now: string | undefined; readonly isForced: boolean },
): PipelineChange {
  const { path } = file;
  const text = sealed(file, made);
  if (now === text) return { path, status: 'same' };
  if (now === undefined) return { path, status: 'new', text };
  return isForced || isOf(now, made) ? { path, status: 'changed', text } : { path, status: 'edited' };
}
