import type { Difference } from './compare.ts';

/** Differences that are meant, each with its reason. */
interface Explanation {
  readonly reason: string;
  readonly covers: (difference: Difference) => boolean;
}

const explanations: readonly Explanation[] = [
  {
    reason:
      'Server-side apply cuts a number that is too long for its 32 bits to another number, without a word; a plain creation refuses it.',
    covers: ({ type, why }) => type === 'false reject' && why.includes('must be a number of 32 bits'),
  },
];

/** Whether a difference is meant. */
export function explained(difference: Difference): boolean {
  return explanations.some(({ covers }) => covers(difference));
}
