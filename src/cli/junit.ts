import type { Diagnostic } from '../model/diagnostic.ts';
import { formatRef } from '../model/ref.ts';
import { formatDiagnostics } from './diagnostics.ts';
import { painter } from './paint.ts';

const plain = painter(false);

/** The suite of what is not about one environment. */
const projectSuite = 'project';
/** The case of what is not about one object: it is always there, so that no suite is empty. */
const wholeCase = 'compiles';

/**
 * `diagnostics` as JUnit XML: a suite for each environment, with a case for each object that has errors, and one for all else. What
 * is no error is output of the suite, since JUnit knows no warnings. `environments` are those that were compiled.
 */
export function formatJunit(diagnostics: readonly Diagnostic[], environments: readonly string[]): string {
  const suiteOf = ({ at }: Diagnostic): string => at.environment ?? projectSuite;
  const told = [...new Set([...environments, ...diagnostics.map(suiteOf)])];
  const names = told.length === 0 ? [projectSuite] : told;
  const suites = names.map((name) =>
    suite(
      name,
      diagnostics.filter((diagnostic) => suiteOf(diagnostic) === name),
    ),
  );
  const total = (count: (one: Suite) => number): number => suites.reduce((sum, one) => sum + count(one), 0);
  const counts = { tests: total(({ tests }) => tests), failures: total(({ failures }) => failures), errors: 0 };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    element(
      'testsuites',
      { name: 'lockstep', ...counts },
      suites.flatMap(({ lines }) => lines),
    ),
  ]
    .flat()
    .join('\n');
}

/** A suite with what is counted of it. */
interface Suite {
  readonly tests: number;
  readonly failures: number;
  readonly lines: readonly string[];
}

function suite(name: string, diagnostics: readonly Diagnostic[]): Suite {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const cases = new Map<string, readonly Diagnostic[]>([[wholeCase, []]]);
  for (const error of errors) {
    const { object } = error.at;
    const title = object === undefined ? wholeCase : formatRef(object);
    cases.set(title, [...(cases.get(title) ?? []), error]);
  }
  const failing = [...cases.values()].filter((found) => found.length > 0).length;
  const talk = formatDiagnostics(
    diagnostics.filter(({ severity }) => severity !== 'error'),
    plain,
  );
  return {
    tests: cases.size,
    failures: failing,
    lines: element('testsuite', { name, tests: cases.size, failures: failing, errors: 0, skipped: 0 }, [
      ...[...cases].flatMap(([title, found]) => testCase({ suite: name, title }, found)),
      ...(talk.length === 0 ? [] : [`<system-out>${escapedText(talk.join('\n'))}</system-out>`]),
    ]),
  };
}

/** Readers take one failure for a case: what is wrong with an object stands in it together. */
function testCase(
  { suite: classname, title: name }: { readonly suite: string; readonly title: string },
  errors: readonly Diagnostic[],
): readonly string[] {
  const [first, ...rest] = errors;
  if (first === undefined) return element('testcase', { classname, name }, []);
  const message = rest.length === 0 ? first.message : `${first.message} (and ${rest.length} more)`;
  const { file, line } = first.at.commit === undefined ? first.at : {};
  const failure = `<failure${attributes({ type: first.code, message })}>${escapedText(formatDiagnostics(errors, plain).join('\n'))}</failure>`;
  return element('testcase', { classname, name, file, line }, [failure]);
}

type Attributes = Readonly<Record<string, string | number | undefined>>;

function element(name: string, given: Attributes, content: readonly string[]): readonly string[] {
  if (content.length === 0) return [`<${name}${attributes(given)}/>`];
  // Without indentation: it would become part of texts.
  return [`<${name}${attributes(given)}>`, ...content, `</${name}>`];
}

function attributes(given: Attributes): string {
  return Object.entries(given)
    .flatMap(([name, value]) => (value === undefined ? [] : [` ${name}="${escapedAttribute(String(value))}"`]))
    .join('');
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** What XML 1.0 has no way to write, not even as a reference, or advises against: control characters, halves of surrogate pairs. */
const unwritable = /(?![\t\n\r])[\p{Cc}\p{Cs}\ufffe\uffff]/gu;

function escapedText(text: string): string {
  const written = text.replaceAll(unwritable, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return written.replaceAll(/[&<>"]/g, (character) => entities[character] ?? character).replaceAll('\r', '&#13;');
}

/** A reader makes spaces of line ends and tabs in an attribute, unless they are references. */
function escapedAttribute(text: string): string {
  return escapedText(text).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
}
