import type { HealthRule } from '../authoring/health.ts';
import type { Checked, Diagnostic, Place } from '../model/diagnostic.ts';
import { type HealthByKind, healthExpressions, longestExpression } from '../model/health.ts';
import { isObject } from '../model/json.ts';
import { refOf } from '../model/manifest.ts';
import { compareText, formatGroupKind } from '../model/ref.ts';
import type { Draft } from './draft.ts';
import { readEntries } from './entries.ts';
import type { Layer, ResolvedChart } from './resolve.ts';
import { groupOfKind, openGroup, type Read } from './targets.ts';
import { meantOr, quotedList } from './wording.ts';

/** The expressions that tell the health of a kind, and where they stand. */
export interface PlacedHealth extends HealthByKind {
  readonly at: Place;
  /** Whether they stand in the environment itself, so that they are meant for it alone. */
  readonly isOwn: boolean;
}

/** Who says something of health: a definition of the line of inheritance, or a chart. */
interface Speaker {
  readonly given: unknown;
  readonly at: Place;
  readonly isOwn: boolean;
}

/**
 * The expressions of an environment, one entry for a kind, sorted by kind. What a child says goes before what an ancestor says, and both
 * before what charts say; charts that differ are an error where nobody else has the last word.
 */
export function resolveHealth(
  layers: readonly Layer[],
  charts: readonly Pick<ResolvedChart, 'name' | 'definition' | 'at'>[],
): Checked<readonly PlacedHealth[]> {
  const diagnostics: Diagnostic[] = [];
  const keep = <T>(checked: Checked<T>): T => {
    diagnostics.push(...checked.diagnostics);
    return checked.value;
  };
  const byCharts = charts.flatMap(({ name, definition, at }) => {
    const given = typeof definition === 'function' ? undefined : definition.health;
    return keep(read({ given, at: { ...at, pointer: `charts.${name}.health` }, isOwn: false }));
  });
  const byLayers = layers.map(({ definition, at }, i) =>
    keep(read({ given: definition.health, at: { ...at, pointer: 'health' }, isOwn: i === layers.length - 1 })),
  );
  const decided = new Map(byLayers.flat().map((one) => [formatGroupKind(one), one]));
  for (const list of byLayers) diagnostics.push(...conflicts(list));
  diagnostics.push(...conflicts(byCharts.filter((one) => !decided.has(formatGroupKind(one)))));
  const all = new Map([...byCharts.map((one) => [formatGroupKind(one), one] as const), ...decided]);
  return { value: [...all.values()].toSorted((a, b) => compareText(formatGroupKind(a), formatGroupKind(b))), diagnostics };
}

function read({ given, at, isOwn }: Speaker): Checked<readonly PlacedHealth[]> {
  const { value, diagnostics } = readEntries({ given, at, code: 'health-invalid', read: readRule });
  return { value: value.map((entry) => ({ ...entry.value, at: entry.at, isOwn })), diagnostics };
}

/** Entries that say of a kind something else than one before. */
function conflicts(list: readonly PlacedHealth[]): readonly Diagnostic[] {
  const first = new Map<string, PlacedHealth>();
  return list.flatMap((one): readonly Diagnostic[] => {
    const kind = formatGroupKind(one);
    const before = first.get(kind);
    if (before === undefined) first.set(kind, one);
    if (before === undefined || healthExpressions.every((name) => before[name] === one[name])) return [];
    const message = `what \`${before.at.pointer}\` says of the health of \`${kind}\` is something else`;
    return [
      {
        code: 'health-conflict',
        severity: 'error',
        message,
        at: one.at,
        help: 'keep one of them, or say it in `health` of the environment',
      },
    ];
  });
}

const form = "write `{ group: 'example.com', kind: 'Database', current: \"status.phase == 'Running'\" }`";
const fields: readonly string[] = ['group', 'kind', ...healthExpressions];

function readRule(given: unknown): Read<HealthByKind> {
  if (!isObject(given) || typeof given['kind'] !== 'string' || given['kind'] === '')
    return refused('this says of no `kind` how it does', form);
  const { kind } = given;
  const stray = Object.keys(given).find((key) => !fields.includes(key));
  if (stray !== undefined)
    return refused(`health of \`${kind}\` has no \`${stray}\``, meantOr(`there are ${quotedList(fields)}`, stray, fields));
  const other = Object.entries(given).find(([, value]) => value !== undefined && typeof value !== 'string');
  if (other !== undefined) return refused(`\`${other[0]}\` of the health of \`${kind}\` is no text`, form);
  const { group, current, failed, inProgress, message } = given as unknown as HealthRule;
  if (current === undefined) return refused(`it is open when a \`${kind}\` is as wanted`, 'give the expression `current`');
  const long = Object.entries({ current, failed, inProgress, message }).find(([, text]) => (text?.length ?? 0) > longestExpression);
  if (long !== undefined)
    return refused(`\`${long[0]}\` of the health of \`${kind}\` has more than ${longestExpression} characters`, 'shorten it');
  const meant = groupOfKind({ kind, group });
  if (meant === undefined) return { ok: false, problem: openGroup(kind) };
  if (meant === '' && kind === 'Secret')
    return refused('the health of a Secret is not told by what is in it', 'leave it out: a Secret is as wanted when it exists');
  return { ok: true, value: { group: meant, kind, current, failed, inProgress, message } };
}

function refused(message: string, help: string): Read<never> {
  return { ok: false, problem: { message, help } };
}

/** What an environment itself says of kinds that it has no objects of: most likely a typo. */
export function unusedHealth(drafts: readonly Draft[], health: readonly PlacedHealth[]): readonly Diagnostic[] {
  const present = new Set(drafts.map(({ manifest }) => formatGroupKind(refOf(manifest))));
  return health
    .filter((one) => one.isOwn && !present.has(formatGroupKind(one)))
    .map((one) => {
      const message = `the environment has no \`${formatGroupKind(one)}\` whose health this could tell`;
      return { code: 'health-unused', severity: 'warning', message, at: one.at, help: 'correct the kind or its group, or remove it' };
    });
}
