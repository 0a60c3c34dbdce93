import { counted } from '../model/count.ts';
import { formatRef } from '../model/ref.ts';
import { type Alike, alike, byChart, shownFields, worstOf } from './alike.ts';
import { type ConsequenceType, consequenceTypes, isGrave, listed, quoted, words } from './consequence.ts';
import { foreignWords } from './live.ts';
import type { DiffReport, EnvironmentSummary, SharedChange } from './report.ts';
import { fieldLines } from './values.ts';

/** GitHub takes 65,536 characters; whoever posts this may add some of his own. */
const longestMarkdown = 60_000;

/** What is said of one object is no longer. */
const longestObject = 4_000;

/** How many grave changes are told on the first screen. */
const mostGrave = 25;

/**
 * A difference for a pull request: on the first screen what happens and what is grave, below, folded by charts, each object. It has at most
 * 60,000 characters, and says how much it left out.
 */
export function formatMarkdown(report: DiffReport): string {
  const all = report.environments.map(({ environment }) => environment);
  const head = [
    `### What changes in ${listed(all.map(quoted), 8)}`,
    '',
    ...countLines(report),
    ...tableOf(report),
    ...graveOnes(report, all),
    ...refusalLines(report),
    ...rightLines(report),
    ...liveLines(report),
  ].join('\n');
  const settings = settingLines(report).join('\n');
  return `${head}\n${detailsOf(report, all, longestMarkdown - head.length - settings.length)}${settings}`;
}

function countLines({ environments, changes }: DiffReport): readonly string[] {
  if (changes.length === 0) return ['No object changes.', ''];
  const texts = new Map<string, string[]>();
  for (const one of environments) {
    const text = `${one.added} added, ${one.removed} removed, ${one.changed} changed, ${one.renamed} renamed, ${one.unchanged} as before`;
    texts.set(text, [...(texts.get(text) ?? []), quoted(one.environment)]);
  }
  const lines = [...texts].map(([text, names]) => (environments.length === 1 ? `Objects: ${text}.` : `${listed(names, 8)}: ${text}.  `));
  return [...lines.slice(0, 5), ...(lines.length > 5 ? [`… and ${counted(lines.length - 5, 'environment')} with other numbers`] : []), ''];
}

/** What happens, worst first, with how many objects it happens to. */
function tableOf({ changes }: DiffReport): readonly string[] {
  const rows = consequenceTypes.flatMap((type) => {
    const having = changes.filter(({ consequences }) => consequences.some((one) => one.type === type));
    const names = [...new Set(having.map(nameOf))];
    return names.length === 0 ? [] : [`| ${typeWords(type)} | ${names.length} | ${listed(names, 2).replaceAll('|', '\\|')} |`];
  });
  return rows.length === 0 ? [] : ['| What happens | Objects | Which |', '|---|---|---|', ...rows, ''];
}

function typeWords(type: ConsequenceType): string {
  return isGrave(type) ? `**${words[type]}**` : words[type];
}

function nameOf({ object }: SharedChange): string {
  return quoted(formatRef(object));
}

function graveOnes({ changes }: DiffReport, all: readonly string[]): readonly string[] {
  const lines = changes.flatMap((change) =>
    change.consequences
      .filter(({ type }) => isGrave(type))
      .map(({ type, message }) => `- **${words[type]}** ${nameOf(change)}${colon(message)}${within(change, all)}`),
  );
  if (lines.length === 0) return [];
  const more = lines.length - mostGrave;
  return ['#### Look at these first', '', ...lines.slice(0, mostGrave).map(cut), ...(more > 0 ? [`- … and ${more} more, below`] : []), ''];
}

function cut(line: string): string {
  return line.length > 400 ? `${line.slice(0, 400).replaceAll('`', "'")}…` : line;
}

function colon(message: string): string {
  return message === '' ? '' : `: ${message}`;
}

/** In which environments, where it is not in all of them. */
function within({ environments }: SharedChange, all: readonly string[]): string {
  return environments.length === all.length ? '' : ` (${listed(environments.map(quoted), 3)})`;
}

/** Values that several environments have, each once, with the environments. */
function together<T>(
  environments: readonly EnvironmentSummary[],
  valuesOf: (one: EnvironmentSummary) => readonly T[],
): readonly { readonly value: T; readonly names: readonly string[] }[] {
  const groups = new Map<string, { readonly value: T; readonly names: string[] }>();
  for (const one of environments) {
    for (const value of valuesOf(one)) {
      const key = JSON.stringify(value);
      const group = groups.get(key) ?? { value, names: [] };
      group.names.push(one.environment);
      groups.set(key, group);
    }
  }
  return [...groups.values()];
}

/** How many refusals, and rights, are told. */
const mostNotices = 6;

function limited(blocks: readonly (readonly string[])[], what: string): readonly string[] {
  const more = blocks.length - mostNotices;
  return [...blocks.slice(0, mostNotices).flat(), ...(more > 0 ? [`… and ${more} more ${what}`, ''] : [])];
}

/** What agents would refuse, with the lines that approve it. */
function refusalLines({ environments }: DiffReport): readonly string[] {
  const blocks = together(environments, ({ refusals }) => refusals).map(({ value: { code, message, lines }, names }) => [
    `**The agent of ${listed(names.map(quoted))} would refuse this** (\`${code}\`): ${message}. Where it is meant, say why, under \`approvals\`:`,
    '',
    '```ts',
    ...lines.slice(0, 10),
    ...(lines.length > 10 ? [`// … and ${lines.length - 10} more`] : []),
    '```',
    '',
  ]);
  return limited(blocks, 'refusals');
}

