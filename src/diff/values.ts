import type { Json } from '../model/json.ts';
import { printable } from './printable.ts';
import type { ToldField } from './told.ts';

/** A line about a field: what came, what went, or what is another one. */
export interface FieldLine {
  readonly sign: '+' | '-' | '~';
  readonly text: string;
}

/** A value of more signs has lines of its own. */
const shortValue = 60;

/** A value of more signs is cut. */
const longestValue = 200;

/** How many lines of a text are shown of what went, and of what came. */
const mostLines = 8;

/** A field in words, on one line where it fits. */
export function fieldLines(field: ToldField): readonly FieldLine[] {
  return linesOf(field).map(({ sign, text }) => ({ sign, text: printable(text) }));
}

function linesOf(field: ToldField): readonly FieldLine[] {
  const { op, place, before, after } = field;
  if (field.hidden) return [{ sign: op === 'add' ? '+' : op === 'remove' ? '-' : '~', text: `${place}: ${hiddenWords[op]}` }];
  if (op === 'order') return [{ sign: '~', text: `${place}: in another order` }];
  if (op !== 'replace' || before === undefined || after === undefined)
    return [{ sign: op === 'remove' ? '-' : '+', text: `${place}: ${shortened((op === 'remove' ? before : after) ?? null)}` }];
  if (typeof before === 'string' && typeof after === 'string' && `${before}${after}`.includes('\n')) return textLines(place, before, after);
  const items = itemWords(before, after);
  if (items !== undefined) return [{ sign: '~', text: `${place}: ${items}` }];
  const [was, now] = [shortened(before), shortened(after)];
  if (was.length <= shortValue && now.length <= shortValue) return [{ sign: '~', text: `${place}: ${was} → ${now}` }];
  return [
    { sign: '-', text: `${place}: ${was}` },
    { sign: '+', text: `${place}: ${now}` },
  ];
}

const hiddenWords: Readonly<Record<ToldField['op'], string>> = {
  add: 'added (not shown)',
  remove: 'removed (not shown)',
  replace: 'another value (not shown)',
  order: 'in another order',
};

/** JSON of a value on one line; a text as it is. */
function shortened(value: Json): string {
  const text = typeof value === 'string' && !/^\s|\s$|\n|^$/.test(value) ? value : JSON.stringify(value);
  return text.length > longestValue ? `${text.slice(0, longestValue)}… (${text.length} characters)` : text;
}

/** What came and what went of lists of scalars; undefined for other values, and where both are the same in another order. */
function itemWords(before: Json, after: Json): string | undefined {
  if (!isScalars(before) || !isScalars(after)) return undefined;
  const added = after.filter((item) => !before.includes(item)).map((item) => `+ ${shortened(item)}`);
  const removed = before.filter((item) => !after.includes(item)).map((item) => `- ${shortened(item)}`);
  const words = [...added, ...removed].join(', ');
  return words === '' || words.length > longestValue ? undefined : words;
}

function isScalars(value: Json): value is readonly Json[] {
  return Array.isArray(value) && value.every((item) => typeof item !== 'object' || item === null);
}

/** The lines of two texts between their equal beginnings and ends. */
function textLines(place: string, before: string, after: string): readonly FieldLine[] {
  const [was, now] = [before.split('\n'), after.split('\n')];
  let start = 0;
  while (start < was.length && start < now.length && was[start] === now[start]) start++;
  let end = 0;
  while (end < was.length - start && end < now.length - start && was.at(-1 - end) === now.at(-1 - end)) end++;
  const lines = (sign: '+' | '-', all: readonly string[]): readonly FieldLine[] => {
    const shown = all.slice(0, all.length === mostLines + 1 ? mostLines + 1 : mostLines).map((line) => ({ sign, text: `  ${cut(line)}` }));
    return all.length > shown.length ? [...shown, { sign, text: `  … ${all.length - shown.length} more lines` }] : shown;
  };
  return [
    { sign: '~', text: `${place}: from line ${start + 1}` },
    ...lines('-', was.slice(start, was.length - end)),
    ...lines('+', now.slice(start, now.length - end)),
  ];
}

function cut(line: string): string {
  return line.length > longestValue ? `${line.slice(0, longestValue)}…` : line;
}
