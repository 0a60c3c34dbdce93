import { gzipSync } from 'node:zlib';

/** A tar archive of one file of a hundred bytes or so, in the format ustar of POSIX, and the same compressed. */
export interface Layer {
  readonly archive: Buffer;
  readonly compressed: Buffer;
}

/** Makes a layer with one file, whose owner is root and whose time is 1970: the same bytes on every machine and day. */
export function layerOf(path: string, text: string): Layer {
  const content = Buffer.from(text);
  const end = Buffer.alloc(2 * block);
  const archive = Buffer.concat([headerOf(path, content.length), content, Buffer.alloc(-content.length & (block - 1)), end]);
  return { archive, compressed: gzipSync(archive) };
}

const block = 512;

/** Numbers are octal; the checksum counts itself as spaces. */
function headerOf(path: string, size: number): Buffer {
  const header = Buffer.alloc(block);
  const write = (offset: number, text: string) => header.write(text, offset, 'latin1');
  write(0, path);
  write(100, '0000644\0');
  write(108, '0000000\0');
  write(116, '0000000\0');
  write(124, `${octal(size, 11)}\0`);
  write(136, `${octal(0, 11)}\0`);
  write(148, ' '.repeat(8));
  write(156, '0');
  write(257, 'ustar\x0000');
  const sum = header.reduce((total, byte) => total + byte, 0);
  write(148, `${octal(sum, 6)}\0 `);
  return header;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}
