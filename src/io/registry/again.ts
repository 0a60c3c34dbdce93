/** How often is asked at most, where that may go better. */
export const maxTries = 4;

/** What a server says that may do better soon (RFC 9110, section 15; RFC 6585 and RFC 8470). */
export const passing: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Milliseconds: what the server asks for, or twice as long each time. */
export function pauseAfter(asked: string | undefined, tries: number): number {
  return asked !== undefined && /^\d{1,9}$/.test(asked) ? Number(asked) * 1000 : 250 * 2 ** tries;
}
