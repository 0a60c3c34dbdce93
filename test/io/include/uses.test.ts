import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dependsOnTime, usesIn } from '../../../src/io/include/uses.ts';

const cases: readonly (readonly [string, readonly string[]])[] = [
  ['{{ randAlphaNum 8 }}', ['randAlphaNum:1']],
  ['a\n{{- if .Values.x }}\n{{ now | date "2006" }}{{ now }}', ['now:3']],
  ['{{ .Values.now }} {{ $now }} {{ "now" }} {{ `now` }} {{/* now */}} {{- /* now */ -}} now', []],
  ['{{ (lookup "v1" "Secret" "x" "y").data }}', ['lookup:1']],
  ['{{ printf "}}" }} {{ genCA "x" 1 }}', ['genCA:1']],
  ['{{ nowhere }} {{ date "2006" .Values.day }}', []],
];

for (const [text, expected] of cases) {
  test(`in a template: ${JSON.stringify(text)}`, () => {
    assert.deepEqual(
      usesIn([{ path: 'x.yaml', text }]).map(({ name, line }) => `${name}:${line}`),
      expected,
    );
  });
}

test('what asks for the time may differ in another second', () => {
  const use = (name: string) => ({ name, file: 'x.yaml', line: 1 });
  assert.deepEqual([dependsOnTime([use('randInt')]), dependsOnTime([use('lookup'), use('ago')])], [false, true]);
});
