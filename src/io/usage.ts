import type { Usage } from '../ports.ts';

/** A process that says what it uses. */
export interface Measured {
  readonly memoryUsage: { rss(): number };
  cpuUsage(): { readonly user: number; readonly system: number };
}

/** What `process` has used so far; nothing where nobody says it. */
export function usageOf(process: Measured | undefined): Usage {
  const { user, system } = process?.cpuUsage() ?? { user: 0, system: 0 };
  return {
    residentMemoryBytes: process?.memoryUsage.rss() ?? 0,
    cpuSeconds: (user + system) / 1_000_000,
    started: new Date(performance.timeOrigin),
  };
}
