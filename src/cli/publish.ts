import { counted } from '../model/count.ts';
import type { Failure } from '../model/failure.ts';
import { branchesOf } from '../model/rendered.ts';
import type { PublishResult } from '../publish/branches.ts';
import { short } from './events.ts';
import { formatFailure } from './failure.ts';
import type { Paint } from './paint.ts';

/** What came of publishing one environment, or of rolling it back. */
export type Outcome = { readonly environment: string } & ({ readonly result: PublishResult } | { readonly failure: Failure });

/** Where branches are, for people. */
interface Where {
  readonly remote: string | undefined;
}

/** What came of publishing or of rolling back, for people: what was written where, and the next command. Of several environments a line each. */
export function formatOutcomes(outcomes: readonly Outcome[], where: Where, paint: Paint): readonly string[] {
  const [only] = outcomes;
  if (outcomes.length === 1 && only !== undefined && 'result' in only)
    return formatPublished(only.result, { ...where, environment: only.environment }, paint);
  const lines = outcomes.flatMap((outcome) =>
    'result' in outcome
      ? [summary(outcome.result)]
      : formatFailure(outcome.failure, { paint, interrupted: false }).lines.map((line, i) =>
          i === 0 ? `${outcome.environment}: ${line}` : line,
        ),
  );
  const pending = outcomes.filter((outcome) => 'result' in outcome && outcome.result.pending).length;
  const failed = outcomes.filter((outcome) => 'failure' in outcome).length;
  const counts = [
    ...(pending > 0 ? [`${counted(pending, 'proposal')} to review`] : []),
    ...(failed > 0 ? [`${counted(failed, 'environment')} not published`] : []),
  ];
  const next = failed > 0 ? 'lockstep publish' : pending > 0 ? 'lockstep diff --remote' : 'lockstep status <environment>';
  return [...lines, `${counts.length === 0 ? 'nothing to review' : counts.join(', ')}; next: ${paint.bold(next)}`];
}

function formatPublished(result: PublishResult, where: Where & { readonly environment: string }, paint: Paint): readonly string[] {
  const { added, modified, removed } = result.changed;
  const lines = [
    ...added.map((path) => `${paint.green('+')} ${path}`),
    ...modified.map((path) => `${paint.yellow('~')} ${path}`),
    ...removed.map((path) => `${paint.red('-')} ${path}`),
    ...result.edited.map((path) => `${paint.yellow('!')} ${path} had been changed by hand; that change is undone`),
  ];
  return [...lines, `${summary(result)}; next: ${paint.bold(nextStep(result, where))}`];
}

function summary({ op, branch, commit, changed }: PublishResult): string {
  if (op === 'overtaken') return `${branch} is rendered from a later commit already, at ${short(commit)}: nothing was written`;
  if (op === 'unchanged') return `${branch} holds this already, at ${short(commit)}`;
  const counts = `${changed.added.length} added, ${changed.modified.length} modified, ${changed.removed.length} removed`;
  return `${branch} is at ${short(commit)} (${counts})`;
}

function nextStep({ branch, pending }: PublishResult, { environment, remote }: Where & { readonly environment: string }): string {
  if (!pending) return `lockstep status ${environment}`;
  const active = branchesOf(environment).active;
  return remote === undefined ? `review it, then \`git push . ${branch}:${active}\`` : `review it, then merge it into ${active}`;
}
