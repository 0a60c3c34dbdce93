import { secondOf } from './time.ts';

/** Who wrote a commit and when, as git stores it. */
export interface Signature {
  readonly name: string;
  readonly email: string;
  /** Seconds since 1970 and the time zone: `1767225600 +0100`. */
  readonly date: string;
}

/** The last second that has a date of four digits, in seconds since 1970. */
const lastSecond = 253_402_300_799;

/** When it was written. Whoever writes a commit writes its time: one that no calendar has is the beginning of 1970, as it is to git. */
export function instantOf({ date }: Pick<Signature, 'date'>): Date {
  const seconds = Number.parseInt(date, 10);
  return new Date(seconds >= 0 && seconds <= lastSecond ? seconds * 1000 : 0);
}

/** When it was written, in UTC (RFC 3339), as Kubernetes' metav1.Time writes it: `2026-01-01T00:00:00Z`. */
export function momentOf(signature: Pick<Signature, 'date'>): string {
  return secondOf(instantOf(signature));
}
