import type { EnvironmentStatus } from '../model/event.ts';
import { type ExitCode, exitCodes } from '../model/failure.ts';
import { formatRef } from '../model/ref.ts';
import { formatSlice } from '../model/slice.ts';
import { short } from './events.ts';
import type { Paint } from './paint.ts';

/** A status for people: the verdict first, then what is wrong. */
export function formatStatus(status: EnvironmentStatus, paint: Paint): readonly string[] {
  const [word, colour] = verdictOf(status, paint);
  const because = status.conditions.find((condition) => condition.type === 'Ready');
  const lines = [
    `${colour(paint.bold(word))} ${status.environment} at ${short(status.revision ?? 'no revision')}: ${because?.message ?? 'nothing is known'}`,
  ];
  if (status.latest !== undefined && status.latest !== status.revision) lines.push(`  the branch is at ${short(status.latest)}`);
  for (const { ref, path, message } of status.problems)
    lines.push(`  ${paint.red('!')} ${formatRef(ref)}${path === '' ? '' : ` in ${path}`}: ${message}`);
  for (const { slice, revision } of status.behind)
    lines.push(`  ${formatSlice(slice)} is kept at ${revision === '' ? 'nothing yet' : short(revision)}`);
  for (const { slice, owner, reason, until } of status.suspended)
    lines.push(`  ${paint.yellow('Suspended')} ${formatSlice(slice)} by ${owner} until ${until}: ${reason}`);
  for (const { ref, because } of status.held) lines.push(`  ${paint.yellow('Held')} ${formatRef(ref)}: ${because}`);
  for (const { ref, fields } of status.rewritten)
    lines.push(`  ${paint.dim('Rewritten')} ${formatRef(ref)} by admission, at ${fields.join(', ')}`);
  for (const { ref, health } of status.unhealthy) lines.push(`  ${paint.yellow(health.status)} ${formatRef(ref)}: ${health.message}`);
  return lines;
}

/** 0 when all is as the newest commit wants it, 3 when a person has to act, 1 while the two differ. */
export function exitOf(status: EnvironmentStatus): ExitCode {
  if (isTrue(status, 'Ready')) return exitCodes.done;
  return isTrue(status, 'Stalled') ? exitCodes.world : exitCodes.difference;
}

function verdictOf(status: EnvironmentStatus, paint: Paint): readonly [string, (text: string) => string] {
  if (isTrue(status, 'Ready')) return ['Ready', paint.green];
  return isTrue(status, 'Stalled') ? ['Stalled', paint.red] : ['Reconciling', paint.yellow];
}

function isTrue(status: EnvironmentStatus, type: string): boolean {
  return status.conditions.some((condition) => condition.type === type && condition.status === 'True');
}
