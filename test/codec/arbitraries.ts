import fc from 'fast-check';
import { type Json, type JsonObject, pointer } from '../../src/model/json.ts';
import { compareText, type ObjectRef } from '../../src/model/ref.ts';
import type { Adoption, HandOver, ObjectRules } from '../../src/model/rendered.ts';

/** Texts that some YAML reader takes for something else, or that are hard to write. */
export const trickyTexts: readonly string[] = [
  ...['yes', 'No', 'on', 'OFF', 'y', 'N', '~', 'null', 'Null', 'true', 'FALSE', '.inf', '-.Inf', '+.INF', '.nan', 'nan', 'Inf', 'infinity'],
  ...[
    '0',
    '-0',
    '00',
    '08',
    '0755',
    '0o755',
    '0x1F',
    '0b11',
    '1_000',
    '_1',
    '+1',
    '-1',
    '1.',
    '.5',
    '1.0',
    '1e3',
    '1E-3',
    '1e+3',
    '12e',
    '0x',
  ],
  ...['e5', 'E12', '-e5', '.e5', '-.e5', '1:30', '190:20:30', '12:30:45.6', '1.2.3', '10.0.0.1', '685_230.15', '.1_0', '1,000'],
  ...[
    '2001-01-01',
    '2001-1-1',
    '2001-01-01T00:00:00Z',
    '2001-12-14 21:59:43.10 -5',
    '=',
    '<<',
    '---',
    '...',
    '-',
    '--',
    '--x',
    '-x',
    '.',
    '..',
  ],
  ...[
    '',
    ' ',
    ' a',
    'a ',
    'a: b',
    'a:',
    ':a',
    'a #b',
    '#a',
    'a#b',
    '? a',
    '- a',
    '[a',
    '{a',
    'a, b',
    '&a',
    '*a',
    '!a',
    '|',
    '>',
    '%a',
    '@a',
    '`a',
  ],
  ...[
    '"a"',
    "'a'",
    '\\',
    '\\"',
    '"',
    '\\n',
    '{}',
    '[]',
    '$(A)',
    '(a)',
    '^a$',
    '\\d+',
    './a',
    '../a',
    '/a',
    '__proto__',
    'constructor',
    'toString',
  ],
  ...[
    'a\nb',
    'a\nb\n',
    'a\n\n',
    '\n',
    '\n\n',
    '\na',
    ' a\nb',
    '\ta\nb',
    'a\n b\n',
    'a \nb',
    'a\n \nb',
    '  \na',
    'a\n  ',
    '\n\n\n a\n',
    'a\n\tb\n',
  ],
  ...['x: |\n  y\n', '---\na\n', '#!/bin/sh\n\techo "a"\n', '- a\n- b', 'a\tb', '\t', 'a\r\nb\r\n', 'a\rb'],
  ...[
    '\0',
    '\x1b[0m',
    '\x7f',
    '\x85',
    '\xa0',
    '\xad',
    'a\u2028b',
    'a\u2029b',
    '\u200b',
    '\u202e',
    '\ufeff',
    '\ufffd',
    '\uffff',
    '日本語',
    'é',
    '😀',
    '\u3000',
  ],
  ...['k'.repeat(1023), 'k'.repeat(1024), 'k'.repeat(1025), '"'.repeat(511), '"'.repeat(512), `k: ${'v'.repeat(1100)}`],
];

const pieces = [...'abeExyn01 7.:_-+#"\'\\|>&*!?%@{}[],=<~/\t\n', '\n  ', '\n\n', ': ', ' #', '- ', 'é', '😀', '\u2028', '\r'];

/** Texts of all kinds, half of them tricky. No lone surrogates. */
export const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...trickyTexts) },
  { weight: 3, arbitrary: fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((some) => some.join('')) },
  { weight: 2, arbitrary: fc.array(fc.constantFrom('\n', ' ', '\t', 'a', '#', '-'), { maxLength: 12 }).map((some) => some.join('')) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
);

const number = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
  fc.constantFrom(0, 2 ** 53, -(2 ** 53), 1e15, 1e20, 1e21, 1e-7, 5e-324, 1.7976931348623157e308, 0.1),
);

/** JSON objects with tricky keys and values; no -0, which YAML does not keep. */
export const jsonObject: fc.Arbitrary<JsonObject> = fc.letrec<{ value: Json; list: readonly Json[]; object: JsonObject }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, text, number, fc.boolean(), fc.constant(null), tie('list'), tie('object')),
  list: fc.array(tie('value'), { maxLength: 4 }),
  object: fc.array(fc.tuple(text, tie('value')), { maxLength: 5 }).map((pairs) => Object.fromEntries(pairs)),
})).object;

/** `value` with the keys of all its objects added in the opposite order. */
export function reversed(value: Json): Json {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, child]) => [key, reversed(child ?? null)]),
  );
}

/** Objects as readers make them. */
const plain = { noNullPrototype: true } as const;

/** JSON pointers to fields, whatever these are called. */
export const fieldPointers: fc.Arbitrary<string> = fc
  .array(fc.stringMatching(/^[a-zA-Z0-9~/ .é-]{0,12}$/), { minLength: 1, maxLength: 4 })
  .map(pointer);

/** Names of slices. */
export const sliceNames: fc.Arbitrary<string> = fc.stringMatching(/^@?[a-z0-9]{1,8}(\/[A-Za-z0-9](-[a-z_]{1,8})?)?$/);

/** Rules of objects, as usual or not, with their pointers sorted. */
export const objectRules: fc.Arbitrary<ObjectRules> = fc.record(
  {
    ignore: fc.uniqueArray(fieldPointers, { maxLength: 3 }).map((some) => some.sort(compareText)),
    replace: fc.boolean(),
    keep: fc.boolean(),
    ownership: fc.constantFrom(undefined, 'strict' as const, 'shared' as const),
    deadline: fc.option(fc.integer({ min: 1 }), { nil: undefined }),
  },
  plain,
);

const refs: fc.Arbitrary<ObjectRef> = fc.record(
  {
    group: fc.constantFrom('', 'apps', 'example.com'),
    kind: fc.constantFrom('Service', 'Deployment'),
    namespace: fc.constantFrom('', 'shop'),
    name: fc.stringMatching(/^[a-z][a-z0-9.-]{0,20}$/),
  },
  plain,
);

/** What may be taken over. */
export const adoptions: fc.Arbitrary<Adoption> = fc.record(
  { object: fc.oneof(fc.constant('all' as const), refs), reason: fc.string() },
  plain,
);

/** What leaves for another environment. */
export const handOvers: fc.Arbitrary<HandOver> = fc.record({ ref: refs, to: fc.constantFrom('other', 'next-one') }, plain);
