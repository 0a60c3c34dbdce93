import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as formats from '../../src/schema/formats.ts';
import { formatProblem, type TextFormat } from '../../src/schema/formats.ts';

interface Case {
  readonly format: TextFormat;
  readonly good: readonly string[];
  readonly bad: readonly string[];
}

const cases: Readonly<Record<Exclude<keyof typeof formats, 'formatProblem'>, Case>> = {
  dnsLabel: {
    format: formats.dnsLabel,
    good: ['a', '0', 'a-b', 'a'.repeat(63)],
    bad: ['', 'A', '-a', 'a-', 'a.b', 'a_b', 'a\n', 'a'.repeat(64)],
  },
  dnsLabel1035: { format: formats.dnsLabel1035, good: ['a', 'a-0'], bad: ['', '0a', 'a-', 'A', 'a.b', 'a'.repeat(64)] },
  dnsSubdomain: {
    format: formats.dnsSubdomain,
    good: ['a', '0.b-c', 'a'.repeat(253)],
    bad: ['', 'a..b', '.a', 'a.', 'a.-b', 'A', 'a_b', 'a'.repeat(254)],
  },
  dnsSubdomainWithUnderscore: { format: formats.dnsSubdomainWithUnderscore, good: ['_a._b', 'a_b'], bad: ['', '__a', 'a_', 'A', 'a..b'] },
  pathSegment: { format: formats.pathSegment, good: ['system:node', '...', 'Ä'], bad: ['', '.', '..', 'a/b', 'a%b'] },
  qualifiedName: {
    format: formats.qualifiedName,
    good: ['a', 'A.b_c-d', 'example.com/A', `${'a'.repeat(253)}/${'b'.repeat(63)}`],
    bad: ['', '/a', 'a/', 'a/b/c', 'Example.com/a', '-a', 'a-', 'a b', 'b'.repeat(64), `${'a'.repeat(254)}/b`],
  },
  labelValue: { format: formats.labelValue, good: ['', 'A', 'a_b.c-d', 'a'.repeat(63)], bad: ['-a', 'a-', 'a/b', 'a b', 'a'.repeat(64)] },
  envVarName: { format: formats.envVarName, good: ['A', '1', 'a b', '~', '..'], bad: ['', 'A=B', 'Ä', 'a\tb', 'a\n'] },
  configMapKey: { format: formats.configMapKey, good: ['a', '.a', '-', 'a..b'], bad: ['', '.', '..', '..a', 'a/b', 'ä', 'a'.repeat(254)] },
  portName: {
    format: formats.portName,
    good: ['a', '1-a', 'http', 'a'.repeat(15)],
    bad: ['', '1', '1-2', 'a--b', '-a', 'a-', 'A', 'a'.repeat(16)],
  },
  percent: { format: formats.percent, good: ['0%', '150%'], bad: ['', '%', '5', '-5%', '5.5%', '5 %'] },
  headerName: { format: formats.headerName, good: ['X-A-1', '-'], bad: ['', 'A_B', 'a b', 'a:'] },
  relativePath: {
    format: formats.relativePath,
    good: ['', 'a/b', '..a/b..', 'a/./b'],
    bad: ['/a', '..', '../a', 'a/..', 'a/../b', 'a\n/../b'],
  },
};

for (const [name, { format, good, bad }] of Object.entries(cases)) {
  test(`${name} takes what the API server takes`, () => {
    for (const text of good) assert.equal(formatProblem(text, format), undefined, JSON.stringify(text));
    for (const text of bad) assert.match(formatProblem(text, format) ?? '', /^it (?:has|may|is) /, JSON.stringify(text));
  });
}

test('a text that is too long is told by its length', () => {
  assert.equal(formatProblem('a'.repeat(64), formats.dnsLabel), 'it has 64 characters, and 63 are allowed');
});
