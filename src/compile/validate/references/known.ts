import { refOf } from '../../../model/manifest.ts';
import { type GroupKind, keyOf, type ObjectKey, type ObjectRef, refOfKey } from '../../../model/ref.ts';
import type { Draft } from '../../draft.ts';
import type { External } from '../../external.ts';
import { isFromStart } from './from-start.ts';

/** What an environment has, and what it says of the world outside. */
export interface Surroundings {
  readonly drafts: readonly Draft[];
  readonly external: readonly External[];
  /** What left it and stays in the cluster. */
  readonly handedOver: readonly ObjectRef[];
}

/** Somebody's word that an object exists. */
export type Fact =
  /** The environment has it. */
  | { readonly by: 'environment'; readonly draft: Draft }
  /** Its definition says so. */
  | { readonly by: 'external'; readonly external: External }
  /** It was handed over, or every cluster has it. */
  | { readonly by: 'cluster' };

/** The objects that others may refer to. */
export interface Known {
  /** Who says that `ref` exists, the environment first; nobody, when it does not. */
  facts(ref: ObjectRef): readonly Fact[];
  /** The names of a kind's objects in a namespace that the environment has or tells of. */
  names(kind: GroupKind, namespace: string): readonly string[];
}

const byCluster: readonly Fact[] = [{ by: 'cluster' }];

/** Gathers what is known, in one look at everything. */
export function gather({ drafts, external, handedOver }: Surroundings): Known {
  const facts = new Map<ObjectKey, Fact[]>();
  const add = (ref: ObjectRef, fact: Fact): void => {
    const key = keyOf(ref);
    const known = facts.get(key);
    if (known === undefined) facts.set(key, [fact]);
    else known.push(fact);
  };
  for (const draft of drafts) add(refOf(draft.manifest), { by: 'environment', draft });
  for (const one of external) add(one.ref, { by: 'external', external: one });
  for (const ref of handedOver) add(ref, { by: 'cluster' });
  return {
    facts: (ref) => facts.get(keyOf(ref)) ?? (isFromStart(ref) ? byCluster : []),
    names: namesIn(facts),
  };
}

/** Sorts names by kind and namespace at the first question: most environments never ask. */
function namesIn(facts: ReadonlyMap<ObjectKey, unknown>): Known['names'] {
  let sorted: Map<string, string[]> | undefined;
  const group = (): Map<string, string[]> => {
    const found = new Map<string, string[]>();
    for (const key of facts.keys()) {
      const ref = refOfKey(key);
      const home = keyOf({ ...ref, name: '' });
      const known = found.get(home);
      if (known === undefined) found.set(home, [ref.name]);
      else known.push(ref.name);
    }
    return found;
  };
  return (kind, namespace) => {
    sorted ??= group();
    return sorted.get(keyOf({ group: kind.group, kind: kind.kind, namespace, name: '' })) ?? [];
  };
}
