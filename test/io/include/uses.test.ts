import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dependsOnTime, usesIn } from '../../../src/io/include/uses.ts';

const cases: readonly (readonly [string, readonly string[]])[] = [
  ['{{ randAlphaNum 8 }}', ['randAlphaNum:1']],
  ['a\n{{- if .Values.x }}\n{{ now | date "2006" }}{{ now }}', ['now:3']],
  ['{{ .Values.now }} {{ $now }} {{ "now" }} {{ `now` }} {{/* now */}} {{- /* now */ -}} now', []],
  ['{{ (lookup "v1" "Secret" "x" "y").data }}', ['lookup:1']],
  ['{{ printf "}}" }} {{ genCA "x" 1 }}', ['genCA:1']],
  ['{{ keys .Values.map | join "," }} {{ range values $map }}{{ end }}', ['keys:1', 'values:1']],
  ['{{ keys .Values.map | sortAlpha }}', []],
  ['{{ $names := keys .Values.map }}{{ $names | sortAlpha | first }}', []],
  ['{{ keys .Values.map | len }} {{ has "a" (keys .Values.map) }} {{ .Values.keys }} {{ $values }}', []],
  ['{{ nowhere }} {{ .Values.date }} {{ $date }} {{ x.now }}', []],
  // What is no time and no whole number of Go's is taken for the present: texts, and all that comes from YAML.
  ['{{ date "2006" "2020-01-01" }}', ['date:1']],
  ['{{ "2020-01-01" | date "2006" }} {{ `x` | htmlDate }}', ['date:1', 'htmlDate:1']],
  [
    '{{ .Values.day | dateInZone "2006" .Values.day "UTC" }}\n{{ date_in_zone "2006" $.Values.day "UTC" }}',
    ['dateInZone:1', 'date_in_zone:2'],
  ],
  ['{{ htmlDateInZone .Values.day "UTC" }} {{ date "2006" 1e3 }}', ['htmlDateInZone:1', 'date:1']],
  ['{{ date "2006" . }}', ['date:1']],
  ['{{ date "2006" (.Values.day | default "2020") }}', ['date:1']],
  ['{{ date "2006" (toDate "2006" "2020").Year }} {{ date }}', ['date:1']],
  ['{{ date "2006" 0 }} {{ date "2006" 0x10 }} {{ date "2006" -5 }} {{ 1_000 | htmlDate }}', []],
  ['{{ date "2006" (toDate "2006-01-02" .Values.day) }} {{ toDate "2006-01-02" .Values.day | dateModify "1h" | date "2006" }}', []],
  ['{{ date "2006" (int64 .Values.day) }} {{ .Values.day | int | date "2006" }} {{ int .Values.a | default 5 | htmlDate }}', []],
  ['{{ htmlDateInZone (toDate "2006" "2020") "UTC" }} {{ dateInZone "2006" (add 1 2) "UTC" }}', []],
  ['{{ $t := toDate "2006" "2020" }}{{ $t | date "2006" }} {{ if $t := 5 }}{{ date "2006" $t }}{{ end }}', ['date:1']],
  ['{{ $t := toDate "2006" "2020" }}{{ $u := $t | dateModify "1h" }}{{ date "2006" $u }}{{ htmlDate $t }}', []],
  ['{{ $d := "2020" }}{{ date "2006" $d }}', ['date:1']],
  ['{{ range $i, $t := .x }}{{ date "2006" $t }}{{ end }}', ['date:1']],
  ['{{ now | date "2006" }} {{ date "2006" now }} {{ (now).Year }} {{ template "x" (now | unixEpoch) }}', ['now:1']],
  ['{{ "2020" | ago }} {{ ago .Values.day }} {{ ago 1.5 }} {{ $d := .Values.day }}{{ ago $d }}', []],
  ['{{ ago 5 }} {{ durationRound (toDate "2006" "2020") }}', ['ago:1', 'durationRound:1']],
  ['{{ durationRound "2h10m" }} {{ durationRound .Values.day }} {{ duration 5 }} {{ toDate "2006" "2020" | unixEpoch }}', []],
  // What is quoted ends no action, and a quote that nothing closes hides nothing behind it.
  ["{{ '\"' }}{{ now }}", ['now:1']],
  ['{{ don\'t }} "\n{{ now }}', ['now:2']],
  ['{{ " }}\n{{ `a\n}}` | quote }}{{ uuidv4 }}', ['uuidv4:3']],
  ['{{/* " */}}{{ now', []],
];

for (const [text, expected] of cases) {
  test(`in a template: ${JSON.stringify(text)}`, () => {
    assert.deepEqual(
      usesIn([{ path: 'x/templates/x.yaml', text }]).map(({ name, line }) => `${name}:${line}`),
      expected,
    );
  });
}

const more = [
  { path: 'x/values.yaml', text: '# note: "{{ now }}"\nnote: "{{ uuidv4 }}"\n' },
  { path: 'x/files/app.conf', text: '# {{ now }}' },
];
const values = { notes: [{ text: 'made {{ now }}' }, { text: '{{ .Values.now }}' }] };
const placed = (text: string): readonly string[] =>
  usesIn([{ path: 'x/templates/x.yaml', text }, ...more], values).map(({ name, file, line }) => `${name} ${file}:${line}`);

test('values and files are looked at where a template makes templates of some', () => {
  assert.deepEqual(placed('{{ .Values.note }}'), []);
  assert.deepEqual(placed('{{ tpl .Values.note . }}'), [
    'uuidv4 x/values.yaml:2',
    'now x/files/app.conf:1',
    'now values.notes.0.text:undefined',
  ]);
});

test('what asks for the time may differ in another second', () => {
  const isOf = (text: string): boolean => dependsOnTime(usesIn([{ path: 'x/templates/x.yaml', text }]));
  assert.deepEqual([isOf('{{ randInt 1 2 }}'), isOf('{{ lookup "" "" "" "" }}{{ date "5" "x" }}')], [false, true]);
});

test('texts that are no templates take no longer than their length', () => {
  const started = performance.now();
  for (const text of ['{{', '{{ ( ', "{{ '", '{{ "', '| default "x" ', '{{/*', '"{{ `']) {
    usesIn([{ path: 'x/templates/x.yaml', text: `{{ ${text.repeat(100_000)} }}` }]);
  }
  assert.ok(performance.now() - started < 20_000);
});
