/** Who wrote a commit and when, as git stores it. */
export interface Signature {
  readonly name: string;
  readonly email: string;
  /** Seconds since 1970 and the time zone: `1767225600 +0100`. */
  readonly date: string;
}
