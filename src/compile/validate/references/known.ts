import type { Manifest } from '../../../model/manifest.ts';
import { formatGroupKind, type GroupKind, keyOf, type ObjectKey, type ObjectRef, refOfKey } from '../../../model/ref.ts';
import type { Draft } from '../../draft.ts';
import type { External } from '../../external.ts';
import { definedKind, isDefinition, type KindTable } from '../../served.ts';
import type { Subject } from '../subject.ts';
import { isFromStart } from './from-start.ts';
import { anyOrdinal, type Made, madeOf } from './makers.ts';

/** What an environment has, and what it says of the world outside. */
export interface Surroundings {
  readonly subjects: readonly Subject[];
  readonly external: readonly External[];
  /** What left it and stays in the cluster. */
  readonly handedOver: readonly ObjectRef[];
}

/** Somebody's word that an object exists. */
export type Fact =
  /** The environment has it. */
  | { readonly by: 'environment'; readonly draft: Draft }
  /** A controller makes it of something that the environment has. */
  | { readonly by: 'controller'; readonly made: Made; readonly draft: Draft }
  /** It was handed over, or every cluster has it. */
  | { readonly by: 'cluster' }
  /** A definition says so. */
  | { readonly by: 'external'; readonly external: External };

/** The objects that others may refer to. */
export interface Known {
  /** Who says that `ref` exists, `external` last; nobody, when it does not. */
  facts(ref: ObjectRef): readonly Fact[];
  /** The names of a kind's objects in a namespace that the environment has or tells of. */
  names(kind: GroupKind, namespace: string): readonly string[];
  /** The namespaces that the environment has, or has objects in. */
  readonly homes: ReadonlySet<string>;
  /** The CustomResourceDefinitions of the environment, by the kinds that they define. */
  readonly definitions: ReadonlyMap<string, Manifest>;
}

/** What references are looked up in, and who is told of each fact that was needed. */
export interface Lookup {
  readonly known: Known;
  readonly kinds: KindTable;
  readonly needed: (fact: Fact) => void;
}

/** Gathers what is known, in one look at everything. */
export function gather({ subjects, external, handedOver }: Surroundings): Known {
  const facts = new Map<ObjectKey, Fact[]>();
  const homes = new Set<string>();
  const definitions = new Map<string, Manifest>();
  const add = (key: ObjectKey, fact: Fact): void => {
    const known = facts.get(key);
    if (known === undefined) facts.set(key, [fact]);
    else known.push(fact);
  };
  for (const { draft, manifest, ref, key, kind } of subjects) {
    add(key, { by: 'environment', draft });
    for (const made of madeOf(kind.name, manifest)) add(keyOf(made.ref), { by: 'controller', made, draft });
    homes.add(kind.name === 'Namespace' ? ref.name : ref.namespace);
    if (isDefinition(manifest)) definitions.set(formatGroupKind(definedKind(manifest)), manifest);
  }
  for (const ref of handedOver) add(keyOf(ref), { by: 'cluster' });
  for (const one of external) add(keyOf(one.ref), { by: 'external', external: one });
  return { facts: (ref) => facts.get(keyOf(ref)) ?? unlisted(ref, facts), names: namesIn(facts), homes, definitions };
}

const byCluster: readonly Fact[] = [{ by: 'cluster' }];

/** Facts about what is listed by no name of its own. */
function unlisted(ref: ObjectRef, facts: ReadonlyMap<ObjectKey, readonly Fact[]>): readonly Fact[] {
  if (isFromStart(ref)) return byCluster;
  if (ref.kind !== 'PersistentVolumeClaim' || ref.group !== '') return [];
  return facts.get(keyOf({ ...ref, name: ref.name.replace(/\d+$/, anyOrdinal) })) ?? [];
}

/** Sorts names by kind and namespace at the first question: most environments never ask. */
function namesIn(facts: ReadonlyMap<ObjectKey, unknown>): Known['names'] {
  let sorted: ReadonlyMap<string, readonly string[]> | undefined;
  return (kind, namespace) => {
    sorted ??= byHome(facts.keys());
    return sorted.get(keyOf({ group: kind.group, kind: kind.kind, namespace, name: '' })) ?? [];
  };
}

function byHome(keys: Iterable<ObjectKey>): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const key of keys) {
    const ref = refOfKey(key);
    const home = keyOf({ ...ref, name: '' });
    const known = found.get(home);
    if (known === undefined) found.set(home, [ref.name]);
    else known.push(ref.name);
  }
  return found;
}
