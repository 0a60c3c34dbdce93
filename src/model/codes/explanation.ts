/** What `lockstep explain` tells of a code, in whole sentences, for somebody who meets it the first time. */
export interface Explanation {
  /** What is so. */
  readonly meaning: string;
  /** Why it matters: what would happen if nobody said it. */
  readonly reason: string;
  /** What to do about it. */
  readonly remedy: string;
  /** Code, YAML or a command as it is right. */
  readonly example?: string;
}

/** The codes of one area with their explanations. Each area of the product has a file in this folder. */
export type Explanations = Readonly<Record<string, Explanation>>;
