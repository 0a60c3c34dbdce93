const milliseconds = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A unit that durations are written in. */
type DurationUnit = keyof typeof milliseconds;

/** Milliseconds of `90s` or `10m`, in one of `units`; undefined for what is no such time. */
export function durationIn(text: string, units: readonly DurationUnit[]): number | undefined {
  const [, count, unit] = /^(\d{1,6})([a-z]+)$/.exec(text) ?? [];
  const found = units.find((one) => one === unit);
  return found === undefined ? undefined : Number(count) * milliseconds[found];
}
