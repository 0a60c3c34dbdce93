import type { Diagnostic } from '../../../model/diagnostic.ts';
import type { Draft } from '../../draft.ts';
import type { ResolvedEnvironment } from '../../resolve.ts';
import type { KindTable } from '../../served.ts';
import { gather } from './known.ts';
import { judgeNamespaces } from './namespaces.ts';

/** Judges that what objects stand in and name is there: of the environment itself, or told to be outside. */
export function judgeReferences(drafts: readonly Draft[], kinds: KindTable, environment: Outside): readonly Diagnostic[] {
  // An environment that is being dissolved has no objects any more.
  if (environment.removed !== undefined) return [];
  const known = gather({ drafts, external: environment.external, handedOver: environment.handOver.map(({ ref }) => ref) });
  return judgeNamespaces(drafts, known, kinds);
}

/** What an environment says of objects that it does not have. */
export type Outside = Pick<ResolvedEnvironment, 'external' | 'handOver' | 'removed'>;
