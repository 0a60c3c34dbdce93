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
  {
    reason: 'The CustomResourceDefinition is in the cluster already, so that the server judges a change of it, which nobody knows here.',
    covers: ({ manifest, why, change }) =>
      manifest.kind === 'CustomResourceDefinition' &&
      (why.includes('field is immutable') || why.includes('status.storedVersions') || change.startsWith('set /metadata/generateName')),
  },
  {
    reason: 'It depends on how the cluster is set up, or on a label of the namespace.',
    covers: ({ type, why }) =>
      type === 'false accept' && (why.includes('not configured for dual-stack') || why.includes('admin access to devices requires')),
  },
  {
    reason: 'The cluster has not switched on what is alpha in 1.35: HPAScaleToZero, TaintTolerationComparisonOperators.',
    covers: ({ type, manifest, change }) =>
      type === 'false accept' &&
      ((manifest.kind === 'HorizontalPodAutoscaler' && change === 'set /spec/minReplicas to 0') ||
        /tolerations\/0\/operator to "(?:Gt|Lt)"$/.test(change)),
  },
];

/** Whether a difference is meant. */
export function explained(difference: Difference): boolean {
  return explanations.some(({ covers }) => covers(difference));
}
