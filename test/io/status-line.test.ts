import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStatusLine } from '../../src/io/status-line.ts';

/** A stream that keeps what is written to it. */
function stream(isTTY: boolean, columns = 20) {
  const written: string[] = [];
  const write = (text: string): boolean => written.push(text) > 0;
  return { written, fake: { isTTY, columns, write } as unknown as Parameters<typeof openStatusLine>[0] };
}

test('on a terminal a line is replaced by the next one, and what is said stands above it', () => {
  const { written, fake } = stream(true);
  const { show } = openStatusLine(fake, () => 0);
  show('1 of 3');
  show('2 of 3, and what is longer than the terminal is wide');
  fake.write('a warning\n');
  fake.write('another one\n');
  show('3 of 3');
  show(undefined);
  show(undefined);
  assert.equal(written.join(''), '1 of 3\r\u001b[2K2 of 3, and what is\r\u001b[2Ka warning\nanother one\n3 of 3\r\u001b[2K');
});

test('elsewhere it is a line every ten seconds', () => {
  const { written, fake } = stream(false);
  let now = 0;
  const { show } = openStatusLine(fake, () => now);
  for (const [at, line] of [
    [1, 'a'],
    [10_000, 'b'],
    [15_000, 'c'],
    [20_000, 'd'],
    [30_001, undefined],
  ] as const) {
    now = at;
    show(line);
  }
  assert.equal(written.join(''), 'b\nd\n');
});
