import type { Figure } from './measure.ts';

/** What a run gave, and what it was run on. */
export interface Run {
  readonly objects: number;
  readonly date: string;
  readonly figures: readonly Figure[];
}

/** The figures as a table: each with its ratio to the floor of the same run, and to the same figure of the run before. */
export function formatRun(run: Run, before: Run | undefined): readonly string[] {
  const rows = run.figures.map((figure) => [
    figure.who,
    figure.what,
    figure.megabytes === undefined ? `${figure.seconds.toFixed(2)} s` : `${figure.megabytes} MB`,
    ratio(figure, floorOf(run, figure)),
    figure.requests === undefined ? '' : `${figure.requests}`,
    ratio(
      figure,
      before?.figures.find((one) => one.who === figure.who && one.what === figure.what),
    ),
  ]);
  const head = ['who', 'what', 'took', '× floor', 'requests', '× last run'];
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  return [`${run.objects} objects`, line(head), ...rows.map(line)];
}

function floorOf({ figures }: Run, { who, what }: Figure): Figure | undefined {
  return who === 'floor' ? undefined : figures.find((figure) => figure.who === 'floor' && what === figure.what);
}

function ratio(figure: Figure, other: Figure | undefined): string {
  const [mine, theirs] = [figure.megabytes ?? figure.seconds, other?.megabytes ?? other?.seconds];
  return theirs === undefined || theirs === 0 ? '' : (mine / theirs).toFixed(2);
}
