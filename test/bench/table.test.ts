import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Figure } from './measure.ts';
import { formatRun, type Run } from './table.ts';

function runOf(figures: readonly Figure[]): Run {
  return { objects: 5, date: '2026-01-01T00:00:00Z', figures };
}

/** The cells of the row of `who` and `what`. */
function cellsOf(
  run: Run,
  { who, what, before }: { readonly who: string; readonly what: string; readonly before?: Run },
): readonly string[] {
  const row = formatRun(run, before).find((line) => line.startsWith(who) && line.includes(what));
  return (row ?? '').trim().split(/\s{2,}/);
}

test('the columns of a table stand below each other, whatever is in them', () => {
  const figures: readonly Figure[] = [
    { who: 'floor 1', what: 'first apply', seconds: 2, requests: 1005 },
    { who: 'gitops-engine', what: 'first apply, from its start', missing: 'gave up after 451 s' },
    { who: 'flux', what: 'all of it, peak memory', megabytes: 158 },
  ];
  const [, head, ...rows] = formatRun(runOf(figures), undefined);
  assert.equal(rows[0]?.indexOf('1005'), head?.indexOf('requests'));
  for (const [row, what] of [
    [rows[0], '2.00 s'],
    [rows[1], 'gave up after 451 s'],
    [rows[2], '158 MB'],
  ] as const) {
    assert.equal(row?.indexOf(what), head?.indexOf('took'));
  }
});

test('a row is beside the floor of the same work around it: the last time before, the first time after', () => {
  const floor = (time: number, seconds: number): Figure => ({ who: `floor ${time}`, what: 'first apply', seconds });
  const run = runOf([
    floor(1, 2),
    { who: 'kubectl', what: 'first apply', seconds: 9 },
    floor(2, 4),
    { who: 'flux', what: 'first apply, from its start', seconds: 9 },
    { who: 'flux', what: 'first apply or so', seconds: 9 },
    floor(3, 8),
    { who: 'late', what: 'first apply', seconds: 4 },
  ]);
  assert.deepEqual(cellsOf(run, { who: 'kubectl', what: 'first' }).slice(2), ['9.00 s', '3.00']);
  assert.deepEqual(cellsOf(run, { who: 'flux', what: 'from its start' }).slice(2), ['9.00 s', '1.50']);
  assert.deepEqual(cellsOf(run, { who: 'flux', what: 'or so' }).slice(2), ['9.00 s']);
  assert.deepEqual(cellsOf(run, { who: 'late', what: 'first' }).slice(2), ['4.00 s', '0.50']);
  assert.deepEqual(cellsOf(run, { who: 'floor 2', what: 'first' }).slice(2), ['4.00 s']);
});

test('there is a column for the time of the processor where that is known of anything', () => {
  const figures: readonly Figure[] = [
    { who: 'lockstep', what: 'install', seconds: 2, requests: 1005, processor: 6.66 },
    { who: 'flux', what: 'install', missing: 'failed' },
  ];
  const [, head, row] = formatRun(runOf(figures), undefined);
  assert.equal(row?.indexOf('6.7 s'), head?.indexOf('processor'));
  assert.equal(formatRun(runOf(figures.slice(1)), undefined)[1]?.includes('processor'), false);
});

test('a row is compared with the row of the same name of the last run, where both have a figure', () => {
  const before = runOf([
    { who: 'flux', what: 'nothing changed', seconds: 2 },
    { who: 'flux', what: 'all changed', missing: 'gave up after 451 s' },
  ]);
  const run = runOf([
    { who: 'flux', what: 'nothing changed', seconds: 3 },
    { who: 'flux', what: 'all changed', seconds: 3 },
    { who: 'helm', what: 'nothing changed', seconds: 3 },
  ]);
  assert.deepEqual(cellsOf(run, { who: 'flux', what: 'nothing', before }).slice(2), ['3.00 s', '1.50']);
  assert.deepEqual(cellsOf(run, { who: 'flux', what: 'all', before }).slice(2), ['3.00 s']);
  assert.deepEqual(cellsOf(run, { who: 'helm', what: 'nothing', before }).slice(2), ['3.00 s']);
  assert.deepEqual(cellsOf(before, { who: 'flux', what: 'all', before: run }).slice(2), ['gave up after 451 s']);
});

test('what a reader must know of the others comes below the table', () => {
  const notes = ['flux: with 20 workers'];
  assert.deepEqual(formatRun({ ...runOf([]), notes }, undefined).slice(-1), notes);
});
