import type { Diagnostic } from '../model/diagnostic.ts';
import type { PipelineChange } from '../pipeline/plan.ts';
import type { PipelineSystem } from '../pipeline/project.ts';
import type { Protection } from '../pipeline/protection.ts';
import { fileMarks } from './file-marks.ts';
import type { Paint } from './paint.ts';

/** What became of pipelines, and what is to be set by hand. */
export interface PipelineResult {
  readonly system: PipelineSystem;
  /** Of the project, from the root of the repository. */
  readonly folder: string;
  readonly changes: readonly PipelineChange[];
  readonly protection: readonly Protection[];
}

/** For people: what became of each file; how branches are protected, unless it was only a check; and what comes next. */
export function formatPipeline(
  { system, folder, changes, protection }: PipelineResult,
  { isCheck, paint }: { readonly isCheck: boolean; readonly paint: Paint },
): readonly string[] {
  const told = changes.filter(({ status }) => status !== 'same');
  const files = told.map(({ path, status }) => `${fileMarks[status](paint)} ${path}${words[status][isCheck ? 1 : 0]}`);
  const count = changes.length === 1 ? '1 file is as it was' : `${changes.length} files are as they were`;
  const next = isCheck ? (told.length === 0 ? undefined : `lockstep pipeline ${system}`) : nextOf(system, folder);
  return [
    ...(told.length === 0 ? [count] : files),
    ...(isCheck || protection.length === 0 ? [] : ['', 'to be set by hand, so that nothing gets to a cluster that nobody reviewed:']),
    ...(isCheck ? [] : protection.flatMap(({ what, rules }) => [`- ${what}`, ...rules.map((rule) => `    ${rule}`)])),
    ...(next === undefined ? [] : [`next: ${paint.bold(next)}`]),
  ];
}

function nextOf(system: PipelineSystem, folder: string): string {
  // Git looks for hooks from the root of the work tree.
  const hooks = folder === '' ? '.githooks' : `${folder}/.githooks`;
  if (system === 'hook') return `chmod +x .githooks/pre-commit && git config core.hooksPath ${hooks}`;
  return 'git add --all, commit, and push';
}

/** What a check found to be due, for the forms that have no place for anything but what was found. */
export function pipelineDifferences(changes: readonly PipelineChange[], system: PipelineSystem): readonly Diagnostic[] {
  return changes
    .filter(({ status }) => status !== 'same')
    .map(({ path, status }) => ({
      code: 'check-difference',
      severity: 'error',
      message: `\`${path}\`${words[status][1]}`,
      at: { file: path },
      help: status === 'edited' ? 'if the edit is to stay, leave out this check' : `make it again: \`lockstep pipeline ${system}\``,
    }));
}

type Status = PipelineChange['status'];

const words: Readonly<Record<Status, readonly [done: string, due: string]>> = {
  new: ['', ' is not made yet'],
  changed: ['', ' would be another one'],
  removed: [' (removed)', ' would be removed'],
  edited: [' (edited, and left as it is)', ' was edited'],
  same: ['', ''],
};
