import { at, type Json, listAt, objectAt, sameJson, stringAt } from '../../model/json.ts';
import type { Manifest } from '../../model/manifest.ts';
import { areApart, isWithinBlock } from '../blocks.ts';
import { isElsewhere, sidesOf } from '../compare.ts';
import type { Consequence } from '../consequence.ts';
import type { Judge, Scene } from '../scene.ts';

const directions = [
  { type: 'Ingress', rules: 'ingress', peers: 'from', words: 'may be reached by more' },
  { type: 'Egress', rules: 'egress', peers: 'to', words: 'may reach more' },
] as const;

type Direction = (typeof directions)[number];

/** NetworkPolicies that allow more than before, or are no more. */
export const network: Judge = (change, scene) => {
  if (change.ref.group !== 'networking.k8s.io' || change.ref.kind !== 'NetworkPolicy') return [];
  const { before, after } = sidesOf(change);
  if (before === undefined) return after === undefined ? [] : directions.flatMap((direction) => opened(after, direction, scene));
  if (after === undefined) return [widens('what it kept from the pods that it selects may reach them, unless other policies do')];
  const isMoved = isElsewhere(change) || !sameJson(at(before, 'spec', 'podSelector'), at(after, 'spec', 'podSelector'));
  const other = isMoved ? [widens('it selects other pods: those that it selected may be open')] : [];
  const isNew = (direction: Direction): boolean => isElsewhere(change) || !restricts(before, direction);
  return [
    ...other,
    ...directions.flatMap((direction) => [
      ...loosened(before, after, direction),
      ...(isNew(direction) ? opened(after, direction, scene) : []),
    ]),
  ];
};

function widens(message: string): Consequence {
  return { type: 'widens-access', message };
}

/** What a policy allows that was none in this direction before, of pods that other policies restrict. What policies allow adds up. */
function opened(policy: Manifest, direction: Direction, { before }: Scene): readonly Consequence[] {
  if (!restricts(policy, direction)) return [];
  const others = [...before.manifests.values()].filter(
    (one) =>
      one.kind === 'NetworkPolicy' &&
      one.metadata.namespace === policy.metadata.namespace &&
      one.metadata.name !== policy.metadata.name &&
      restricts(one, direction) &&
      mayMeet(at(one, 'spec', 'podSelector'), at(policy, 'spec', 'podSelector')),
  );
  if (others.length === 0) return [];
  const covering = others.filter((one) => selectsAll(one) || sameJson(at(one, 'spec', 'podSelector'), at(policy, 'spec', 'podSelector')));
  const allowed = covering.flatMap((one) => listAt(one, 'spec', direction.rules));
  const more = listAt(policy, 'spec', direction.rules).filter((rule) => !allowed.some((one) => allows(one, rule, direction)));
  return more.length === 0 ? [] : [widens(`the pods that it selects ${direction.words}, and were restricted by other policies`)];
}

function selectsAll(policy: Manifest): boolean {
  return Object.keys(objectAt(policy, 'spec', 'podSelector')).length === 0;
}

/** Whether there may be a pod that both select: none has two values of a label. */
function mayMeet(one: Json | undefined, other: Json | undefined): boolean {
  const labels = objectAt(other, 'matchLabels');
  return Object.entries(objectAt(one, 'matchLabels')).every(([key, value]) => labels[key] === undefined || labels[key] === value);
}

function loosened(before: Manifest, after: Manifest, direction: Direction): readonly Consequence[] {
  if (!restricts(before, direction)) return [];
  if (!restricts(after, direction)) return [widens(`${direction.type} is no longer restricted`)];
  const was = listAt(before, 'spec', direction.rules);
  const more = listAt(after, 'spec', direction.rules).filter((rule) => !was.some((one) => allows(one, rule, direction)));
  return more.length === 0 ? [] : [widens(`the pods that it selects ${direction.words}`)];
}

/** Ingress is restricted by every policy that does not say otherwise; Egress by those that say so, or have rules for it. */
function restricts(policy: Manifest, { type, rules }: Direction): boolean {
  const types = listAt(policy, 'spec', 'policyTypes');
  return types.length > 0 ? types.includes(type) : type === 'Ingress' || listAt(policy, 'spec', rules).length > 0;
}

/** Whether a rule allows all that another one does: each of its peers and ports. */
function allows(wide: Json, rule: Json, { peers }: Direction): boolean {
  return [peers, 'ports'].every((field) => {
    const [all, asked] = [listAt(wide, field), listAt(rule, field)];
    // Without peers, or ports, it is all of them.
    return all.length === 0 || (asked.length > 0 && asked.every((one) => all.some((other) => includes(other, one))));
  });
}

/** Whether a peer or port is the other one; of address blocks, whether the one lies within the other. */
function includes(wide: Json, one: Json): boolean {
  if (sameJson(wide, one)) return true;
  const [block, part] = [stringAt(wide, 'ipBlock', 'cidr'), stringAt(one, 'ipBlock', 'cidr')];
  if (block === undefined || part === undefined || !isWithinBlock(part, block)) return false;
  const now = listAt(one, 'ipBlock', 'except').filter((except) => typeof except === 'string');
  return listAt(wide, 'ipBlock', 'except').every(
    (kept) => typeof kept !== 'string' || now.some((except) => isWithinBlock(kept, except)) || areApart(kept, part),
  );
}
