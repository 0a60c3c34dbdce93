import type { Diagnostic } from '../../../model/diagnostic.ts';
import { refOf } from '../../../model/manifest.ts';
import { formatRef, namespaceRef } from '../../../model/ref.ts';
import { type Draft, errorAbout } from '../../draft.ts';
import { externalEntry } from '../../external.ts';
import { meantAnd } from '../../wording.ts';
import { isNamespaceName } from '../identity.ts';
import type { Subject } from '../subject.ts';
import type { Known, Lookup } from './known.ts';

/**
 * Namespaces that nobody creates, each told once. The API server refuses what is to stand in them, and even the roles that
 * `lockstep bootstrap` prints for them.
 */
export function judgeNamespaces(subjects: readonly Subject[], { known, kinds, needed }: Lookup): readonly Diagnostic[] {
  const there = new Map<string, boolean>();
  const isThere = (namespace: string): boolean => {
    const answered = there.get(namespace);
    if (answered !== undefined) return answered;
    const [fact] = known.facts(namespaceRef(namespace));
    if (fact !== undefined) needed(fact);
    there.set(namespace, fact !== undefined);
    return fact !== undefined;
  };
  const homeless = new Map<string, Draft[]>();
  for (const { draft, ref } of subjects) {
    // What cannot be a namespace, and what stands in none, is told as such.
    if (ref.namespace === '' || isThere(ref.namespace)) continue;
    if (!isNamespaceName(ref.namespace) || kinds(ref)?.namespaced === false) continue;
    const others = homeless.get(ref.namespace);
    if (others === undefined) homeless.set(ref.namespace, [draft]);
    else others.push(draft);
  }
  return [...homeless].flatMap(([namespace, [first, ...others]]) =>
    first === undefined ? [] : [absent(namespace, first, { others: others.length, known })],
  );
}

function absent(namespace: string, first: Draft, { others, known }: { readonly others: number; readonly known: Known }): Diagnostic {
  const ref = namespaceRef(namespace);
  const more = others === 0 ? ' stands' : ` and ${others} ${others === 1 ? 'other object' : 'other objects'} stand`;
  const otherwise = `add a \`Namespace\` to a chart, or say that somebody else makes it: ${externalEntry(ref)}`;
  return errorAbout(first, {
    code: 'namespace-absent',
    message: `\`${formatRef(refOf(first.manifest))}\`${more} in the namespace \`${namespace}\`, which nobody creates`,
    help: meantAnd(otherwise, namespace, known.names(ref, '')),
    pointer: '/metadata/namespace',
  });
}
