import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRendering } from '../../../src/compile/include/read.ts';
import type { TemplateUse } from '../../../src/model/inclusion.ts';

const map = (name: string, data: string, more = ''): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${more}data: { a: ${data} }\n`;
const hook = '  annotations: { helm.sh/hook: pre-install }\n';
const document = (file: string, text: string): string => `---\n# Source: x/templates/${file}.yaml\n${text}`;
const uses: readonly TemplateUse[] = [
  { name: 'now', asks: 'time', file: 'x/templates/plain.yaml', line: 1 },
  { name: 'randAlpha', asks: 'chance', file: 'x/templates/hook.yaml', line: 2 },
];

test('what only a hook makes up leaves what is told of the others', () => {
  const text = (made: string): string => document('plain', map('plain', '2026')) + document('hook', map('hook', made, hook));
  const { problems } = readRendering({ first: text('one'), second: text('two'), uses });
  assert.deepEqual(
    problems.map((problem) => [problem.code, problem.hook]),
    [
      ['chart-unstable', 'pre-install'],
      ['chart-uncertain', undefined],
    ],
  );
});

test('what is rendered otherwise each time is told once, with what is most likely to blame', () => {
  const text = (made: string): string => document('plain', map('plain', made));
  const { problems } = readRendering({ first: text('one'), second: text('two'), uses });
  assert.deepEqual(
    problems.map(({ message }) => message),
    ['`ConfigMap/plain` is rendered otherwise each time: `/data/a`, most likely by `now` in `x/templates/plain.yaml:1`'],
  );
});

test('an object is of the file that Helm names above it, whatever the comments in it say', () => {
  const crds = `${document('crds', map('one', 'a'))}---\n# Made by hand\n# Source: https://example.com/crds.yaml\n${map('two', 'a')}`;
  const text = `${document('a', `# Source: somewhere else\n${map('zero', 'a')}`)}${crds}`;
  const { objects } = readRendering({ first: text, second: text, uses: [] });
  assert.deepEqual(
    objects.map(({ manifest, source }) => [manifest.metadata.name, source]),
    [
      ['zero', 'x/templates/a.yaml'],
      ['one', 'x/templates/crds.yaml'],
      ['two', 'x/templates/crds.yaml'],
    ],
  );
});
