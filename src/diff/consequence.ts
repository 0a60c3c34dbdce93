import { compareText } from '../model/ref.ts';
import { printable } from './printable.ts';

/** What a change does, worst first: the order in which it is told. */
export const consequenceTypes = [
  'deletes-data',
  'endangers-data',
  'recreates',
  'refused',
  'widens-access',
  'exposes',
  'deletes',
  'scales-to-zero',
  'restricts',
  'scales-down',
  'replaces-image',
  'rolls-out',
  'runs',
  'reconfigures',
  'changes',
  'creates',
  'lets-go',
  'none',
] as const;

/** One of `consequenceTypes`. */
export type ConsequenceType = (typeof consequenceTypes)[number];

/** What a change does to the cluster. `message` is for people, without the object's own name; '' where the type says it all. */
export interface Consequence {
  readonly type: ConsequenceType;
  readonly message: string;
}

/** The types in words: what stands before a colon. */
export const words: Readonly<Record<ConsequenceType, string>> = {
  'deletes-data': 'deletes data',
  'endangers-data': 'endangers data',
  recreates: 'recreates',
  refused: 'is refused',
  'widens-access': 'widens access',
  exposes: 'exposes',
  deletes: 'deletes',
  'scales-to-zero': 'scales to zero',
  restricts: 'restricts',
  'scales-down': 'scales down',
  'replaces-image': 'replaces image',
  'rolls-out': 'rolls out pods',
  runs: 'runs again',
  reconfigures: 'changes configuration',
  changes: 'changes',
  creates: 'creates',
  'lets-go': 'lets go',
  none: 'no effect',
};

/** The place of a type in the order: 0 is the worst. */
export function rankOf(type: ConsequenceType): number {
  return consequenceTypes.indexOf(type);
}

/** Whether a person has to look at it before all else. */
export function isGrave(type: ConsequenceType): boolean {
  return rankOf(type) <= rankOf('scales-down');
}

/** Worst first, each once. */
export function sorted(consequences: readonly Consequence[]): readonly Consequence[] {
  const once = new Map(consequences.map((one) => [`${one.type} ${one.message}`, one]));
  return [...once.values()].toSorted((a, b) => rankOf(a.type) - rankOf(b.type) || compareText(a.message, b.message));
}

/** A value as it stands in a message: in backticks, which it cannot end, and on one line. */
export function quoted(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `\`${printable(text.replaceAll('`', "'").replaceAll(/\s+/g, ' '))}\``;
}

/** At most as many of `items` as are read in a line, and how many there are besides. */
export function listed(items: readonly string[], most = 4): string {
  const shown = items.slice(0, items.length === most + 1 ? most + 1 : most);
  return items.length > shown.length ? `${shown.join(', ')} and ${items.length - shown.length} more` : shown.join(', ');
}