/** The rights that agents need, with the command that grants them. */
function rightLines({ environments }: DiffReport): readonly string[] {
  const having = environments.filter(({ rights }) => rights.length > 0);
  const blocks = together(having, ({ rights }) => [rights]).map(({ value, names }) => [
    `**The agent of ${listed(names.map(quoted))} needs more rights**: ${listed(value, 6)}. Grant them: \`lockstep bootstrap ${names[0]} --rbac\``,
    '',
  ]);
  return limited(blocks, 'environments that need more rights');
}

/** What was found in clusters beside what an apply would change. */
function liveLines({ environments }: DiffReport): readonly string[] {
  const lines = environments.flatMap(({ live }) => [
    ...(live?.problems ?? []).map(({ object, message }) => `- **cannot be applied** ${quoted(formatRef(object))}: ${quoted(message)}`),
    ...(live?.foreign ?? []).map((one) => `- ${foreignWords(one)}`),
  ]);
  if (lines.length === 0) return [];
  const more = lines.length - mostGrave;
  return ['#### In the cluster', '', ...lines.slice(0, mostGrave).map(cut), ...(more > 0 ? [`- … and ${more} more`] : []), ''];
}

/** How many settings are told. */
const mostSettings = 40;

/** What differs in indexes, folded: it stands behind all that objects are about. */
function settingLines({ environments }: DiffReport): readonly string[] {
  const found = together(environments, ({ settings }) => settings);
  if (found.length === 0) return [];
  const lines = found.slice(0, mostSettings).flatMap(({ value, names }) => {
    const where = names.length === environments.length ? '' : ` (${listed(names, 3)})`;
    return fieldLines(value).map(({ sign, text }) => diffLine({ sign, text: `${text}${where}` }));
  });
  const more = found.length - mostSettings;
  return [
    '',
    `<details><summary>How objects are treated, and when: ${counted(found.length, 'difference')}</summary>`,
    '',
    ...fenced(withinSize(more > 0 ? [...lines, `… and ${more} more`] : lines)),
    '',
    '</details>',
    '',
  ];
}

/** The objects, folded by chart, as many as have room. */
function detailsOf({ changes }: DiffReport, all: readonly string[], room: number): string {
  let left = room - 200;
  let [untold, charts] = [0, 0];
  const parts: string[] = [];
  for (const [chart, ofChart] of byChart(changes)) {
    const worst = [...new Set(ofChart.map(worstOf))].slice(0, 3).map((type) => words[type]);
    const open = `\n<details><summary><code>${escaped(chart)}</code>: ${counted(ofChart.length, 'object')}, ${worst.join(', ')}</summary>\n\n`;
    const close = '</details>\n';
    const told: string[] = [];
    let size = open.length + close.length;
    let missing = 0;
    for (const one of alike(ofChart)) {
      const text = objectText(one, all);
      if (missing > 0 || size + text.length > left) missing += one.objects.length;
      else {
        told.push(text);
        size += text.length;
      }
    }
    if (told.length > 0) {
      parts.push(`${open}${told.join('')}${close}`);
      left -= size;
    }
    if (missing > 0) [untold, charts] = [untold + missing, charts + 1];
  }
  const rest =
    untold === 0 ? '' : `\n… and ${counted(untold, 'more object')} in ${counted(charts, 'chart')}: \`lockstep diff\` tells of all.\n`;
  return `${parts.join('')}${rest}`;
}

const signs = { add: 'added', remove: 'removed', change: '', rename: 'renamed' } as const;

function objectText({ change, objects }: Alike, all: readonly string[]): string {
  const { op, from, consequences } = change;
  const names = listed(
    objects.map((ref) => quoted(formatRef(ref))),
    6,
  );
  const what = from === undefined ? signs[op] : `was ${quoted(formatRef(from))}`;
  const types = [...new Set(consequences.map(({ type }) => typeWords(type)))].join(', ');
  const messages = consequences.filter(({ message }) => message !== '').map(({ type, message }) => `- ${words[type]}: ${message}`);
  const lines = shownFields(change).flatMap(fieldLines).map(diffLine);
  const parts = [
    `${names}${what === '' ? '' : ` ${what}`}: ${types}${within(change, all)}`,
    messages.map(cut).join('\n'),
    lines.length === 0 ? '' : fenced(withinSize(lines)).join('\n'),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n\n`;
}

function diffLine({ sign, text }: { readonly sign: string; readonly text: string }): string {
  // What is another value is coloured by a sign that Markdown knows.
  return `${sign === '~' ? '!' : sign} ${text}`;
}

function withinSize(lines: readonly string[]): readonly string[] {
  let size = 0;
  const shown: string[] = [];
  for (const line of lines) {
    size += line.length + 1;
    if (size > longestObject) return [...shown, `… ${counted(lines.length - shown.length, 'more line')}`];
    shown.push(line);
  }
  return shown;
}

/** Lines in a fence that none of them can close. */
function fenced(lines: readonly string[]): readonly string[] {
  const longest = Math.max(2, ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([ticks]) => ticks.length)));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}diff`, ...lines, fence];
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
