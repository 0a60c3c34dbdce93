import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Answer, answerParser } from '../../../src/io/git/answers.ts';

const id = 'a'.repeat(40);

test('answers are the same however the output is cut into pieces', () => {
  const object = fc.record({ type: fc.constantFrom('blob', 'commit'), bytes: fc.uint8Array({ maxLength: 40 }) });
  fc.assert(
    fc.property(fc.array(fc.option(object)), fc.array(fc.nat({ max: 60 })), (objects, cuts) => {
      const output = Buffer.concat(objects.map((found) => print(found)));
      const parse = answerParser(20);
      const answers = pieces(output, cuts).flatMap((piece) => [...parse(piece)]);
      assert.deepEqual(answers, objects.map(expected));
    }),
  );
});

test('an object that has not come whole is not answered yet', () => {
  assert.deepEqual(answerParser(100)(Buffer.from(`${id} blob 5\nhello`)), []);
});

function print(found: { readonly type: string; readonly bytes: Uint8Array } | null): Buffer {
  if (found === null) return Buffer.from(`${id} missing\n`);
  return Buffer.concat([Buffer.from(`${id} ${found.type} ${found.bytes.length}\n`), found.bytes, Buffer.from('\n')]);
}

function expected(found: { readonly type: string; readonly bytes: Uint8Array } | null): Answer {
  if (found === null) return { status: 'missing' };
  const { type, bytes } = found;
  return bytes.length > 20 ? { status: 'large', size: bytes.length } : { status: 'object', type, bytes: Buffer.from(bytes) };
}

function pieces(output: Buffer, cuts: readonly number[]): Buffer[] {
  const ends = [...new Set(cuts.map((cut) => Math.min(cut, output.length)))].sort((a, b) => a - b);
  return [0, ...ends].map((start, index) => output.subarray(start, ends[index] ?? output.length));
}
