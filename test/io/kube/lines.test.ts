import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { linesOf } from '../../../src/io/kube/lines.ts';

async function* inPieces(bytes: Buffer, cuts: readonly number[]): AsyncGenerator<Buffer> {
  let from = 0;
  for (const cut of [...cuts].map((n) => n % (bytes.length + 1)).sort((a, b) => a - b)) {
    yield bytes.subarray(from, cut);
    from = cut;
  }
  yield bytes.subarray(from);
}

async function read(chunks: AsyncIterable<Buffer>, longest = 1_000_000): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of linesOf(chunks, longest)) lines.push(line);
  return lines;
}

test('lines are the same however their bytes are cut', async () => {
  const text = fc.string({ unit: 'binary' }).map((line) => line.replaceAll('\n', ''));
  await fc.assert(
    fc.asyncProperty(fc.array(text), fc.array(fc.nat()), async (lines, cuts) => {
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      assert.deepEqual(await read(inPieces(bytes, cuts)), lines);
    }),
  );
});

test('a last line without a newline was cut short, and is left out', async () => {
  assert.deepEqual(await read(inPieces(Buffer.from('one\ntwo'), [5])), ['one']);
});

test('a line that is too long is refused, whether it ends or not', async () => {
  assert.deepEqual(await read(inPieces(Buffer.from('1234\n'), []), 4), ['1234']);
  await assert.rejects(read(inPieces(Buffer.from('12345\n'), []), 4), /longer than/);
  await assert.rejects(read(inPieces(Buffer.from('12345'), [2, 4]), 4), /longer than/);
});
