import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { usesIn } from '../../../src/io/include/uses.ts';
import { realTool } from '../../helm/tools.ts';
import { temporaryFolder } from '../../support/repository.ts';

/** What Helm gives the present year for, and what not: all values are of other years. */
const expressions = [
  ...['date "2006" "1999-01-02"', '`1999` | date "2006"', 'date "2006" 1e3', 'date "2006" 1.0', 'date "2006" 86400', 'date "2006" 0x10'],
  ...[
    'date "2006" .Values.number',
    'date "2006" .Values.text',
    'date "2006" .Values.given',
    '.Values.absent | date "2006"',
    `date "2006" 'a'`,
  ],
  ...['date "2006" (int .Values.number)', '.Values.number | int64 | htmlDate', 'date "2006" (len "abc")', 'date "2006" (add 1 2)'],
  ...[
    'date "2006" (mul 2 .Values.number)',
    'date "2006" (floor 5)',
    'date "2006" (toDate "2006" "1999")',
    'htmlDate (mustToDate "2006" "1999")',
  ],
  ...[
    'toDate "2006" "1999" | dateModify "1h" | date "2006"',
    'htmlDate "1999-01-02"',
    'htmlDateInZone .Values.text "UTC"',
    'date "2006" nil',
  ],
  ...[
    'dateInZone "2006" "1999" "UTC"',
    'date_in_zone "2006" 5 "UTC"',
    'dateInZone "2006" (toDate "2006" "1999") "UTC"',
    'date "2006" true',
  ],
  ...[
    'date "2006" (.Values.text | default "1999")',
    '(int .Values.number | default 5) | htmlDate',
    'date "2006" (quote 5)',
    'now | date "2006"',
  ],
  ...[
    '$time | date "2006"',
    'date "2006" $text',
    'date "2006" $number',
    'date "2006" (max 1 2)',
    'date "2006" (atoi "5")',
    'date "2006" (round 5 0)',
  ],
];
const given = '{{- $time := toDate "2006" "1999" -}}{{- $text := .Values.text -}}{{- $number := .Values.number | int -}}\n';

for (const name of ['helm', 'helm4'] as const) {
  test(`what ${name} takes the present for is told, and nothing else`, async (t) => {
    const { program } = await realTool(name);
    const chart = temporaryFolder(t);
    mkdirSync(join(chart, 'templates'));
    writeFileSync(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: x\nversion: 1.0.0\n');
    writeFileSync(join(chart, 'values.yaml'), 'number: 86400\ntext: "1999-01-02"\n');
    writeFileSync(join(chart, 'templates/x.yaml'), `${given}${expressions.map((one, i) => `e${i}: "{{ ${one} }}"\n`).join('')}`);
    const args = ['template', 'x', chart, '--values=-'];
    const said = execFileSync(program, args, { input: 'given: 86400\n', encoding: 'utf8' });
    const present = new Date().getUTCFullYear();
    const asking = expressions.filter((_, i) => new RegExp(`^e${i}: "${present}`, 'm').test(said));
    const told = expressions.filter((one) => usesIn([{ path: 'x/templates/x.yaml', text: `${given}{{ ${one} }}` }]).length > 0);
    assert.deepEqual(told, asking);
    assert.ok(asking.length > 10 && asking.length < expressions.length - 10);
  });
}
