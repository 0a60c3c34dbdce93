import assert from 'node:assert/strict';
import { test } from 'node:test';
import { painter } from '../../src/cli/paint.ts';
import { cut, openScreen } from './screen.ts';
import { openTeller } from './teller.ts';

const terminal = { TERM: 'xterm' };

const esc = '\x1b';
const codeOrCharacter = new RegExp(`(${esc}\\[(\\d*)([A-Zm]))|([\\s\\S])`, 'g');

/** A terminal that is as wide as told and endlessly long: what stands on it after all that was written. */
function pretend({ columns = 40, rows = 10, isTTY = true } = {}) {
  let lines = [''];
  let row = 0;
  let column = 0;
  let written = '';
  const control = (amount: number, code: string): void => {
    if (code === 'A') row = Math.max(0, row - amount);
    if (code === 'K') lines[row] = (lines[row] ?? '').slice(0, column);
    if (code === 'J') lines = [...lines.slice(0, row), (lines[row] ?? '').slice(0, column)];
  };
  const put = (text: string): void => {
    if (text === '\r') column = 0;
    else if (text === '\n') {
      row++;
      column = 0;
      lines[row] ??= '';
    } else {
      lines[row] = (lines[row] ?? '').slice(0, column) + text + (lines[row] ?? '').slice(column + 1);
      column++;
    }
  };
  return {
    isTTY,
    columns,
    rows,
    write(text: string) {
      written += text;
      for (const [, code, amount, letter, plain] of text.matchAll(codeOrCharacter)) {
        if (code === undefined) put(plain ?? '');
        else control(Number(amount || 1), letter ?? '');
      }
    },
    shown: () => lines.slice(0, -1),
    written: () => written,
  };
}

test('lines of the story stay, and what is below them changes in place', () => {
  const stream = pretend();
  const screen = openScreen(stream, terminal);
  screen.line('once');
  screen.below(['a', 'b', 'c']);
  assert.deepEqual(stream.shown(), ['once', 'a', 'b', 'c']);
  screen.below(['B']);
  assert.deepEqual(stream.shown(), ['once', 'B']);
  screen.line('upon a time');
  assert.deepEqual(stream.shown(), ['once', 'upon a time', 'B']);
  screen.below([]);
  screen.line('the end');
  assert.deepEqual(stream.shown(), ['once', 'upon a time', 'the end']);
});

test('a picture is one write, and the same picture none', () => {
  const writes: string[] = [];
  const screen = openScreen({ isTTY: true, columns: 40, rows: 10, write: (text) => writes.push(text) }, terminal);
  screen.below(['a', 'b']);
  screen.below(['a', 'b']);
  screen.below(['a', 'c']);
  assert.equal(writes.length, 2);
});

test('what changes in place is cut to the width, since a line that wraps could not be written over', () => {
  const stream = pretend({ columns: 8 });
  const screen = openScreen(stream, terminal);
  screen.below(['123456789']);
  assert.deepEqual(stream.shown(), ['1234567']);
});

test('colours take no room, and are closed where a line is cut', () => {
  const { green } = painter(true);
  assert.equal(cut(`${green('abc')}def`, 2), `${green('ab')}`);
  assert.equal(cut('a✓b', 2), 'a✓');
});

for (const [what, stream, env] of [
  ['a pipe', pretend({ isTTY: false }), terminal],
  ['a dumb terminal', pretend(), { TERM: 'dumb' }],
] as const) {
  test(`${what} gets plain lines, and never an escape code`, () => {
    const screen = openScreen(stream, env);
    screen.line('once');
    screen.below(['a']);
    assert.equal(stream.written(), 'once\n');
  });
}

test('a teller shows a tree with the times of its lines, and then makes it a part of the story', () => {
  const stream = pretend();
  let now = 10_000;
  const teller = openTeller(openScreen(stream, terminal), () => now, { isColoured: false });
  now = 11_500;
  teller.tell('begins');
  teller.show(({ columns, rows }) => [{ text: `${columns} x ${rows}`, at: 12_000 }, { text: 'pending' }]);
  assert.deepEqual(stream.shown(), ['   1.5 s  begins', '   2.0 s  30 x 8', '          pending']);
  teller.keep();
  teller.tell('ends');
  teller.close();
  assert.deepEqual(stream.shown(), ['   1.5 s  begins', '   2.0 s  30 x 8', '          pending', '   1.5 s  ends']);
});

test('on a terminal, what goes on in the background stands below the story with the time, and what happened there is told later', () => {
  const stream = pretend({ columns: 80 });
  let now = 0;
  const teller = openTeller(openScreen(stream, terminal), () => now, { isColoured: false });
  teller.background('building etcd');
  now = 3_000;
  teller.tell('once');
  teller.show(() => []);
  assert.deepEqual(stream.shown(), ['   3.0 s  once', '   3.0 s  in the background: building etcd']);
  teller.background(undefined);
  teller.news('built etcd');
  assert.deepEqual(stream.shown(), ['   3.0 s  once']);
  teller.chapter('The next');
  teller.close();
  assert.deepEqual(stream.shown(), ['   3.0 s  once', '   3.0 s  in the background: built etcd', '', '   3.0 s  The next']);
});

test('closing leaves what was shown, and nothing is drawn any more', () => {
  const stream = pretend({ columns: 80 });
  const teller = openTeller(openScreen(stream, terminal), () => 0, { isColoured: false });
  teller.background('building etcd');
  teller.show(() => [{ text: 'half done' }]);
  teller.close();
  teller.background('building kubectl');
  assert.deepEqual(stream.shown(), ['          half done']);
});

test('elsewhere, what goes on in the background waits for the end of the chapter, unless nothing else is waited for', async () => {
  const stream = pretend({ isTTY: false, columns: 80 });
  const teller = openTeller(openScreen(stream, terminal), () => 0, { isColoured: false });
  teller.background('building etcd');
  teller.tell('in the middle of a chapter');
  teller.chapter('The next');
  teller.background('building kubectl');
  await teller.openly(Promise.resolve().then(() => teller.background('built kubectl')));
  const lines = stream.written().replaceAll('   0.0 s  ', '').split('\n');
  assert.deepEqual(lines, [
    'in the middle of a chapter',
    'in the background: building etcd',
    '',
    'The next',
    'in the background: building kubectl',
    'in the background: built kubectl',
    '',
  ]);
});
