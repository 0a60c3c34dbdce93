import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { customFormats } from '../../src/schema/custom-formats.ts';
import { base64, dateTime, duration, type Format, quantity } from '../../src/schema/scalars.ts';

interface Case {
  readonly format: Format | undefined;
  readonly takes: readonly string[];
  readonly refuses: readonly string[];
}

const cases: Readonly<Record<string, Case>> = {
  quantity: {
    format: quantity,
    takes: ['0', '1', '-1', '+1', '1.5', '.5', '5.', '100m', '1Ki', '1Gi', '1k', '1E', '1e3', '1E-3', '12n', '3u', ' 1', '1 ', 'm', '.'],
    refuses: ['', '1 Gi', '1GB', '1gi', '1K', 'x', '1e', '0x10', '1,5', '--1', '1_000'],
  },
  'date-time': {
    format: dateTime,
    takes: ['2026-01-31T12:00:00Z', '2024-02-29T23:59:59.123456Z', '2026-01-31T12:00:00+02:00'],
    refuses: [
      '',
      '2026-01-31',
      '2026-02-29T12:00:00Z',
      '2026-13-01T12:00:00Z',
      '2026-01-31T24:00:00Z',
      '2026-01-31T12:00:00',
      '2026-01-31 12:00:00Z',
    ],
  },
  duration: { format: duration, takes: ['0', '30s', '1h30m', '1.5h', '-5ms', '10µs'], refuses: ['', '30', 's', '1d', '1h 30m'] },
  base64: { format: base64, takes: ['', 'YQ==', 'YWI=', 'YWJj', 'YWJj\nYWJj'], refuses: ['YQ', 'YQ=', 'a b=', '****', 'YQ==YQ=='] },
  date: { format: customFormats['date'], takes: ['2026-01-31'], refuses: ['2026-02-30', '31.1.2026', ''] },
  ipv4: { format: customFormats['ipv4'], takes: ['192.0.2.1'], refuses: ['192.0.2', '::1', '256.0.0.1'] },
  ipv6: { format: customFormats['ipv6'], takes: ['::1', '2001:db8::1'], refuses: ['192.0.2.1', ':::'] },
  cidr: {
    format: customFormats['cidr'],
    takes: ['10.0.0.0/8', '2001:db8::/32'],
    refuses: ['10.0.0.0', '10.0.0.0/33', '10.0.0.0/8/8', 'x/8'],
  },
  mac: {
    format: customFormats['mac'],
    takes: ['00:00:5e:00:53:01', '00-00-5E-00-53-01', '0000.5e00.5301'],
    refuses: ['00:00', '00:00-5e:00:53:01', 'gg:00:5e:00:53:01'],
  },
  uuid: {
    format: customFormats['uuid'],
    takes: ['123e4567-e89b-12d3-a456-426614174000'],
    refuses: ['123e4567', 'g23e4567-e89b-12d3-a456-426614174000'],
  },
  uuid4: {
    format: customFormats['uuid4'],
    takes: ['123e4567-e89b-42d3-a456-426614174000'],
    refuses: ['123e4567-e89b-12d3-a456-426614174000'],
  },
  email: { format: customFormats['email'], takes: ['a@example.com'], refuses: ['a', '@', 'a@'] },
  uri: { format: customFormats['uri'], takes: ['https://example.com/a?b', '/a', 'urn:a'], refuses: ['example.com/a', '', '1a:b'] },
  hostname: {
    format: customFormats['hostname'],
    takes: ['shop.example.com', 'localhost'],
    refuses: ['', 'a..b', 'a b', `${'x'.repeat(64)}.com`],
  },
  hexcolor: { format: customFormats['hexcolor'], takes: ['#fff', 'FF8800'], refuses: ['#ff', 'red'] },
};

for (const [name, { format, takes, refuses }] of Object.entries(cases)) {
  describe(name, () => {
    for (const text of takes) test(`takes ${JSON.stringify(text)}`, () => assert.equal(format?.test(text), true));
    for (const text of refuses) test(`refuses ${JSON.stringify(text)}`, () => assert.equal(format?.test(text), false));
  });
}
