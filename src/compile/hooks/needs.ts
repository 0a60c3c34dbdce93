import { grouped } from '../../model/grouped.ts';
import { at, objectAt } from '../../model/json.ts';
import { formatGroupKind, keyOf, type ObjectKey } from '../../model/ref.ts';
import type { Draft } from '../draft.ts';
import { boundRole } from '../roles.ts';
import type { KindTable } from '../served.ts';
import { referencesOf } from '../validate/references/fields.ts';
import { type Fact, gather } from '../validate/references/known.ts';
import { meets, requirementsOf } from '../validate/references/selector.ts';
import { type Subject, subjectsOf } from '../validate/subject.ts';

/**
 * What an object refers to, as far as that can be told from what it is: with its namespace, the rights of its account, and the network
 * policies of its pods. What it only depends on is no part of it.
 */
export type NeedsOf = (draft: Draft) => readonly Draft[];

/** Finds what the objects of `drafts` refer to among each other. */
export function needsAmong(drafts: readonly Draft[], kinds: KindTable): NeedsOf {
  const subjects = subjectsOf(drafts);
  const lookup = { known: gather({ subjects, external: [], handedOver: [] }), kinds };
  const byConstruct = new Map(subjects.map((subject) => [subject.draft.construct, subject]));
  const policies = grouped(
    subjects.filter(({ kind }) => kind.name === 'NetworkPolicy.networking.k8s.io'),
    ({ ref }) => ref.namespace,
  );
  const bindings = bindingsByAccount(subjects, lookup);
  return ({ construct }) => {
    const subject = byConstruct.get(construct);
    if (subject === undefined) return [];
    const { namespace } = subject.ref;
    const home = { group: '', kind: 'Namespace', namespace: '', name: namespace };
    const refs = [home, ...referencesOf(subject, lookup).map(({ to }) => to)];
    const found = refs.flatMap((ref) => [...lookup.known.facts(ref).flatMap(draftOf), ...(bindings.get(keyOf(ref)) ?? [])]);
    const isolating = (policies.get(namespace) ?? []).filter((policy) => isolates(policy, subject));
    return [...new Set([...found, ...isolating.map(({ draft }) => draft)])];
  };
}

function draftOf(fact: Fact): readonly Draft[] {
  return fact.by === 'environment' || fact.by === 'controller' ? [fact.draft] : [];
}

/** The bindings that give rights to each ServiceAccount. */
function bindingsByAccount(
  subjects: readonly Subject[],
  lookup: Parameters<typeof referencesOf>[1],
): ReadonlyMap<ObjectKey, readonly Draft[]> {
  const pairs = subjects
    .filter(({ manifest }) => boundRole(manifest) !== undefined)
    .flatMap((subject) => referencesOf(subject, lookup).map(({ to }) => ({ to, draft: subject.draft })))
    .filter(({ to }) => formatGroupKind(to) === 'ServiceAccount');
  const groups = grouped(pairs, ({ to }) => keyOf(to));
  return new Map([...groups].map(([key, found]) => [key, found.map(({ draft }) => draft)]));
}

/** Whether a network policy is about the pods of an object: an empty selector is about all of its namespace. */
function isolates(policy: Subject, { manifest, kind: { pod } }: Subject): boolean {
  if (pod === undefined) return false;
  const labels = new Map(Object.entries(objectAt(manifest, ...pod, 'metadata', 'labels')).map(([key, value]) => [key, String(value)]));
  const requirements = requirementsOf(at(policy.manifest, 'spec', 'podSelector')) ?? [];
  return requirements.every((requirement) => meets(labels, requirement));
}
