import type { Figure } from './measure.ts';

/** What a run gave, and what it was run on. */
export interface Run {
  readonly objects: number;
  readonly date: string;
  readonly figures: readonly Figure[];
  /** What a reader must know of how others were measured, a sentence each. */
  readonly notes?: readonly string[];
}

/** The figures as a table: each with its ratio to the floor of the same run, and to the same figure of the run before. */
export function formatRun(run: Run, before: Run | undefined): readonly string[] {
  const isProcessorKnown = run.figures.some(({ processor }) => processor !== undefined);
  const ofProcessor = (cell: string): readonly string[] => (isProcessorKnown ? [cell] : []);
  const rows = run.figures.map((figure, place) => [
    figure.who,
    figure.what,
    taken(figure),
    ratio(amountOf(figure), floorAt(run.figures, place)),
    figure.requests === undefined ? '' : `${figure.requests}`,
    ...ofProcessor(figure.processor === undefined ? '' : `${figure.processor.toFixed(1)} s`),
    ratio(amountOf(figure), amountOf(before?.figures.find(({ who, what }) => who === figure.who && what === figure.what))),
  ]);
  const head = ['who', 'what', 'took', '× floor', 'requests', ...ofProcessor('processor'), '× last run'];
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  const explained = '× floor: to the mean of what the floor took for the same work, the last time before and the first time after.';
  return [`${run.objects} objects`, line(head), ...rows.map(line), explained, ...(run.notes ?? [])];
}

function taken({ missing, seconds, megabytes }: Figure): string {
  if (missing !== undefined) return missing;
  return megabytes === undefined ? `${(seconds ?? 0).toFixed(2)} s` : `${megabytes} MB`;
}

function amountOf(figure: Figure | undefined): number | undefined {
  return figure?.missing === undefined ? (figure?.megabytes ?? figure?.seconds) : undefined;
}

/** What the floor took for the work that a row names first, `first apply` of `first apply, from its start`, around its place. */
function floorAt(figures: readonly Figure[], place: number): number | undefined {
  const { who, what } = figures[place] ?? {};
  if (who === undefined || isFloor(who)) return undefined;
  const isSame = (figure: Figure): boolean => isFloor(figure.who) && `${what},`.startsWith(`${figure.what},`);
  const around = [figures.slice(0, place).findLast(isSame), figures.slice(place).find(isSame)];
  const seconds = around.flatMap((figure) => figure?.seconds ?? []);
  return seconds.length === 0 ? undefined : seconds.reduce((sum, one) => sum + one, 0) / seconds.length;
}

/** The floor is measured more than once: `floor 1`, `floor 2`. */
function isFloor(who: string): boolean {
  return who.startsWith('floor ');
}

function ratio(mine: number | undefined, theirs: number | undefined): string {
  return mine === undefined || theirs === undefined || theirs === 0 ? '' : (mine / theirs).toFixed(2);
}
