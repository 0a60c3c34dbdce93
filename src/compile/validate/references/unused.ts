import type { Diagnostic } from '../../../model/diagnostic.ts';
import { formatRef } from '../../../model/ref.ts';
import type { External } from '../../external.ts';
import type { Known } from './known.ts';

/** What an environment itself tells to be outside and nothing needs. What it inherits is needed by others. */
export function unusedExternal(external: readonly External[], used: ReadonlySet<External>, known: Known): readonly Diagnostic[] {
  return external
    .filter((one) => one.own && !used.has(one))
    .map(({ ref, labels, at }) => {
      const what =
        ref.name === '' ? `pods with ${formatLabels(labels)} in the namespace \`${ref.namespace}\` are` : `\`${formatRef(ref)}\` is`;
      const isOwn = ref.name !== '' && known.facts(ref).some(({ by }) => by === 'environment');
      const why = isOwn ? 'the environment has it itself' : 'nothing in the environment refers to it';
      return {
        code: 'external-unused',
        severity: 'warning',
        message: `${what} told to exist outside, and ${ref.name === '' ? 'nothing in the environment selects them' : why}`,
        at: { ...at, object: ref },
        help: 'remove it from `external`',
      };
    });
}

function formatLabels(labels: ReadonlyMap<string, string> = new Map()): string {
  return [...labels].map(([key, value]) => `\`${key}: ${value}\``).join(', ');
}
