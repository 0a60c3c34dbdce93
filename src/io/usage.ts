import type { Usage } from '../ports.ts';

/** A process that says what it uses. */
export interface Measured {
  readonly memoryUsage: { rss(): number };
  cpuUsage(): { readonly user: number; readonly system: number };
}

/** What `measured` has used so far; nothing where nobody says it. */
export function usageOf(measured: Measured | undefined): Usage {
  const { user, system } = measured?.cpuUsage() ?? { user: 0, system: 0 };
  return {
    residentMemoryBytes: measured?.memoryUsage.rss() ?? 0,
    cpuSeconds: (user + system) / 1_000_000,
    started: new Date(performance.timeOrigin),
  };
}
