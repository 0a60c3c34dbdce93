import { isIPv6 } from 'node:net';

/** An address of the Internet Protocol, and how long it is in bits. */
export interface Address {
  readonly version: 4 | 6;
  readonly bits: bigint;
}

/** A block of addresses: those that are as `address` in the first `length` bits. */
export interface Block {
  readonly address: Address;
  readonly length: number;
}

/** How many bits an address has. */
function widthOf({ version }: Pick<Address, 'version'>): number {
  return version === 4 ? 32 : 128;
}

/**
 * The address that `text` stands for, or undefined. As sloppy as the API server is with most fields: numbers of IPv4 may have
 * zeros in front, and an IPv4 address that is written as one of IPv6 is one of IPv4.
 */
export function addressOf(text: string): Address | undefined {
  const four = fourBytes(text);
  if (four !== undefined) return { version: 4, bits: four };
  if (text.includes('%') || !isIPv6(withPlainNumbers(text))) return undefined;
  const bits = sixBits(withPlainNumbers(text));
  return bits >> 32n === 0xffffn ? { version: 4, bits: bits & 0xffff_ffffn } : { version: 6, bits };
}

/** The block that `text` stands for, as `10.0.0.0/8`, or undefined. Bits behind its length may be set. */
export function blockOf(text: string): Block | undefined {
  const slash = text.lastIndexOf('/');
  const address = slash < 0 ? undefined : addressOf(text.slice(0, slash));
  const digits = text.slice(slash + 1);
  if (address === undefined || !/^[0-9]{1,6}$/.test(digits)) return undefined;
  const isMapped = address.version === 4 && text.includes(':');
  const length = Number(digits) - (isMapped ? 96 : 0);
  return length < 0 || length > widthOf(address) ? undefined : { address, length };
}

/** Whether all addresses of `inner` are in `outer`, and not all of those in `inner`. */
export function isStrictlyInside(inner: Block, outer: Block): boolean {
  if (inner.address.version !== outer.address.version || inner.length <= outer.length) return false;
  const rest = BigInt(widthOf(outer.address) - outer.length);
  return inner.address.bits >> rest === outer.address.bits >> rest;
}

/** `block` with nothing set behind its length. */
export function firstOf({ address, length }: Block): Block {
  const rest = BigInt(widthOf(address) - length);
  return { address: { ...address, bits: (address.bits >> rest) << rest }, length };
}

/** The one way to write an address: RFC 5952 for those of IPv6. */
export function formatAddress({ version, bits }: Address): string {
  if (version === 4) return parts(bits, 4, 8n).join('.');
  const groups = parts(bits, 8, 16n).map((group) => group.toString(16));
  // The longest row of zeros, the first of several, and never a single one.
  const zeros = [...groups.join(':').matchAll(/\b0(?::0)+\b/g)].reduce((best, [row]) => (row.length > best.length ? row : best), '');
  return zeros === '' ? groups.join(':') : groups.join(':').replace(new RegExp(`(?:^|:)${zeros}(?:$|:)`), '::');
}

/** The one way to write a block. */
export function formatBlock({ address, length }: Block): string {
  return `${formatAddress(address)}/${length}`;
}

function parts(bits: bigint, count: number, size: bigint): readonly bigint[] {
  return Array.from({ length: count }, (_, i) => (bits >> (BigInt(count - 1 - i) * size)) & ((1n << size) - 1n));
}

function fourBytes(text: string): bigint | undefined {
  const numbers = text.split('.');
  const isFour = numbers.length === 4 && numbers.every((number) => /^[0-9]{1,10}$/.test(number) && Number(number) <= 255);
  return isFour ? numbers.reduce((bits, number) => (bits << 8n) | BigInt(Number(number)), 0n) : undefined;
}

/** An address of IPv6 that ends in one of IPv4 without zeros in front of its numbers, which Node does not read. */
function withPlainNumbers(text: string): string {
  const colon = text.lastIndexOf(':');
  const four = fourBytes(text.slice(colon + 1));
  return four === undefined ? text : `${text.slice(0, colon + 1)}${formatAddress({ version: 4, bits: four })}`;
}

function sixBits(text: string): bigint {
  const colon = text.lastIndexOf(':');
  const four = fourBytes(text.slice(colon + 1));
  const plain = four === undefined ? text : `${text.slice(0, colon + 1)}${(four >> 16n).toString(16)}:${(four & 0xffffn).toString(16)}`;
  const [head = '', tail] = plain.split('::');
  const groups = (half: string): readonly string[] => (half === '' ? [] : half.split(':'));
  const before = groups(head);
  const after = groups(tail ?? '');
  const between = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...between, ...after].reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n);
}
