import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasLasted, lasting, sinceWhen } from '../../src/reconcile/lasting.ts';

const at = (milliseconds: number): Date => new Date(1_800_000_000_000 + milliseconds);

test('what stays so keeps its time, what is so no longer is forgotten', () => {
  const first = sinceWhen(new Map(), ['pear', 'fig'], at(0));
  const second = sinceWhen(first, ['pear'], at(lasting));
  assert.deepEqual([...second], [['pear', at(0).getTime()]]);
  assert.equal(hasLasted(second.get('pear'), at(lasting)), true);
  assert.equal(hasLasted(second.get('fig'), at(lasting)), false);
});

test('where the clock is set back, it has lasted once it has lasted from then on', () => {
  const before = sinceWhen(new Map(), ['pear'], at(3_600_000));
  const back = sinceWhen(before, ['pear'], at(0));
  assert.equal(hasLasted(back.get('pear'), at(lasting - 1)), false);
  assert.equal(hasLasted(sinceWhen(back, ['pear'], at(lasting)).get('pear'), at(lasting)), true);
});
