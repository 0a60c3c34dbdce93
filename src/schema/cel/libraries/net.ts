import { formatAddress } from '../../ip.ts';
import type { Row } from '../signature.ts';
import { CelError, type Cidr, type Ip } from '../values.ts';

/** IP addresses and networks (Kubernetes 1.30). */
export const net: readonly Row[] = [
  ['ip(string): ip', ([text]: [string]) => address(text)],
  ['isIP(string): bool', ([text]: [string]) => parseIp(text) !== undefined],
  ['ip.isCanonical(string): bool', ([text]: [string]) => formatIp(address(text)) === text],
  ['ip->family(): int', ([{ family }]: [Ip]) => BigInt(family)],
  ['ip->isUnspecified(): bool', ([{ bits }]: [Ip]) => bits === 0n],
  ['ip->isLoopback(): bool', ([ip]: [Ip]) => (ip.family === 4 ? ip.bits >> 24n === 127n : ip.bits === 1n)],
  ['ip->isLinkLocalMulticast(): bool', ([ip]: [Ip]) => isLinkLocalMulticast(ip)],
  ['ip->isLinkLocalUnicast(): bool', ([ip]: [Ip]) => isLinkLocalUnicast(ip)],
  ['ip->isGlobalUnicast(): bool', ([ip]: [Ip]) => isGlobalUnicast(ip)],
  ['string(ip): string', ([ip]: [Ip]) => formatIp(ip)],
  ['cidr(string): cidr', ([text]: [string]) => network(text)],
  ['isCIDR(string): bool', ([text]: [string]) => parseCidr(text) !== undefined],
  ['cidr->containsIP(string): bool', ([cidr, text]: [Cidr, string]) => holds(cidr, address(text))],
  ['cidr->containsIP(ip): bool', ([cidr, ip]: [Cidr, Ip]) => holds(cidr, ip)],
  ['cidr->containsCIDR(string): bool', ([cidr, text]: [Cidr, string]) => holdsAll(cidr, network(text))],
  ['cidr->containsCIDR(cidr): bool', ([cidr, other]: [Cidr, Cidr]) => holdsAll(cidr, other)],
  ['cidr->ip(): ip', ([{ ip }]: [Cidr]) => ip],
  ['cidr->prefixLength(): int', ([{ length }]: [Cidr]) => BigInt(length)],
  ['cidr->masked(): cidr', ([cidr]: [Cidr]) => ({ ...cidr, ip: masked(cidr.ip, cidr.length) })],
  ['string(cidr): string', ([{ ip, length }]: [Cidr]) => `${formatIp(ip)}/${length}`],
];

function address(text: string): Ip {
  const ip = parseIp(text);
  if (ip === undefined) throw new CelError(`IP Address ${JSON.stringify(text)} parse error during conversion from string`);
  return ip;
}

function network(text: string): Cidr {
  const cidr = parseCidr(text);
  if (cidr === undefined) throw new CelError('network address parse error during conversion from string');
  return cidr;
}

/** An address without a zone, which is no IPv4 address in the clothes of IPv6; or undefined. */
function parseIp(text: string): Ip | undefined {
  const ip = text.includes(':') ? parseSix(text) : parseFour(text);
  return ip?.family === 6 && ip.bits >> 32n === 0xffffn ? undefined : ip;
}

function parseFour(text: string): Ip | undefined {
  const parts = text.split('.');
  const isFine = parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
  return isFine ? { type: 'ip', family: 4, bits: parts.reduce((bits, part) => bits * 256n + BigInt(part), 0n) } : undefined;
}

function parseSix(text: string): Ip | undefined {
  const [, before = text, four] = /^(.*:)([^:]*\..*)$/.exec(text) ?? [];
  const tail = four === undefined ? undefined : parseFour(four);
  if (four !== undefined && tail === undefined) return undefined;
  const pair = tail === undefined ? '' : `${(tail.bits >> 16n).toString(16)}:${(tail.bits & 0xffffn).toString(16)}`;
  const halves = `${before}${pair}`.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], rest = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - rest.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...new Array<string>(Math.max(missing, 0)).fill('0'), ...rest];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return { type: 'ip', family: 6, bits: groups.reduce((bits, group) => bits * 65_536n + BigInt(`0x${group}`), 0n) };
}

function parseCidr(text: string): Cidr | undefined {
  const slash = text.lastIndexOf('/');
  const ip = slash < 0 ? undefined : parseIp(text.slice(0, slash));
  const digits = text.slice(slash + 1);
  if (ip === undefined || !/^(?:0|[1-9]\d{0,2})$/.test(digits)) return undefined;
  const length = Number(digits);
  return length <= widthOf(ip) ? { type: 'cidr', ip, length } : undefined;
}

function widthOf({ family }: Ip): 32 | 128 {
  return family === 4 ? 32 : 128;
}

function formatIp({ family, bits }: Ip): string {
  return formatAddress({ version: family, bits });
}

function masked(ip: Ip, length: number): Ip {
  const free = BigInt(widthOf(ip) - length);
  return { ...ip, bits: (ip.bits >> free) << free };
}

function holds({ ip, length }: Cidr, other: Ip): boolean {
  return ip.family === other.family && masked(ip, length).bits === masked(other, length).bits;
}

function holdsAll(cidr: Cidr, other: Cidr): boolean {
  return cidr.length <= other.length && holds(cidr, other.ip);
}

function startsWith({ family, bits }: Ip, prefix: bigint, length: number): boolean {
  return bits >> BigInt((family === 4 ? 32 : 128) - length) === prefix;
}

function isLinkLocalMulticast(ip: Ip): boolean {
  return ip.family === 4 ? startsWith(ip, 0xe00000n, 24) : ((ip.bits >> 112n) & 0xff0fn) === 0xff02n;
}

function isLinkLocalUnicast(ip: Ip): boolean {
  return ip.family === 4 ? startsWith(ip, 0xa9fen, 16) : startsWith(ip, 0x3fan, 10);
}

function isMulticast(ip: Ip): boolean {
  return ip.family === 4 ? startsWith(ip, 0xen, 4) : startsWith(ip, 0xffn, 8);
}

function isGlobalUnicast(ip: Ip): boolean {
  const isLoopback = ip.family === 4 ? ip.bits >> 24n === 127n : ip.bits === 1n;
  const isBroadcast = ip.family === 4 && ip.bits === 0xffffffffn;
  return ip.bits !== 0n && !isBroadcast && !isLoopback && !isMulticast(ip) && !isLinkLocalUnicast(ip);
}
