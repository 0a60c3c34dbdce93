import type { Manifest } from '../../src/model/manifest.ts';
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
      (why.includes('field is immutable') ||
        why.includes('status.storedVersions') ||
        change.startsWith('set /metadata/generateName') ||
        // What was there before stays where nothing is said.
        (/\/spec\/conversion(?: to \{\}|\/strategy)$/.test(change) && !isUnserved(manifest))),
  },
  {
    reason: 'The API server multiplies amounts by a thousand in 64 bits: where that is too much it finds no whole number, or no ratio.',
    covers: ({ type, why, change }) =>
      type === 'false accept' && /must be an integer|= 0\.000000/.test(why) && /to (?:"[18]Ei?"|"1e30"|1e\+21)$/.test(change),
  },
  {
    reason: 'A dry run does not ask whether a port of nodes is in their range; a creation does.',
    covers: ({ type, manifest, why }) => type === 'false reject' && manifest.kind === 'Service' && /^field-range \S+\/nodePort:/.test(why),
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

/** Whether a definition is not in the cluster, so that its answers are of a creation. */
function isUnserved({ metadata }: Manifest): boolean {
  return metadata.name === 'stalls.differential.example.com';
}

/** Whether a difference is meant. */
export function explained(difference: Difference): boolean {
  return explanations.some(({ covers }) => covers(difference));
}
