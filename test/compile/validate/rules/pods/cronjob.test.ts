import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cronJob } from '../../../../../src/compile/validate/rules/pods/cronjob.ts';
import { scheduleProblem } from '../../../../../src/compile/validate/rules/pods/schedule.ts';
import type { JsonObject } from '../../../../../src/model/json.ts';
import { testRules } from '../said.ts';

const jobTemplate = { spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'web', image: 'a' }] } } } };
const of = (more: JsonObject) => ({ spec: { schedule: '@daily', jobTemplate, ...more } });

testRules({
  'a CronJob': {
    rule: cronJob,
    cases: [
      [of({ timeZone: 'Europe/Berlin', startingDeadlineSeconds: 0 })],
      [{}, 'field-required /spec/schedule', 'field-required /spec/jobTemplate'],
      [of({ schedule: '' }), 'field-required /spec/schedule'],
      [of({ schedule: '* * * *' }), 'schedule-invalid /spec/schedule'],
      [
        of({ successfulJobsHistoryLimit: -1, failedJobsHistoryLimit: -1 }),
        'field-range /spec/successfulJobsHistoryLimit',
        'field-range /spec/failedJobsHistoryLimit',
      ],
      ...['', 'Local', 'europe/berlin', 'Europe/Berln', 'Mars', 'Mars/Olympus', '../etc'].map(
        (timeZone) => [of({ timeZone }), 'schedule-invalid /spec/timeZone'] as const,
      ),
      [of({ jobTemplate: { spec: { template: {} } } }), 'field-required /spec/jobTemplate/spec/template/spec'],
    ],
  },
});

test('a time zone that may be new is only warned of', () => {
  const severityOf = (timeZone: string) => cronJob(of({ timeZone }), []).map(({ severity }) => severity ?? 'error');
  assert.deepEqual(['Pacific/Qwxzvbnmkj', 'Europe/Berln', 'Mars/Olympus', 'America/New Town'].flatMap(severityOf), [
    'warning',
    'error',
    'error',
    'error',
  ]);
});

test('schedules are read as CronJobs read them', () => {
  const good = [
    '* * * * *',
    '*/5 0-23/2 1,15 jan-DEC sun',
    ' 0  0 ? * 6 ',
    '5/10 * * * *',
    '@hourly',
    '@every 1h30m',
    '@every 1.5s',
    '00 07 * * *',
    ', * * * *',
    '*-9 * * * *',
    '+5 * * * *',
  ];
  const bad = [
    '',
    '* * * *',
    '* * * * * *',
    '60 * * * *',
    '* 24 * * *',
    '* * 0 * *',
    '* * 32 * *',
    '* * * 13 *',
    '* * * * 7',
    '* * * * mon-sun',
    '5-1 * * * *',
    '*/0 * * * *',
    '*/ * * * *',
    '1/2/3 * * * *',
    '1-2-3 * * * *',
    'a * * * *',
    '-1 * * * *',
    '@reboot',
    '@Daily',
    '@every',
    '@every 5',
    'TZ=UTC * * * * *',
    '@daily ',
  ];
  for (const schedule of good) assert.equal(scheduleProblem(schedule), undefined, schedule);
  for (const schedule of bad) assert.notEqual(scheduleProblem(schedule), undefined, schedule);
});
