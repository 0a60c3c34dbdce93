/** How far a command has come. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  /** Milliseconds since it began. */
  readonly elapsed: number;
}

/** The line that tells it, with about how long the rest will take: `compiling: 12 of 50 environments, about 8 s left`. */
export function formatProgress({ done, total, elapsed }: Progress): string {
  const left = done === 0 ? undefined : Math.ceil(((elapsed / done) * (total - done)) / 1_000);
  const time = left === undefined || left === 0 ? '' : `, about ${left < 120 ? `${left} s` : `${Math.ceil(left / 60)} min`} left`;
  return `compiling: ${done} of ${total} environments${time}`;
}
