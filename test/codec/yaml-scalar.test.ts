import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse } from 'yaml';
import { isPlain, literalHeader, quote, writeNumber } from '../../src/codec/yaml-scalar.ts';
import { text, trickyTexts } from './arbitraries.ts';

const plain = [
  ...[
    'web',
    'apps/v1',
    'nginx:1.27',
    'registry.example.com:5000/a/b@sha256:00ff',
    'app.kubernetes.io/name',
    '128Mi',
    '100m',
    '10.0.0.0/8',
    '30s',
  ],
  ...[
    '8080/tcp',
    '--port=80',
    '-v',
    '-c',
    './run.sh',
    '../x',
    '.spec.replicas',
    '$(POD_IP)',
    '(a|b)',
    '^a.*$',
    '\\d+',
    'a b',
    'a  b',
    'a#b',
    'a:b',
  ],
  ...[
    'https://example.com/?a=b#c',
    "it's",
    'say "hi"',
    'a, b',
    'a [b]',
    'a - b',
    'yes please',
    'nobody',
    'e2e',
    'exit',
    '日本語',
    'é',
    '😀',
    '_',
  ],
];

const quoted = [
  ...[
    '',
    ' ',
    'yes',
    'YES',
    'No',
    'on',
    'Off',
    'y',
    'N',
    'true',
    'False',
    'null',
    'NULL',
    '~',
    '.inf',
    '-.INF',
    '.NaN',
    '=',
    '<<',
    '-',
    '--',
    '---',
  ],
  ...[
    '0',
    '8080',
    '-1',
    '+1',
    '0755',
    '0o755',
    '0x1F',
    '0b11',
    '1_000',
    '1:30',
    '1.27',
    '1.',
    '.5',
    '1e3',
    'e5',
    'E12',
    '-e5',
    '.e5',
    '.',
    '..',
  ],
  ...['1.2.3', '10.0.0.1', '2001-01-01', '2001-01-01T00:00:00Z', '2001-01-01 00:00:00', '1,000', '5d4f8c'],
  ...[
    'a: b',
    'a:',
    ': a',
    'a #b',
    '#a',
    ' a',
    'a ',
    '? a',
    '- a',
    '[a]',
    '{a}',
    '&a',
    '*a',
    '!a',
    '|',
    '>',
    '%a',
    '@a',
    '`a`',
    '"a"',
    "'a'",
    ',a',
  ],
  ...[
    'a\nb',
    'a\tb',
    'a\rb',
    '\0',
    '\x1b',
    '\x7f',
    '\x85',
    '\xa0',
    '\xad',
    '\u200b',
    'a\u2028b',
    '\u202e',
    '\ufeff',
    '\uffff',
    '\ud800',
    'a\udc00',
  ],
];

test('text that every reader takes for text stands without quotes', () => {
  assert.deepEqual(
    plain.filter((each) => !isPlain(each)),
    [],
  );
});

test('text that some reader takes for something else, or that nobody sees, is quoted', () => {
  assert.deepEqual(quoted.filter(isPlain), []);
});

test('plain text is read as itself by YAML 1.1 and 1.2, as a value, an item and a key', () => {
  const check = (each: string): void => {
    if (!isPlain(each) || each.length > 1024) return;
    const wanted = { v: each, l: [each], k: { [each]: null } };
    const document = `v: ${each}\nl:\n- ${each}\nk:\n  ${each}: null\n`;
    assert.deepEqual(parse(document, { version: '1.1' }), wanted);
    assert.deepEqual(parse(document, { version: '1.2' }), wanted);
  };
  for (const each of [...plain, ...trickyTexts]) check(each);
  fc.assert(fc.property(text, check), { numRuns: 500 });
});

test('a quoted text is JSON on one line, and shows nothing that cannot be seen', () => {
  assert.equal(quote('a\r\n\t"\\'), '"a\\r\\n\\t\\"\\\\"');
  assert.equal(quote('\0\x7f\x85\xa0\u2028\ufeff'), '"\\u0000\\u007f\\u0085\\u00a0\\u2028\\ufeff"');
  assert.equal(quote('é 😀'), '"é 😀"');
  assert.equal(quote('\ud800'), '"\\ud800"');
  fc.assert(fc.property(text, (each) => assert.equal(JSON.parse(quote(each)), each)));
});

const headers: readonly (readonly [string, string | undefined])[] = [
  ['a\nb\n', '|'],
  ['a\nb', '|-'],
  ['\na\n', '|'],
  [' a\nb\n', '|2'],
  ['\n\ta\nb', '|2-'],
  ['  \na\n', '|2'],
  ['a \n\tb\n', '|'],
  ['a\n  \nb\n', '|'],
  ['a', undefined],
  ['', undefined],
  ['\n', undefined],
  [' \n\t', undefined],
  ['a\n\n', undefined],
  ['a\n  ', undefined],
  ['a\n \n', undefined],
  ['a\r\nb\r\n', undefined],
  ['a\n\u2028b', undefined],
  ['a\n\x1b', undefined],
];

for (const [each, header] of headers) {
  test(`${JSON.stringify(each)} ${header === undefined ? 'is not a literal block' : `is a literal block with the header ${header}`}`, () => {
    assert.equal(literalHeader(each), header);
  });
}

const numbers: readonly (readonly [number, string])[] = [
  [0, '0'],
  [-0, '0'],
  [8080, '8080'],
  [-1, '-1'],
  [2 ** 53 - 1, '9007199254740991'],
  [2 ** 53, '9.007199254740992e+15'],
  [1e20, '1.0e+20'],
  [1e21, '1.0e+21'],
  [-1.5e300, '-1.5e+300'],
  [0.1, '0.1'],
  [1e-7, '1.0e-7'],
  [5e-324, '5.0e-324'],
  [Number.NaN, '.nan'],
  [Number.POSITIVE_INFINITY, '.inf'],
  [Number.NEGATIVE_INFINITY, '-.inf'],
];

for (const [value, written] of numbers) {
  test(`the number ${Object.is(value, -0) ? '-0' : value} is written ${written}`, () => assert.equal(writeNumber(value), written));
}

test('every number is read as itself by YAML 1.1 and 1.2', () => {
  const check = (value: number): void => {
    const wanted = value === 0 ? 0 : value;
    assert.equal(parse(writeNumber(value), { version: '1.1' }), wanted);
    assert.equal(parse(writeNumber(value), { version: '1.2' }), wanted);
  };
  fc.assert(fc.property(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.maxSafeInteger()), check));
});
