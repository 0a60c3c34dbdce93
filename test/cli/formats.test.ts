import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { formatReport } from '../../src/cli/diagnostics.ts';
import { formatGithub } from '../../src/cli/github.ts';
import { formatJunit } from '../../src/cli/junit.ts';
import { painter } from '../../src/cli/paint.ts';
import { sarifLog } from '../../src/cli/sarif.ts';
import { explanationOf } from '../../src/commands/explanations.ts';
import type { Diagnostic } from '../../src/model/diagnostic.ts';
import { parseXml, type XmlElement } from '../support/xml.ts';
import { found } from './found.ts';

const plain = painter(false);
const options = { version: '1.2.3', root: '/home/ada/my shop', explanationOf };

const texts: Readonly<Record<string, string>> = {
  'found.txt': formatReport(found, plain).join('\n'),
  'found.github.txt': formatGithub(found).join('\n'),
  'found.junit.xml': formatJunit(found, ['dev', 'prod', 'quiet', 'staging']),
  'found.sarif': JSON.stringify(sarifLog(found, options), undefined, 2),
};

// `GOLDEN=update` writes them anew.
for (const [name, text] of Object.entries(texts)) {
  test(`what was found is told as in ${name}`, () => {
    const path = `test/cli/golden/${name}`;
    if (process.env['GOLDEN'] === 'update') writeFileSync(path, `${text}\n`);
    assert.equal(`${text}\n`, readFileSync(path, 'utf8'));
  });
}

test('the text of escaped forms is read back as it was', () => {
  const odd = found.find(({ code }) => code === 'value-invalid')?.message ?? '';
  const failures = elements(parseXml(texts['found.junit.xml'] ?? '')).filter(({ name }) => name === 'failure');
  const failure = failures.find(({ attributes }) => attributes['type'] === 'value-invalid');
  assert.equal(failure?.attributes['message'], odd.replace('\u0007', '\\u0007'));
  const command = texts['found.github.txt']?.split('\n').find((line) => line.includes('value-invalid')) ?? '';
  const data = command.slice(command.indexOf('::', 2) + 2);
  assert.equal(decodeURIComponent(data.replaceAll(/%(?!25|0A|0D)/g, '%25')).startsWith(`${odd}\nat dev`), true);
});

test('a JUnit document counts what is in it, and has no suite without a case', () => {
  const root = parseXml(texts['found.junit.xml'] ?? '');
  assert.deepEqual(
    root.children.map(({ attributes }) => attributes['name']),
    ['dev', 'prod', 'quiet', 'staging', 'project'],
  );
  for (const suite of root.children) {
    const cases = suite.children.filter(({ name }) => name === 'testcase');
    assert.ok(cases.length > 0);
    assert.equal(suite.attributes['tests'], String(cases.length));
    assert.equal(suite.attributes['failures'], String(cases.filter(({ children }) => children.length === 1).length));
  }
  assert.equal(root.attributes['tests'], String(elements(root).filter(({ name }) => name === 'testcase').length));
  assert.equal(root.attributes['failures'], String(elements(root).filter(({ name }) => name === 'failure').length));
});

test('nothing found is a passing case for each environment, an empty run, and no workflow command', () => {
  const cases = elements(parseXml(formatJunit([], ['dev', 'prod']))).filter(({ name }) => name === 'testcase');
  assert.deepEqual(
    cases.map(({ attributes, children }) => [attributes['classname'], attributes['name'], children.length]),
    [
      ['dev', 'compiles', 0],
      ['prod', 'compiles', 0],
    ],
  );
  assert.deepEqual(
    elements(parseXml(formatJunit([], []))).map(({ name }) => name),
    ['testsuites', 'testsuite', 'testcase'],
  );
  assert.deepEqual(results([]), []);
  assert.deepEqual(formatGithub([]), []);
  assert.deepEqual(formatReport([], plain), []);
});

test('where more can be read is said where there are errors, and only there', () => {
  const warning: Diagnostic = { code: 'pin-unused', severity: 'warning', message: 'x', at: {} };
  assert.deepEqual(formatReport([warning], plain), ['warning[pin-unused]: x', '1 warning']);
  const error: Diagnostic = { code: 'name-invalid', severity: 'error', message: 'y', at: {} };
  assert.equal(formatReport([error, warning], plain).at(-1), '`lockstep explain name-invalid` tells more');
});

test('a rule stands once for each code, and every result leads to its own', () => {
  const [run] = (sarifLog(found, options) as SarifLog).runs;
  const rules = run.tool.driver.rules.map(({ id }) => id);
  assert.deepEqual(rules, [...new Set(found.map(({ code }) => code))].toSorted());
  for (const { ruleId, ruleIndex } of run.results) assert.equal(rules[ruleIndex], ruleId);
});

test('fingerprints are different for different problems, and the same when the lines above moved', () => {
  const prints = fingerprints(found);
  assert.equal(new Set(prints).size, prints.length);
  const twice = [found, found].flat().map((one, i) => ({ ...one, message: `${one.message} (charts/web.ts:${i}:1)` }));
  assert.equal(new Set(fingerprints(twice)).size, fingerprints(twice).length);
  const moved = found.map((one) => ({
    ...one,
    message: `${one.message} (charts/x.ts:20)`,
    at: { ...one.at, ...(one.at.line === undefined ? {} : { line: one.at.line + 7 }) },
  }));
  const before = found.map((one) => ({ ...one, message: `${one.message} (charts/x.ts:13:4)` }));
  assert.deepEqual(fingerprints(moved), fingerprints(before));
});

interface SarifLog {
  readonly runs: readonly [
    {
      readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
      readonly results: readonly {
        readonly ruleId: string;
        readonly ruleIndex: number;
        readonly partialFingerprints: Readonly<Record<string, string>>;
      }[];
    },
  ];
}

function results(diagnostics: readonly Diagnostic[]): SarifLog['runs'][0]['results'] {
  return (sarifLog(diagnostics, options) as SarifLog).runs[0].results;
}

function fingerprints(diagnostics: readonly Diagnostic[]): readonly (string | undefined)[] {
  return results(diagnostics).map(({ partialFingerprints }) => partialFingerprints['lockstep/v1']);
}

/** An element and all within it. */
function elements(element: XmlElement): readonly XmlElement[] {
  return [element, ...element.children.flatMap(elements)];
}
