import { grouped } from '../model/grouped.ts';
import { compareText, type ObjectRef } from '../model/ref.ts';
import { consequenceTypes, isGrave } from './consequence.ts';
import { rankOfChange, type SharedChange } from './report.ts';
import type { ToldField } from './told.ts';

/** Objects of a kind to which the same happens, in the same environments. */
export interface Alike {
  /** The first of them. */
  readonly change: SharedChange;
  readonly objects: readonly ObjectRef[];
}

/** Puts together what is the same but for the name of the object. What is grave stands alone: each of it is to be looked at. */
export function alike(changes: readonly SharedChange[]): readonly Alike[] {
  const groups = new Map<string, { readonly change: SharedChange; readonly objects: ObjectRef[] }>();
  for (const change of changes) {
    const { op, object, environments, consequences } = change;
    const isAlone = op === 'rename' || isGrave(worstOf(change));
    const key = JSON.stringify([op, isAlone ? object : [object.group, object.kind], environments, consequences, shownFields(change)]);
    const group = groups.get(key) ?? { change, objects: [] };
    group.objects.push(object);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** The fields of a change that nothing else tells. */
export function shownFields({ fields }: SharedChange): readonly ToldField[] {
  return fields.filter(({ elsewhere }) => elsewhere === undefined);
}

/** The worst that a change does. */
export function worstOf(change: SharedChange): (typeof consequenceTypes)[number] {
  return consequenceTypes[rankOfChange(change)] ?? 'none';
}

/** The changes of each chart; that one first to which the worst happens. */
export function byChart(changes: readonly SharedChange[]): ReadonlyMap<string, readonly SharedChange[]> {
  const charts = grouped(changes, ({ chart }) => chart);
  const worst = (all: readonly SharedChange[]): number => Math.min(...all.map(rankOfChange));
  return new Map([...charts].toSorted((a, b) => worst(a[1]) - worst(b[1]) || compareText(a[0], b[0])));
}
