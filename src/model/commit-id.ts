/** Whether a text is the whole id of an object of git, by SHA-1 or SHA-256. */
export function isFullId(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

/** Whether a person means `commit` by what they gave: its id, or the first 7 or more digits of it. */
export function isIdOf(commit: string, given: string): boolean {
  return /^[0-9a-f]{7,}$/.test(given) && commit.startsWith(given);
}
