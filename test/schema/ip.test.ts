import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressOf, blockOf, firstOf, formatAddress, formatBlock, isStrictlyInside } from '../../src/schema/ip.ts';

function written(text: string): string | undefined {
  const address = addressOf(text);
  return address === undefined ? undefined : formatAddress(address);
}

test('addresses are read, and written in their one form', () => {
  const cases: Readonly<Record<string, string | undefined>> = {
    '10.0.0.1': '10.0.0.1',
    '010.0.0.1': '10.0.0.1',
    '::ffff:10.0.0.1': '10.0.0.1',
    '::1.2.3.4': '::102:304',
    '::': '::',
    '2001:DB8::1': '2001:db8::1',
    '2001:db8:0:0:1:0:0:1': '2001:db8::1:0:0:1',
    '1:0:0:2:0:0:0:3': '1:0:0:2::3',
    '1:2:3:4:5:6:0:8': '1:2:3:4:5:6:0:8',
    '10:0:0:0:0:0:0:100': '10::100',
    '10.0.0': undefined,
    '10.0.0.256': undefined,
    'fe80::1%eth0': undefined,
    'a.example.com': undefined,
    '': undefined,
  };
  for (const [text, expected] of Object.entries(cases)) assert.equal(written(text), expected, text);
});

test('blocks are read, and what is behind their length is not lost', () => {
  const cases: Readonly<Record<string, string | undefined>> = {
    '10.1.2.3/8': '10.1.2.3/8',
    '10.0.0.0/033': undefined,
    '10.0.0.0/08': '10.0.0.0/8',
    '::ffff:10.0.0.0/104': '10.0.0.0/8',
    '2001:db8::/129': undefined,
    '10.0.0.0': undefined,
    '10.0.0.0/': undefined,
    '/8': undefined,
  };
  for (const [text, expected] of Object.entries(cases)) {
    const block = blockOf(text);
    assert.equal(block === undefined ? undefined : formatBlock(block), expected, text);
  }
  const block = blockOf('10.1.2.3/8');
  assert.equal(block === undefined ? '' : formatBlock(firstOf(block)), '10.0.0.0/8');
});

test('a block is inside of another one when it is a part of it, and not all', () => {
  const inside = (inner: string, outer: string): boolean => {
    const [one, other] = [blockOf(inner), blockOf(outer)];
    return one !== undefined && other !== undefined && isStrictlyInside(one, other);
  };
  assert.ok(inside('10.1.0.0/16', '10.0.0.0/8'));
  assert.ok(inside('2001:db8:1::/48', '2001:db8::/32'));
  assert.ok(!inside('10.0.0.0/8', '10.0.0.0/8'));
  assert.ok(!inside('11.0.0.0/16', '10.0.0.0/8'));
  assert.ok(!inside('::/64', '0.0.0.0/0'));
});
