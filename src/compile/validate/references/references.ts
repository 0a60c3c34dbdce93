import type { Diagnostic } from '../../../model/diagnostic.ts';
import { joined, type Problem } from '../../../model/problem.ts';
import { problemsAbout } from '../../draft.ts';
import type { External } from '../../external.ts';
import type { ResolvedEnvironment } from '../../resolve.ts';
import type { KindTable } from '../../served.ts';
import type { Subject } from '../subject.ts';
import { referenceProblems } from './fields.ts';
import { type Fact, gather, type Lookup } from './known.ts';
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
  subjects: readonly Subject[],
  kinds: KindTable,
  { external, handOver, removed }: Outside,
): readonly Diagnostic[] {
  // An environment that is being dissolved has no objects any more.
  if (removed !== undefined) return [];
  const used = new Set<External>();
  const needed = (fact: Fact): void => void (fact.by === 'external' && used.add(fact.external));
  const known = gather({ subjects, external, handedOver: handOver.map(({ ref }) => ref) });
  const pods = running(subjects, external);
  const operators = namespacesWithOperators(subjects);
  const isHome = (namespace: string): boolean => known.homes.has(namespace);

  const lookup: Lookup = { known, kinds, needed };

  const selecting = (subject: Subject): readonly Problem[] =>
    selectorsOf(subject, isHome).flatMap((selector) => {
      const { manifest, kind } = subject;
      const found = pods.selected(selector.namespace, selector.requirements);
      for (const { external: told } of found) if (told !== undefined) used.add(told);
      if (found.length === 0) return [selectsNothing(manifest, selector, { pods, mayBeOthers: operators.has(selector.namespace) })];
      return kind.name === 'Service' ? targetPortProblems(manifest, found) : [];
    });
  const problemsOf = (subject: Subject): readonly Problem[] =>
    joined(joined(referenceProblems(subject, lookup), selecting(subject)), scalingProblems(subject, known.definitions));
  return [
    ...judgeNamespaces(subjects, lookup),
    ...subjects.flatMap((subject) => problemsAbout(subject.draft, problemsOf(subject))),
    ...unusedExternal(external, used, known),
  ];
}
