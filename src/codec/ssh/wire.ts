/** The first strings of some bytes as SSH writes them (RFC 4251, section 5), and what stands behind them. */
export interface Taken {
  readonly strings: readonly Buffer[];
  readonly rest: Buffer;
}

/** Takes `count` strings off the beginning of `bytes`, each its length in four bytes and that many more; undefined where there are fewer. */
export function takeStrings(bytes: Buffer, count: number): Taken | undefined {
  const strings: Buffer[] = [];
  let at = 0;
  while (strings.length < count) {
    if (bytes.length - at < 4) return undefined;
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) return undefined;
    strings.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return { strings, rest: bytes.subarray(at) };
}

/** The strings that `bytes` consist of, when there are `count` of them and nothing else. */
export function stringsOf(bytes: Buffer, count: number): readonly Buffer[] | undefined {
  const taken = takeStrings(bytes, count);
  return taken?.rest.length === 0 ? taken.strings : undefined;
}

/**
 * The bytes of a text in base64 (RFC 4648, section 4); undefined where a character is too many or missing, or bits of the last one are no part of
 * a byte: OpenSSH reads none of these.
 */
export function readBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

/** `value` as a string of SSH. */
export function stringFrom(value: Buffer | string): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** A number (mpint) without sign and without zeros before it; undefined where it is negative. */
export function unsignedOf(number: Buffer): Buffer | undefined {
  if (((number[0] ?? 0) & 0x80) !== 0) return undefined;
  const first = number.findIndex((byte) => byte !== 0);
  return first < 0 ? Buffer.alloc(0) : number.subarray(first);
}

/** The same in exactly `size` bytes; undefined where it has more. */
export function fixedOf(number: Buffer, size: number): Buffer | undefined {
  const bytes = unsignedOf(number);
  return bytes === undefined || bytes.length > size ? undefined : Buffer.concat([Buffer.alloc(size - bytes.length), bytes]);
}
