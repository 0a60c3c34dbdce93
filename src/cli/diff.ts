import { alike, shownFields } from '../diff/alike.ts';
import { type ConsequenceType, isGrave, listed, words } from '../diff/consequence.ts';
import { foreignWords } from '../diff/live.ts';
import { printable } from '../diff/printable.ts';
import type { DiffReport, EnvironmentSummary, SharedChange } from '../diff/report.ts';
import { fieldLines } from '../diff/values.ts';
import { counted } from '../model/count.ts';
import { formatRef } from '../model/ref.ts';
import type { Paint } from './paint.ts';

/** A difference for a terminal: each object with what happens to it, the worst last, then what the agent would not do by itself. */
export function formatDiff(report: DiffReport, paint: Paint): readonly string[] {
  const { environments, changes } = report;
  const groups = alike(changes).toReversed();
  return [
    ...groups.flatMap(({ change, objects }) => changeLines(change, objects.map(formatRef), { paint, all: environments.length })),
    ...environments.flatMap((one) => summaryLines(one, paint)),
  ];
}

/** A rendered branch whose environment has no definition. */
export interface UndefinedBranch {
  readonly environment: string;
  readonly branch: string;
  /** Its folder there, where environments share the branch; null where the branch is its own. */
  readonly folder: string | null;
  /** How many objects it holds. */
  readonly objects: number;
  /** How the environment was dissolved; null where it was not. */
  readonly removed: 'prune' | 'keep' | null;
}

/** What is told of a branch whose environment has no definition, in one line. */
export function formatUndefined({ branch, folder, objects, removed }: UndefinedBranch): string {
  const start = `${folder === null ? '' : `\`${folder}\` in `}\`${branch}\` has no definition`;
  const what = folder === null ? 'branch' : 'folder';
  if (removed !== null || objects === 0)
    return `${start}, and ${removed === null ? 'holds nothing' : 'was dissolved'}: delete the ${what} once its agent is gone`;
  return `${start}, and its agent keeps ${counted(objects, 'object')} as they are: define it with \`removed: 'prune'\` or \`'keep'\` to dissolve it, or delete the ${what}`;
}

const signs: Readonly<Record<SharedChange['op'], string>> = { add: '+', remove: '-', change: '~', rename: '>' };

function changeLines(
  change: SharedChange,
  names: readonly string[],
  { paint, all }: { readonly paint: Paint; readonly all: number },
): readonly string[] {
  const { op, from, environments, consequences } = change;
  const colour = { add: paint.green, remove: paint.red, change: paint.yellow, rename: paint.yellow }[op];
  const was = from === undefined ? '' : `, was ${formatRef(from)}`;
  const where = environments.length === all ? '' : paint.dim(`  ${listed(environments, 5)}`);
  const types = [...new Set(consequences.map(({ type }) => type))].map((type) => typeWords(type, paint)).join(', ');
  return [
    `${colour(signs[op])} ${printable(`${listed(names, 6)}${was}`)}: ${types}${where}`,
    ...consequences.filter(({ message }) => message !== '').map(({ message }) => `    ${printable(message)}`),
    ...shownFields(change)
      .flatMap(fieldLines)
      .map(({ sign, text }) => `    ${{ '+': paint.green, '-': paint.red, '~': paint.yellow }[sign](sign)} ${text}`),
  ];
}

function typeWords(type: ConsequenceType, paint: Paint): string {
  const worst = changesNothing(type) ? paint.dim : isGrave(type) ? paint.red : (text: string) => text;
  return worst(words[type]);
}

function changesNothing(type: ConsequenceType): boolean {
  return type === 'none' || type === 'lets-go';
}

/** What was found in a cluster beside what an apply would change. */
function liveLines({ environment, live }: EnvironmentSummary, paint: Paint): readonly string[] {
  if (live === undefined) return [];
  const { foreign, problems, unasked } = live;
  const note =
    unasked === 0
      ? []
      : [`note: you may not apply ${counted(unasked, 'object')}, so the API server was not asked: fields were compared, and no defaults`];
  return [
    ...foreign.map((one) => `${paint.yellow('drift')}: ${printable(foreignWords(one))}`),
    ...problems.map(({ object, message }) => `${paint.red('!')} ${formatRef(object)}: ${printable(message)}`),
    ...note.map((text) => paint.dim(`${text} (${environment})`)),
  ];
}

function summaryLines(summary: EnvironmentSummary, paint: Paint): readonly string[] {
  const { environment, from, to, added, removed, changed, renamed, unchanged, rights, refusals, settings } = summary;
  const counts = Object.entries({ added, removed, changed, renamed }).flatMap(([word, count]) => (count === 0 ? [] : [`${count} ${word}`]));
  return [
    ...settings.flatMap(fieldLines).map(({ sign, text }) => `${paint.yellow(sign)} ${environment}: ${text}`),
    ...rights.map((right) => `${paint.yellow('!')} ${environment}: the agent needs more rights: ${right}`),
    ...(rights.length === 0 ? [] : [`  help: \`lockstep bootstrap ${environment} --rbac\``]),
    ...refusals.flatMap(({ code, message, lines }) => [
      `${paint.red(`refused[${code}]`)}: the agent of ${environment} would refuse this: ${message}`,
      '  help: where that is meant, say why, under `approvals` of the environment:',
      ...lines.slice(0, 10).map((line) => `        ${line}`),
      ...(lines.length > 10 ? [`        … and ${lines.length - 10} more`] : []),
    ]),
    ...liveLines(summary, paint),
    `${paint.bold(environment)}: ${counts.length === 0 ? 'no object changes' : counts.join(', ')}, ${counted(unchanged, 'object')} as before${paint.dim(`  ${from.name} → ${to.name}`)}`,
  ];
}
