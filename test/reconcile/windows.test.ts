import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDay } from '../../src/model/time.ts';
import { isSpan, isTimeZone, type SyncWindow } from '../../src/model/window.ts';
import { closedBecause } from '../../src/reconcile/windows.ts';

const berlin: SyncWindow = { type: 'allow', from: '09:00', to: '17:00', timeZone: 'Europe/Berlin', days: undefined, reason: undefined };
const workdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri'] as const;
const night: SyncWindow = { ...berlin, from: '22:00', to: '04:00', days: ['Fri'] };
const holidays: SyncWindow = { ...berlin, type: 'deny', from: '2027-12-23', to: '2028-01-02', reason: 'holidays' };

const cases: readonly (readonly [what: string, windows: readonly SyncWindow[], now: string, isOpen: boolean])[] = [
  ['nothing says when', [], '2026-05-01T03:00:00Z', true],
  ['by the clock of the time zone, in summer', [berlin], '2026-07-01T07:00:00Z', true],
  ['and in winter', [berlin], '2026-01-05T07:00:00Z', false],
  ['the first minute', [berlin], '2026-01-05T08:00:00Z', true],
  ['the minute before the first', [berlin], '2026-01-05T07:59:59Z', false],
  ['the last minute', [berlin], '2026-01-05T15:59:59Z', true],
  ['the end, which is not within', [berlin], '2026-01-05T16:00:00Z', false],
  ['a Monday', [{ ...berlin, days: workdays }], '2026-05-04T10:00:00Z', true],
  ['a Sunday', [{ ...berlin, days: workdays }], '2026-05-03T10:00:00Z', false],
  [
    'a Sunday that is Monday there',
    [{ ...berlin, from: '00:00', to: '24:00', timeZone: 'Pacific/Auckland', days: ['Mon'] }],
    '2026-05-03T13:00:00Z',
    true,
  ],
  ['the evening of a night', [night], '2026-05-01T20:30:00Z', true],
  ['the morning after it, which is of the day that it began on', [night], '2026-05-02T01:59:59Z', true],
  ['the end of that', [night], '2026-05-02T02:00:00Z', false],
  ['the morning of the day itself', [night], '2026-05-01T01:00:00Z', false],
  ['the night of a Sunday, which goes on in the next week', [{ ...night, days: ['Sun'] }], '2026-05-04T01:00:00Z', true],
  ['a whole day', [{ ...berlin, from: '00:00', to: '24:00' }], '2026-05-01T21:59:00Z', true],
  [
    'within one of two',
    [
      { ...berlin, days: ['Sat'] },
      { ...berlin, days: ['Fri'] },
    ],
    '2026-05-01T10:00:00Z',
    true,
  ],
  ['a time that is denied, although it is allowed', [berlin, holidays], '2027-12-23T10:00:00Z', false],
  ['the last day that is denied', [holidays], '2028-01-02T22:59:59Z', false],
  ['the day after it', [holidays], '2028-01-02T23:00:00Z', true],
  ['a time before what is denied', [holidays], '2027-12-22T22:59:59Z', true],
  ['days that are allowed', [{ ...berlin, from: '2027-12-23', to: '2027-12-24' }], '2027-12-24T12:00:00Z', true],
  ['an hour that there is twice when clocks are set back', [{ ...berlin, from: '02:00', to: '03:00' }], '2026-10-25T01:30:00Z', true],
  ['an hour that is left out when clocks are set', [{ ...berlin, from: '02:00', to: '03:00' }], '2026-03-29T01:00:00Z', false],
];

for (const [what, windows, now, isOpen] of cases) {
  test(`sync windows: ${what}`, () => assert.equal(closedBecause(windows, new Date(now)) === undefined, isOpen));
}

test('it is told which windows keep a commit waiting', () => {
  const now = new Date('2027-12-24T03:00:00Z');
  assert.equal(closedBecause([berlin, holidays], now), 'a sync window denies it: 2027-12-23 to 2028-01-02 (Europe/Berlin), holidays');
  assert.equal(
    closedBecause([{ ...berlin, days: ['Mon', 'Tue'] }, night], now),
    'no sync window allows it now: Mon, Tue 09:00 to 17:00 (Europe/Berlin); Fri 22:00 to 04:00 (Europe/Berlin)',
  );
});

test('only spans that there can be are windows', () => {
  for (const [from, to] of [
    ['00:00', '24:00'],
    ['22:00', '04:00'],
    ['2027-12-23', '2027-12-23'],
  ] as const)
    assert.equal(isSpan(from, to), true);
  const wrong = [
    ['09:00', '09:00'],
    ['24:00', '09:00'],
    ['9:00', '17:00'],
    ['2027-12-23', '17:00'],
    ['2027-12-24', '2027-12-23'],
    ['2027-02-30', '2027-03-01'],
  ] as const;
  for (const [from, to] of wrong) assert.equal(isSpan(from, to), false, `${from} to ${to}`);
  assert.deepEqual([isDay('2027-02-28'), isDay('2027-02-29'), isDay('tomorrow')], [true, false, false]);
  assert.deepEqual(['UTC', 'Europe/Berlin', 'Asia/Kolkata', '+02:00', 'Middle/Earth', ''].map(isTimeZone), [
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});
