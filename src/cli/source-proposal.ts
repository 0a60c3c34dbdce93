import { quoted } from '../diff/consequence.ts';
import { formatMarkdown } from '../diff/markdown.ts';
import type { DiffReport } from '../diff/report.ts';
import { counted } from '../model/count.ts';
import type { PullRequestText } from '../ports.ts';
import { labelsOf } from '../publish/proposal.ts';
import type { SourceProposal } from '../publish/source-proposal.ts';
import { short } from './events.ts';
import type { Paint } from './paint.ts';
import { painter } from './paint.ts';
import { formatPins, type Pinned } from './pin.ts';
import type { PinChoice } from './pin-next.ts';
import { imageLine, type PromotionResult } from './promote.ts';
import { type Published, pullWords, reopening } from './publish.ts';

/** What was proposed of the source, and who was asked to merge it. */
export type ProposedSource = Omit<SourceProposal, 'declined'> & Pick<Published, 'pullRequest' | 'unasked'>;

/** What came of a proposal of the source, for people. */
export function formatSourceProposal(proposed: ProposedSource, paint: Paint): readonly string[] {
  const { op, branch, base, commit, pullRequest, unasked } = proposed;
  const request = pullWords({ pullRequest }, paint);
  const why = unasked === undefined ? [] : [`no pull request: ${unasked}`];
  if (op === 'none') return [...why, `${base} holds this already, at ${short(commit)}: nothing to propose${request}`];
  if (op === 'declined') return [`${branch} stays as it is${request}; next: ${paint.bold(reopening)}`];
  const held = op === 'unchanged' ? 'holds this already, at' : 'is at';
  return [...why, `${branch} ${held} ${short(commit)}, on top of ${base}${request}; next: ${paint.bold('review and merge it')}`];
}

const closing = '---\nWritten by Lockstep, which keeps it up to date and closes it when nothing is left.';

/** What a promotion is called where it is proposed. */
export function promotionTitle({ from, to }: Pick<PromotionResult, 'from' | 'to'>): string {
  return `Promote ${from} to ${to}`;
}

/** What the pull request of a promotion says: what merging it does to the cluster, and by which commits and images. */
export function promotionText(result: PromotionResult, report: DiffReport): PullRequestText {
  const { from, to, lock } = result;
  const opening = `Merging this lets ${quoted(to)} be what ${quoted(from)} is: it writes ${quoted(lock)}. It is deployed once ${quoted(to)} is published then.`;
  const downgrades = result.downgrades.map((one) => `- ⚠ ${one.replaceAll(/\s+/g, ' ')}, as was allowed`).join('\n');
  const parts = [opening, downgrades, formatMarkdown(report).trimEnd(), sourceText(result), imagesText(result), closing];
  return { title: promotionTitle(result), body: parts.filter((part) => part !== '').join('\n\n'), labels: labelsOf(report) };
}

function sourceText({ source: { was, now, between } }: PromotionResult): string {
  if (now === undefined || was === now) return '';
  const way = was === undefined ? quoted(now.slice(0, 7)) : `${quoted(was.slice(0, 7))} → ${quoted(now.slice(0, 7))}`;
  if (between === undefined || between.count === 0) return `**Source** ${way}`;
  const lines = between.commits.map(({ commit, subject }) => `- ${quoted(commit.slice(0, 7))} ${quoted(subject.slice(0, 100))}`);
  const more = between.count - lines.length;
  const direction = between.relation === 'behind' ? ', which this goes back by' : '';
  return [
    `**Source** ${way}: ${counted(between.count, 'commit')}${direction}`,
    ...lines,
    ...(more > 0 ? [`- … and ${more} more`] : []),
  ].join('\n');
}

function imagesText({ images }: PromotionResult): string {
  if (images.length === 0) return '';
  return ['**Images**', ...images.map((change) => `- ${quoted(imageLine(change, painter(false)))}`)].join('\n');
}

/** What an upgrade of pins is called where it is proposed; no names mean all environments. */
export function pinsTitle(names: readonly string[]): string {
  return `Upgrade what ${names.length === 0 ? 'environments are' : `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'}`} pinned to`;
}

/** What the pull request of pins says: what merging it does to clusters, and which pins it changes. */
export function pinsText(pinned: Pinned, choice: PinChoice, report: DiffReport): PullRequestText {
  const names = pinned.environments.map(({ name }) => quoted(name)).join(', ');
  const lines = formatPins(pinned, { choice, isCheck: false, isWhole: false }, painter(false));
  const parts = [
    `Merging this writes the locks of ${names}. They are deployed once they are published then.`,
    formatMarkdown(report).trimEnd(),
    ['```text', ...lines.map((line) => line.replaceAll('`', "'")), '```'].join('\n'),
    closing,
  ];
  return { title: pinsTitle(choice.environments), body: parts.join('\n\n'), labels: labelsOf(report) };
}
