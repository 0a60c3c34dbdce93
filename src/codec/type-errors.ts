import type { Diagnostic } from '../model/diagnostic.ts';

/**
 * The errors in what TypeScript's `tsc --pretty false` says, whichever version: a line for each, with its place before it where there is
 * one, and lines that go on, which begin with a space.
 */
export function readTypeErrors(text: string): readonly Diagnostic[] {
  const errors: Diagnostic[] = [];
  for (const line of text.split(/\r?\n/)) {
    const error = errorIn(line);
    const last = errors.at(-1);
    if (error !== undefined) errors.push(error);
    else if (last !== undefined && line.startsWith(' ')) errors[errors.length - 1] = { ...last, message: `${last.message}\n${line}` };
  }
  return errors.map(({ message, ...rest }) => ({ ...rest, message: message.replace(/\.$/, '') }));
}

function errorIn(line: string): Diagnostic | undefined {
  const found = /^(?:(?<file>.+)\((?<line>\d+),(?<column>\d+)\): )?error (?<words>TS\d+: .*)$/.exec(line)?.groups;
  if (found === undefined) return undefined;
  const { file, words = '' } = found;
  // What has no place is about the settings.
  const at = file === undefined ? { file: 'tsconfig.json' } : { file, line: Number(found['line']), column: Number(found['column']) };
  return { code: 'type-error', severity: 'error', message: words, at };
}
