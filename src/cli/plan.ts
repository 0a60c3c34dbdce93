import type { Preview } from '../agent/preview.ts';
import { type Change, isWrite, refOfChange } from '../model/plan.ts';
import { formatRef } from '../model/ref.ts';
import { short } from './events.ts';
import type { Paint } from './paint.ts';

/** A plan for people: a line for each object, what stands against it last. */
export function formatPreview(
  { commit, plan, refusal, postponed, problems, outages, unchecked }: Preview,
  paint: Paint,
): readonly string[] {
  const lines = (plan?.changes ?? []).map((change) => formatChange(change, paint));
  const changes = plan?.changes.length ?? 0;
  if (plan !== undefined)
    lines.push(`${short(commit)}: ${changes === 0 ? 'nothing to do' : `${changes} to change`}, ${plan.unchanged} as they should be`);
  for (const { ref, because } of plan?.held ?? []) lines.push(`${paint.yellow('= held  ')} ${formatRef(ref)}${paint.dim(`  ${because}`)}`);
  if (unchecked > 0) lines.push(paint.dim(`${unchecked} could not be checked yet: what they need is made by this commit`));
  for (const { ref, path, message } of [...outages, ...problems]) lines.push(`${paint.red('!')} ${formatRef(ref)} in ${path}: ${message}`);
  if (postponed !== undefined) lines.push(`${paint.yellow('! waits ')} ${postponed}`);
  if (refusal !== undefined) lines.push(`${paint.red(`refused[${refusal.code}]`)}: ${refusal.message}`, `  help: ${refusal.help}`);
  return lines;
}

const words: Readonly<Record<Change['op'], string>> = {
  create: '+ create',
  update: '~ update',
  repair: '? check ',
  prune: '- prune ',
  release: '- let go',
};

function formatChange(change: Change, paint: Paint): string {
  const colour = { create: paint.green, update: paint.yellow, repair: paint.yellow, prune: paint.red, release: paint.yellow }[change.op];
  return `${colour(words[change.op])} ${formatRef(refOfChange(change))}${tail(change, paint)}`;
}

function tail(change: Change, paint: Paint): string {
  if (isWrite(change)) return paint.dim(`  ${change.desired.path}`);
  return change.op === 'release' ? paint.dim(`  ${change.because}`) : '';
}
