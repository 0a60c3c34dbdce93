import type { ObjectProblem, SyncEvent } from '../model/event.ts';
import { formatRef } from '../model/ref.ts';
import { formatSlice } from '../model/slice.ts';
import type { Context } from './context.ts';
import type { Paint } from './paint.ts';

/** Tells an event of the environment `name` as it happens: as a line of JSON, or for people. Without a name there is only one. */
export function showEvent({ world, output, out, paint }: Context, event: SyncEvent, name?: string): void {
  const time = world.clock.now().toISOString();
  const [namespace, environment] = name?.split('/') ?? [];
  if (output === 'json') out(JSON.stringify({ time, ...(environment ? { namespace, environment } : {}), ...event }));
  else for (const line of formatEvent(event, paint.out)) out([paint.out.dim(time), ...(name ? [name] : []), line].join(' '));
}

/** One event of a sync as lines for people: the first says what happened, further ones say why. */
export function formatEvent(event: SyncEvent, paint: Paint): readonly string[] {
  switch (event.type) {
    case 'planned':
      return [`${paint.bold('planned')}  ${short(event.revision)}: ${countsOf(event)}`];
    case 'accepted':
      return [`${paint.bold('accepted')} ${short(event.revision)}`];
    case 'postponed':
      return [`${paint.yellow('postponed')} ${short(event.revision)}: ${event.because}`];
    case 'refused':
      return [
        `${paint.red('refused')}  ${short(event.revision)}${slicesOf(event)}: ${event.refusal.message} [${event.refusal.code}]`,
        ...untold(event).map((problem) => `  ${formatRef(problem.ref)} in ${problem.path}: ${problem.message}`),
        `  help: ${event.refusal.help}`,
      ];
    case 'applied':
      return [event.op === 'repair' ? repaired(event, paint) : `${paint.green(event.outcome)} ${formatRef(event.ref)}`];
    case 'rewritten':
      return [`${paint.yellow('rewritten')} ${formatRef(event.ref)} by admission, at ${event.fields.join(', ')}`];
    case 'contended':
      return [
        `${paint.red('contended')} ${formatRef(event.ref)}${event.fields.length === 0 ? '' : ` at ${event.fields.join(', ')}`} with ${event.by === undefined ? 'somebody' : `\`${event.by}\``}${retry(event.retryIn)}`,
      ];
    case 'removed':
      return [`${paint.green('removed')}  the environment at ${short(event.revision)}: nothing of it is left here`];
    case 'pruned':
      return [
        `${paint.yellow(event.outcome === 'gone' ? 'pruned' : event.outcome)} ${formatRef(event.ref)}${event.because === undefined ? '' : `: ${event.because}`}`,
      ];
    case 'failed':
      return [
        `${paint.red('failed')}   ${formatRef(event.problem.ref)} in ${event.problem.path}: ${event.problem.message}${retry(event.retryIn)}`,
      ];
    case 'waiting':
      return [`${paint.yellow('waiting')}  ${formatRef(event.ref)} for ${event.for}`];
    case 'outage':
      return [`${paint.red('outage')}   ${event.message} [${event.code}]${retry(event.retryIn)}`];
    case 'told':
      return [`${paint.dim('told')}     ${short(event.revision)}: ${event.state}`];
    case 'untold':
      return [`${paint.yellow('untold')}   ${short(event.revision)}: ${event.message} [${event.code}]${retry(event.retryIn)}`];
    case 'synced':
      return [`${paint.green('synced')}   ${short(event.revision)}: ${event.changed} changed in ${event.milliseconds} ms`];
  }
}

/** What the words of a refusal do not say yet: they name its first problem, and how many more there are. */
function untold({ refusal, problems }: Extract<SyncEvent, { type: 'refused' }>): readonly ObjectProblem[] {
  return problems.length === 1 ? problems.filter(({ message }) => !refusal.message.includes(message)) : problems;
}

function slicesOf({ slices }: Extract<SyncEvent, { type: 'refused' }>): string {
  return slices.length === 0 ? '' : ` for ${slices.map(formatSlice).join(', ')}`;
}

function repaired({ outcome, ref, by, removed }: Extract<SyncEvent, { type: 'applied' }>, paint: Paint): string {
  const who = by === undefined ? '' : `, which \`${by}\` had changed`;
  const what = removed === undefined ? '' : ` (removed ${removed.join(', ')})`;
  return `${paint.yellow(outcome === 'created' ? 'restored' : 'repaired')} ${formatRef(ref)}${who}${what}`;
}

function countsOf({ creates, updates, repairs, prunes, unchanged }: Extract<SyncEvent, { type: 'planned' }>): string {
  const parts = [`${creates} to create`, `${updates} to update`, `${repairs} to repair`, `${prunes} to prune`, `${unchanged} unchanged`];
  return parts.filter((part) => !part.startsWith('0 ')).join(', ') || 'nothing to do';
}

function retry(milliseconds: number): string {
  return milliseconds === 0 ? '' : `; next try in ${Math.max(1, Math.round(milliseconds / 1000))} s`;
}

/** A commit, short. */
export function short(commit: string): string {
  return commit.slice(0, 12);
}
