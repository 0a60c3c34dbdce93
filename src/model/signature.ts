import { secondOf } from './time.ts';

/** Who wrote a commit and when, as git stores it. */
export interface Signature {
  readonly name: string;
  readonly email: string;
  /** Seconds since 1970 and the time zone: `1767225600 +0100`. */
  readonly date: string;
}

/** When it was written, in UTC (RFC 3339), as Kubernetes' metav1.Time writes it: `2026-01-01T00:00:00Z`. */
export function momentOf({ date }: Signature): string {
  return secondOf(new Date(Number.parseInt(date, 10) * 1000));
}
