import type { ImportPlan, SourceChange } from '../imports/plan.ts';
import { counted } from '../model/count.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { importsFolder } from '../model/imports-lock.ts';
import { commandLine } from './command-line.ts';
import { fileMarks } from './file-marks.ts';
import type { Paint } from './paint.ts';

/** For people: what is other in each source, what became of each file, and what comes next. */
export function formatImport(
  { sources, files }: ImportPlan,
  { out, isCheck, isWhole }: { readonly out: string; readonly isCheck: boolean; readonly isWhole: boolean },
  paint: Paint,
): readonly string[] {
  if (!isCheck && !isWhole) return [];
  const told = files.filter(({ status }) => status !== 'same');
  const lines = [
    ...sources.flatMap((source) => formatSource(source, paint)),
    ...told.map(({ path, status }) => `${fileMarks[status](paint)} ${out}/${path}${words[status][isCheck ? 1 : 0]}`),
  ];
  const isSame = told.length === 0;
  const count = files.length === 1 ? '1 file is as it was' : `${files.length} files are as they were`;
  const isDue = isCheck && (!isSame || sources.some(isOther));
  const next = isCheck ? (isDue ? [againFor(sources, out)] : []) : ['lockstep check'];
  return [...lines, ...(isSame ? [count] : []), ...next.map((command) => `next: ${paint.bold(command)}`)];
}

function isOther({ isNew, isChanged }: SourceChange): boolean {
  return isNew || isChanged;
}

/** The command that does what a check found to be due. */
function againFor(sources: readonly SourceChange[], out: string): string {
  // Without names, all that was imported before would be taken as it is now.
  const others = sources.filter(isOther).map(({ name }) => name);
  const isUpdate = sources.some(({ isChanged }) => isChanged);
  const options = [...(out === importsFolder ? [] : ['--out', out]), ...(isUpdate ? ['--update'] : [])];
  return commandLine(['lockstep', 'import', ...others, ...options]);
}

/** What a check found to be due, for the forms that have no place for anything but what was found. */
export function importDifferences({ sources, files }: ImportPlan, out: string): readonly Diagnostic[] {
  const help = `if that is meant: \`${againFor(sources, out)}\``;
  const due = (message: string, file?: string): Diagnostic => ({
    code: 'check-difference',
    severity: 'error',
    message,
    at: file === undefined ? {} : { file },
    help,
  });
  return [
    ...sources
      .filter(isOther)
      .map(({ name, isNew }) => due(`\`${name}\` ${isNew ? 'is not imported yet' : 'is not what it was when it was imported'}`)),
    ...files
      .filter(({ status }) => status !== 'same')
      .map(({ path, status }) => due(`\`${out}/${path}\`${words[status][1] || ' would be another one'}`, `${out}/${path}`)),
  ];
}

type Status = ImportPlan['files'][number]['status'];

const words: Readonly<Record<Status, readonly [done: string, due: string]>> = {
  new: ['', ' (not made yet)'],
  changed: ['', ' (would be another)'],
  removed: [' (removed)', ' (would be removed)'],
  edited: [' (edited, and left as it is)', ' (edited)'],
  same: ['', ''],
};

/** Kinds of a source that are named at most: what is imported the first time may have hundreds. */
const named = 12;

function formatSource({ name, isNew, added, changed, removed }: SourceChange, paint: Paint): readonly string[] {
  if (isNew) return [`${name}: ${counted(added.length, 'kind')}`];
  const lines = [
    ...added.map((kind) => `  ${paint.green('+')} ${kind}`),
    ...changed.map((kind) => `  ${paint.yellow('~')} ${kind}`),
    ...removed.map((kind) => `  ${paint.red('-')} ${kind}`),
  ];
  if (lines.length === 0) return [];
  const more = lines.length > named ? [paint.dim(`  … and ${lines.length - named} more`)] : [];
  return [`${name}:`, ...lines.slice(0, named), ...more];
}
