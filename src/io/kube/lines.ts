/**
 * The lines of a stream of bytes, without their newlines. A character may be cut in two by chunks; a last line without a
 * newline was cut short, and is left out. Throws an `Error` for a line of more than `longest` bytes.
 */
export async function* linesOf(chunks: AsyncIterable<Buffer>, longest: number): AsyncGenerator<string, void> {
  let parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      parts.push(chunk.subarray(from, end));
      check(size + end - from, longest);
      yield Buffer.concat(parts).toString('utf8');
      parts = [];
      size = 0;
      from = end + 1;
    }
    parts.push(chunk.subarray(from));
    size += chunk.length - from;
    check(size, longest);
  }
}

const newline = 0x0a;

function check(size: number, longest: number): void {
  if (size > longest) throw new Error(`a line of the watch is longer than ${Math.floor(longest / 1024 / 1024)} MB`);
}
