import type { Diagnostic } from '../../../model/diagnostic.ts';
import { type Manifest, refOf } from '../../../model/manifest.ts';
import type { Problem } from '../../../model/problem.ts';
import { type Draft, problemsAbout } from '../../draft.ts';
import type { External } from '../../external.ts';
import type { ResolvedEnvironment } from '../../resolve.ts';
import type { KindTable } from '../../served.ts';
import { referenceProblems } from './fields.ts';
import { type Fact, gather } from './known.ts';
import { judgeNamespaces } from './namespaces.ts';
import { namespacesWithOperators } from './operators.ts';
import { targetPortProblems } from './ports.ts';
import { running } from './running.ts';
import { scalingProblems } from './scaling.ts';
import { selectorsOf, selectsNothing } from './selecting.ts';
import { unusedExternal } from './unused.ts';

/** What an environment says of objects that it does not have. */
export type Outside = Pick<ResolvedEnvironment, 'external' | 'handOver' | 'removed'>;

/**
 * Judges that what objects stand in, name and select is there: of the environment itself, made by a controller of something of
 * it, in every cluster, or told to be outside. What is told and not needed is told as well.
 */
export function judgeReferences(
  drafts: readonly Draft[],
  kinds: KindTable,
  { external, handOver, removed }: Outside,
): readonly Diagnostic[] {
  // An environment that is being dissolved has no objects any more.
  if (removed !== undefined) return [];
  const used = new Set<External>();
  const needed = (fact: Fact): void => void (fact.by === 'external' && used.add(fact.external));
  const known = gather({ drafts, external, handedOver: handOver.map(({ ref }) => ref) });
  const pods = running(drafts, external);
  const operators = namespacesWithOperators(drafts);
  const isHome = (namespace: string): boolean => known.homes.has(namespace);

  const selecting = (manifest: Manifest): readonly Problem[] =>
    selectorsOf(manifest, isHome).flatMap((selector) => {
      const found = pods.selected(selector.namespace, selector.requirements);
      for (const { external: told } of found) if (told !== undefined) used.add(told);
      if (found.length === 0) return [selectsNothing(manifest, selector, { pods, mayBeOthers: operators.has(selector.namespace) })];
      return isService(manifest) ? targetPortProblems(manifest, found) : [];
    });
  const problemsOf = (manifest: Manifest): readonly Problem[] => [
    ...referenceProblems(manifest, { known, kinds, needed }),
    ...selecting(manifest),
    ...scalingProblems(manifest, known.definitions),
  ];
  return [
    ...judgeNamespaces(drafts, { known, kinds, needed }),
    ...drafts.flatMap((draft) => problemsAbout(draft, problemsOf(draft.manifest))),
    ...unusedExternal(external, used, known),
  ];
}

function isService(manifest: Manifest): boolean {
  return manifest.kind === 'Service' && refOf(manifest).group === '';
}
