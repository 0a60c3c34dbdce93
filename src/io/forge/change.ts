import type { PullRequest, PullRequestText } from '../../ports/forge.ts';

/** What has to become of a pull request. */
export interface PullRequestChange {
  readonly title?: string;
  readonly body?: string;
  /** Labels, sorted. */
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** The changes that make a pull request say `text`; `ours` are the labels that may be taken off. Undefined when it says that. */
export function changeOf(pull: PullRequest, text: PullRequestText, ours: readonly string[]): PullRequestChange | undefined {
  const title = clipped(text.title, longestTitle);
  const add = sorted(text.labels.filter((label) => !pull.labels.includes(label)));
  const remove = sorted(ours.filter((label) => pull.labels.includes(label) && !text.labels.includes(label)));
  const texts = {
    ...(isSameTitle(pull.title, title) ? {} : { title }),
    ...(plain(pull.body) === plain(text.body) ? {} : { body: text.body }),
  };
  return Object.keys(texts).length + add.length + remove.length === 0 ? undefined : { ...texts, add, remove };
}

/** Begins the comment that says why Lockstep closes something: whoever closes it again finds it there, and what has it was declined by nobody. */
export const closingMarker = '<!-- lockstep: closed -->';

/** GitLab and Gitea take no longer title. */
export const longestTitle = 255;

/** GitHub takes no longer description of a status. */
export const longestDescription = 140;

/** A text in at most `most` characters. */
export function clipped(text: string, most: number): string {
  const characters = [...text];
  return characters.length > most ? `${characters.slice(0, most - 1).join('')}…` : text;
}

/** Names as they are compared and listed: each once. */
export function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}

/** Gitea cuts a title by how wide it is, and not by its characters. */
function isSameTitle(told: string, wanted: string): boolean {
  const [is, shall] = [plain(told), plain(wanted)];
  return is === shall || (is.length > longestTitle / 2 && is.endsWith('…') && shall.startsWith(is.slice(0, -1)));
}

/** Forges end lines, and trim texts, in ways of their own. */
function plain(text: string): string {
  return text.replaceAll('\r\n', '\n').trim();
}
