import { type ConsequenceType, consequenceTypes, isGrave, listed, quoted } from '../diff/consequence.ts';
import { formatMarkdown } from '../diff/markdown.ts';
import { type DiffReport, isDifferent } from '../diff/report.ts';
import { counted } from '../model/count.ts';
import type { Between, PullRequest, PullRequestText, SourceCommit } from '../ports.ts';

/** What a pull request proposes. */
export interface Proposal {
  /** The one slice that it is of; undefined for the whole of each environment. */
  readonly slice: string | undefined;
  /** What merging it changes: the difference of each environment. */
  readonly report: DiffReport;
  /** The commit that it was rendered from; undefined for a rollback. */
  readonly source: SourceCommit | undefined;
  /** Where people find the source, if the environment declares it. */
  readonly repoURL: string | undefined;
  /** The commits of the source since the one that is in force, as far as they are known. */
  readonly between: Between | undefined;
  /** What is gone back to; undefined for what is rendered. */
  readonly rollback: { readonly commit: string; readonly subject: string } | undefined;
}

/** What is to be done with the pull request of a proposal, given the one that is open. */
export type ProposalStep =
  | { readonly op: 'open'; readonly text: PullRequestText }
  | { readonly op: 'update'; readonly pull: PullRequest; readonly text: PullRequestText }
  | { readonly op: 'close'; readonly pull: PullRequest; readonly why: string }
  | { readonly op: 'none' };

/** Decides: a proposal that differs from what is in force has one open pull request, and what differs in nothing has none. */
export function proposalStep(open: PullRequest | undefined, proposal: Proposal, isPending: boolean): ProposalStep {
  if (isPending) {
    const text = proposalText(proposal);
    return open === undefined ? { op: 'open', text } : { op: 'update', pull: open, text };
  }
  if (open === undefined) return { op: 'none' };
  const names = namesOf(proposal);
  const verb = proposal.report.environments.length === 1 ? 'holds' : 'hold';
  return { op: 'close', pull: open, why: `Nothing is left to merge: ${names} ${verb} all of this already.` };
}

const labelOf = (type: ConsequenceType): string => `lockstep/${type}`;
const [plain, refused, rights] = ['lockstep', 'lockstep/needs-approval', 'lockstep/needs-rights'] as const;

/** The labels that proposals get and lose again. Others on them are people's. */
export const proposalLabels: readonly string[] = [plain, refused, rights, ...consequenceTypes.filter(isGrave).map(labelOf)];

/** What the pull request of a proposal says: what it does first, then which commits led to it. */
function proposalText(proposal: Proposal): PullRequestText {
  const { report } = proposal;
  return {
    title: titleOf(proposal),
    body: [openingOf(proposal), formatMarkdown(report).trimEnd(), ...commitLines(proposal), closing].join('\n\n'),
    labels: labelsOf(report),
  };
}

function titleOf({ report, slice, source, between, rollback }: Proposal): string {
  const names = listed(report.environments.map(({ environment }) => (slice === undefined ? environment : `${environment}/${slice}`)));
  if (rollback !== undefined) return `Roll back ${names} to ${short(rollback.commit)}`;
  const count = between?.relation === 'ahead' ? between.count : 1;
  const what = count === 1 || source === undefined ? (source?.subject ?? '') : `${counted(count, 'commit')} to ${short(source.commit)}`;
  return `Deploy ${names}: ${what === '' ? short(source?.commit ?? '') : what}`;
}

function openingOf(proposal: Proposal): string {
  const { report, slice, source, repoURL, rollback } = proposal;
  const names = namesOf(proposal);
  const held = isDifferent(report) ? '' : ' Nothing changes in the cluster: what is left differs in how it is told alone.';
  if (rollback !== undefined)
    return `Merging this takes ${names} back to ${quoted(short(rollback.commit))}, ${quotedStart(rollback.subject)}. The source does not change: until it follows, nothing that this takes away is published again.${held}`;
  const others = slice === undefined ? '' : ' All other slices stay as they are.';
  if (source === undefined) return `Merging this deploys ${names}.${others}${held}`;
  return `Merging this deploys ${names}, rendered from ${commitLink(source, repoURL)} by ${quotedStart(source.author.name)}.${others}${held}`;
}

const closing = [
  '---',
  'Written by Lockstep, which keeps it up to date and closes it when nothing is left. Review it, then merge it in whatever way; `lockstep rollback` takes it back.',
].join('\n');

/** How many commits are listed, where they have room: GitHub takes 65,536 characters, and what changes may have 60,000 of them. */
export const shownCommits = 20;
const longestCommits = 3_500;

function commitLines({ between, repoURL }: Proposal): readonly string[] {
  if (between === undefined || between.count < 2) return [];
  const what = between.relation === 'behind' ? 'that this goes back by' : 'of the source';
  const lines: string[] = [];
  let size = 0;
  for (const one of between.commits.slice(0, shownCommits)) {
    const line = `- ${commitLink(one, repoURL)}`;
    size += line.length + 1;
    if (size > longestCommits) break;
    lines.push(line);
  }
  const more = between.count - lines.length;
  return [
    [
      `<details><summary>${counted(between.count, 'commit')} ${what}</summary>`,
      '',
      ...lines,
      ...(more > 0 ? [`- … and ${more} more`] : []),
      '',
      '</details>',
    ].join('\n'),
  ];
}

/** A commit, whose subject mentions nobody and is no markup. */
function commitLink({ commit, subject }: { readonly commit: string; readonly subject: string }, repoURL: string | undefined): string {
  const id = quoted(short(commit));
  const told = subject === '' ? '' : ` ${quotedStart(subject)}`;
  const isLinked = repoURL !== undefined && /^https:\/\/[^\s()<>]{1,200}$/.test(repoURL);
  return isLinked ? `[${id}](${repoURL.replace(/(\.git)?\/*$/, '')}/commit/${commit})${told}` : `${id}${told}`;
}

/** What somebody wrote, of whatever length: its beginning. */
function quotedStart(text: string): string {
  const characters = [...text];
  return quoted(characters.length > 100 ? `${characters.slice(0, 99).join('')}…` : text);
}

/** The labels that a proposal gets, by what it does. */
export function labelsOf({ environments, changes }: DiffReport): readonly string[] {
  const types = new Set(changes.flatMap(({ consequences }) => consequences.map(({ type }) => type)));
  return [
    plain,
    ...(environments.some(({ refusals }) => refusals.length > 0) ? [refused] : []),
    ...(environments.some((one) => one.rights.length > 0) ? [rights] : []),
    ...consequenceTypes.filter((type) => isGrave(type) && types.has(type)).map(labelOf),
  ];
}

function namesOf({ report: { environments }, slice }: Proposal): string {
  const names = environments.map(({ environment }) => quoted(environment));
  return `${slice === undefined ? '' : `${quoted(slice)} in `}${listed(names, 8)}`;
}

function short(commit: string): string {
  return commit.slice(0, 7);
}
