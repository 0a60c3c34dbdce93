import { counted } from '../model/count.ts';
import { formatRef } from '../model/ref.ts';
import { type Alike, alike, byChart, shownFields, worstOf } from './alike.ts';
import { type ConsequenceType, consequenceTypes, isGrave, listed, quoted, words } from './consequence.ts';
import { foreignWords } from './live.ts';
import { printable } from './printable.ts';
import type { DiffReport, EnvironmentSummary, SharedChange } from './report.ts';
import { fieldLines } from './values.ts';

/** A page is no longer than this many characters, so that any browser shows it at once. */
const longestPage = 2_000_000;

/** How much is said of environments, one by one, in each of three matters. */
const longestOfEach = 200_000;

/** How much is said of one object at most. */
const longestObject = 20_000;

/**
 * A difference as a page of its own: worst first, each chart and object folded. It loads nothing, runs nothing, and is readable in the
 * dark. It has at most two million characters, and says how much it left out.
 */
export function formatHtml(report: DiffReport): string {
  const all = report.environments.map(({ environment }) => environment);
  const title = `What changes in ${listed(all, 8)}`;
  const head = [
    '<!doctype html>',
    '<html lang="en">',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>${escaped(title)}</title>`,
    `<style>${style}</style>`,
    `<h1>${escaped(title)}</h1>`,
    ofEach(report.environments, summaryOf),
    tableOf(report),
    graveOnes(report, all),
    ofEach(report.environments, noticesOf),
  ].join('\n');
  const settings = ofEach(report.environments, settingsOf);
  return `${head}\n${chartsOf(report, all, longestPage - head.length - settings.length)}${settings}</html>\n`;
}

const style = `
:root { color-scheme: light dark; --text: #1f2328; --page: #fff; --soft: #59636e; --line: #d1d9e0; --box: #f6f8fa; --red: #a40e26; --green: #116329; --amber: #7d4e00; }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --page: #0d1117; --soft: #9198a1; --line: #3d444d; --box: #161b22; --red: #ff9492; --green: #7ee787; --amber: #f0b72f; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--page); max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
code, pre { font: 0.875em/1.45 ui-monospace, monospace; overflow-wrap: anywhere; }
code { background: var(--box); padding: 0.1em 0.3em; border-radius: 4px; }
pre { background: var(--box); padding: 0.75rem; border-radius: 6px; white-space: pre-wrap; margin: 0.5rem 0; }
table { border-collapse: collapse; } th, td { text-align: left; border: 1px solid var(--line); padding: 0.3rem 0.6rem; vertical-align: top; }
details { border: 1px solid var(--line); border-radius: 6px; padding: 0.4rem 0.8rem; margin: 0.5rem 0; } summary { cursor: pointer; }
.grave { color: var(--red); font-weight: 600; } .soft { color: var(--soft); } .came { color: var(--green); } .went { color: var(--red); } .other { color: var(--amber); }
`.trim();

function escaped(text: string): string {
  return printable(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** A message with what stands in backticks as code. */
function inline(text: string): string {
  return escaped(text).replaceAll(/`([^`]*)`/g, '<code>$1</code>');
}

function typeWords(type: ConsequenceType): string {
  return isGrave(type) ? `<span class="grave">${words[type]}</span>` : words[type];
}

function summaryOf({ environment, from, to, added, removed, changed, renamed, unchanged }: EnvironmentSummary): string {
  const counts = Object.entries({ added, removed, changed, renamed }).flatMap(([word, count]) => (count === 0 ? [] : [`${count} ${word}`]));
  const told = counts.length === 0 ? 'no object changes' : counts.join(', ');
  return `<p><strong>${escaped(environment)}</strong>: ${told}, ${unchanged} as before. <span class="soft">${escaped(from.name)} → ${escaped(to.name)}</span></p>`;
}

/** What happens, worst first, with how many objects it happens to. */
function tableOf({ changes }: DiffReport): string {
  const rows = consequenceTypes.flatMap((type) => {
    const names = new Set(changes.filter(({ consequences }) => consequences.some((one) => one.type === type)).map(nameOf));
    return names.size === 0 ? [] : [`<tr><td>${typeWords(type)}<td>${names.size}<td>${inline(listed([...names], 2))}`];
  });
  return rows.length === 0 ? '' : `<table><tr><th>What happens<th>Objects<th>Which${rows.join('')}</table>`;
}

function nameOf({ object }: SharedChange): string {
  return quoted(formatRef(object));
}

/** How many grave changes are told at the beginning. */
const mostGrave = 200;

function graveOnes({ changes }: DiffReport, all: readonly string[]): string {
  const lines = changes.flatMap((change) =>
    change.consequences
      .filter(({ type }) => isGrave(type))
      .map(
        ({ type, message }) =>
          `<li>${typeWords(type)} ${inline(nameOf(change))}${message === '' ? '' : `: ${inline(message)}`}${within(change, all)}`,
      ),
  );
  if (lines.length === 0) return '';
  const more = lines.length > mostGrave ? `<li>… and ${lines.length - mostGrave} more, below` : '';
  return `<h2>Look at these first</h2><ul>${lines.slice(0, mostGrave).join('')}${more}</ul>`;
}

/** In which environments, where it is not in all of them. */
function within({ environments }: SharedChange, all: readonly string[]): string {
  return environments.length === all.length ? '' : ` <span class="soft">(${escaped(listed(environments, 5))})</span>`;
}

/** What the agent would refuse, which rights it lacks, and what was found in its cluster. */
function noticesOf({ environment, refusals, rights, live }: EnvironmentSummary): string {
  const refused = refusals.map(
    ({ code, message, lines }) =>
      `<li><span class="grave">The agent of ${escaped(environment)} would refuse this</span> (<code>${code}</code>): ${inline(message)}. Where it is meant, say why, under <code>approvals</code>:<pre>${lines.slice(0, 50).map(escaped).join('\n')}</pre>`,
  );
  const lacking =
    rights.length === 0
      ? []
      : [
          `<li>The agent of ${escaped(environment)} needs more rights: ${inline(listed(rights, 20))}. Grant them: <code>lockstep bootstrap ${escaped(environment)} --rbac</code>`,
        ];
  const problems = (live?.problems ?? []).map(
    ({ object, message }) =>
      `<li><span class="grave">cannot be applied</span> ${inline(quoted(formatRef(object)))}: ${inline(quoted(message))}`,
  );
  const foreign = (live?.foreign ?? []).map((one) => `<li>${inline(foreignWords(one))}`);
  const found = [...refused, ...lacking, ...problems, ...foreign];
  const more = found.length > mostGrave ? `<li>… and ${found.length - mostGrave} more` : '';
  return found.length === 0 ? '' : `<ul>${found.slice(0, mostGrave).join('')}${more}</ul>`;
}

/** The objects by chart, as many as have room. */
function chartsOf({ changes }: DiffReport, all: readonly string[], room: number): string {
  let left = room - 1_000;
  let untold = 0;
  const parts: string[] = [];
  for (const [chart, ofChart] of byChart(changes)) {
    const worst = [...new Set(ofChart.map(worstOf))].slice(0, 3).map(typeWords).join(', ');
    const open = `<details><summary><code>${escaped(chart)}</code>: ${counted(ofChart.length, 'object')}, ${worst}</summary>\n`;
    const told: string[] = [];
    left -= open.length + 12;
    for (const one of alike(ofChart)) {
      const text = objectText(one, all);
      if (text.length > left) untold += one.objects.length;
      else {
        told.push(text);
        left -= text.length;
      }
    }
    if (told.length > 0) parts.push(`${open}${told.join('')}</details>\n`);
  }
  const rest = untold === 0 ? '' : `<p>… and ${counted(untold, 'more object')}: <code>lockstep diff</code> tells of all.</p>`;
  return `${parts.length === 0 ? '' : '<h2>All changes</h2>'}${parts.join('')}${rest}`;
}

const signs = { add: 'added', remove: 'removed', change: '', rename: 'renamed' } as const;

const classes = { '+': 'came', '-': 'went', '~': 'other' } as const;

function objectText({ change, objects }: Alike, all: readonly string[]): string {
  const { op, from, consequences } = change;
  const names = listed(
    objects.map((ref) => quoted(formatRef(ref))),
    20,
  );
  const what = from === undefined ? signs[op] : `was ${quoted(formatRef(from))}`;
  const types = [...new Set(consequences.map(({ type }) => typeWords(type)))].join(', ');
  const messages = consequences
    .filter(({ message }) => message !== '')
    .map(({ type, message }) => `<li>${words[type]}: ${inline(message)}`);
  const lines = withinSize(
    shownFields(change)
      .flatMap(fieldLines)
      .map(({ sign, text }) => `<span class="${classes[sign]}">${sign} ${escaped(text)}</span>`),
  );
  const fields = lines.length === 0 ? '' : `<pre>${lines.join('\n')}</pre>`;
  const list = messages.length === 0 ? '' : `<ul>${messages.join('')}</ul>`;
  return `<details open><summary>${inline(names)} ${inline(what)}: ${types}${within(change, all)}</summary>${list}${fields}</details>\n`;
}

function withinSize(lines: readonly string[]): readonly string[] {
  return upTo(lines, longestObject, (left) => `… ${counted(left, 'more line')}`);
}

/** The first of `parts` that have room together, and how many there are besides. */
function upTo(parts: readonly string[], room: number, more: (left: number) => string): readonly string[] {
  let size = 0;
  const end = parts.findIndex((part) => {
    size += part.length + 1;
    return size > room;
  });
  return end < 0 ? parts : [...parts.slice(0, end), more(parts.length - end)];
}

/** What is said of each environment, of as many as have room. */
function ofEach(environments: readonly EnvironmentSummary[], tell: (one: EnvironmentSummary) => string): string {
  const told = environments.map(tell).filter((text) => text !== '');
  return upTo(told, longestOfEach, (left) => `<p>… and ${counted(left, 'more environment')}</p>`).join('\n');
}

/** What differs in the index. */
function settingsOf({ environment, settings }: EnvironmentSummary): string {
  if (settings.length === 0) return '';
  const lines = withinSize(
    settings.flatMap(fieldLines).map(({ sign, text }) => `<span class="${classes[sign]}">${sign} ${escaped(text)}</span>`),
  );
  const title = `How objects of ${escaped(environment)} are treated, and when: ${counted(settings.length, 'difference')}`;
  return `<details><summary>${title}</summary><pre>${lines.join('\n')}</pre></details>\n`;
}
