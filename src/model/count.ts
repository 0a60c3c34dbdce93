/** A number with the noun that it counts: `1 object`, `3 objects`. */
export function counted(count: number, noun: string): string {
  return `${count} ${count === 1 ? noun : `${noun}s`}`;
}
