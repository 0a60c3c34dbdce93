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
  ['{{ nowhere }} {{ date "2006" .Values.day }}', []],
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
  const use = (name: string) => ({ name, file: 'x.yaml', line: 1 });
  assert.deepEqual([dependsOnTime([use('randInt')]), dependsOnTime([use('lookup'), use('ago')])], [false, true]);
});
