import { branchesOf } from '../model/rendered.ts';
import type { PublishResult } from '../publish/branches.ts';
import { short } from './events.ts';
import type { Paint } from './paint.ts';

/** What came of publishing or of rolling back, for people: what was written where, and the next command. */
export function formatPublished(
  result: PublishResult,
  { environment, remote }: { readonly environment: string; readonly remote: string | undefined },
  paint: Paint,
): readonly string[] {
  const { added, modified, removed } = result.changed;
  const lines = [
    ...added.map((path) => `${paint.green('+')} ${path}`),
    ...modified.map((path) => `${paint.yellow('~')} ${path}`),
    ...removed.map((path) => `${paint.red('-')} ${path}`),
    ...result.edited.map((path) => `${paint.yellow('!')} ${path} had been changed by hand; that change is undone`),
  ];
  return [...lines, `${summary(result)}; next: ${paint.bold(nextStep(result, { environment, remote }))}`];
}

function summary({ op, branch, commit, changed }: PublishResult): string {
  if (op === 'unchanged') return `${branch} holds this already, at ${short(commit)}`;
  const counts = `${changed.added.length} added, ${changed.modified.length} modified, ${changed.removed.length} removed`;
  return `${branch} is at ${short(commit)} (${counts})`;
}

function nextStep(
  { branch, pending }: PublishResult,
  { environment, remote }: { readonly environment: string; readonly remote: string | undefined },
): string {
  if (!pending) return `lockstep status ${environment}`;
  const active = branchesOf(environment).active;
  return remote === undefined ? `review it, then \`git push . ${branch}:${active}\`` : `review it, then merge it into ${active}`;
}
