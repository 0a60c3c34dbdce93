import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** A block of addresses, as CIDR writes it: `10.0.0.0/8`. */
interface Block {
  readonly address: string;
  readonly prefix: number;
  readonly family: 'ipv4' | 'ipv6';
}

function blockOf(cidr: string): Block | undefined {
  const [address = '', prefix = ''] = cidr.split('/');
  const family = isIPv4(address) ? 'ipv4' : isIPv6(address) ? 'ipv6' : undefined;
  if (family === undefined || !/^\d{1,3}$/.test(prefix) || Number(prefix) > (family === 'ipv4' ? 32 : 128)) return undefined;
  return { address, prefix: Number(prefix), family };
}

function holds({ address, prefix, family }: Block, part: Block): boolean {
  if (family !== part.family || prefix > part.prefix) return false;
  const list = new BlockList();
  list.addSubnet(address, prefix, family);
  return list.check(part.address, family);
}

/** Whether all addresses of a block are in another one. What is no block is in none. */
export function isWithinBlock(part: string, whole: string): boolean {
  const [one, other] = [blockOf(part), blockOf(whole)];
  return one !== undefined && other !== undefined && holds(other, one);
}

/** Whether two blocks have no address in common, for certain. */
export function areApart(a: string, b: string): boolean {
  const [one, other] = [blockOf(a), blockOf(b)];
  return one !== undefined && other !== undefined && !holds(one, other) && !holds(other, one);
}
