import type { Diagnostic } from '../../../model/diagnostic.ts';
import { refOf } from '../../../model/manifest.ts';
import { formatRef, namespaceRef } from '../../../model/ref.ts';
import { type Draft, errorAbout } from '../../draft.ts';
import { externalEntry } from '../../external.ts';
import type { KindTable } from '../../served.ts';
import { meantAnd } from '../../wording.ts';
import { isNamespaceName } from '../identity.ts';
import type { Known } from './known.ts';

/**
 * Namespaces that nobody creates, each told once. The API server refuses what is to stand in them, and even the roles that
 * `lockstep bootstrap` prints for them.
 */
export function judgeNamespaces(drafts: readonly Draft[], known: Known, kinds: KindTable): readonly Diagnostic[] {
  const homeless = new Map<string, Draft[]>();
  for (const draft of drafts) {
    const ref = refOf(draft.manifest);
    // What cannot be a namespace, and what stands in none, is told as such.
    if (!isNamespaceName(ref.namespace) || kinds(ref)?.namespaced === false || known.facts(namespaceRef(ref.namespace)).length > 0)
      continue;
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
