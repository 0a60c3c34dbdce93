import type { Json, Path } from '../../../model/json.ts';
import type { Problem } from '../../../model/problem.ts';
import { type Address, addressOf, blockOf, firstOf, formatAddress, formatBlock } from '../../../schema/ip.ts';
import { invalid, text } from './checks.ts';
import { all, fine, type Rule } from './rule.ts';

const notAnAddress = 'it is no IP address';
const notABlock = 'it is no block of IP addresses, as `10.0.0.0/8` is';

/** An IP address, in any of the ways to write one that older fields take. */
export const anyAddress: Rule = text((value) => (addressOf(value) === undefined ? notAnAddress : undefined));

/** An IP address in its one canonical form, as newer fields want it. */
export const canonicalAddress: Rule = text((value) => {
  const address = addressOf(value);
  if (address === undefined) return notAnAddress;
  return isPlain(value, formatAddress(address)) ? undefined : `it is written \`${formatAddress(address)}\``;
});

/** A block of IP addresses, in any of the ways to write one that older fields take. */
export const anyBlock: Rule = text((value) => (blockOf(value) === undefined ? notABlock : undefined));

/** A block of IP addresses in its one canonical form, with nothing set behind its length. */
export const canonicalBlock: Rule = text((value) => {
  const block = blockOf(value);
  if (block === undefined) return notABlock;
  const right = formatBlock(firstOf(block));
  return isPlain(value, right) ? undefined : `it is written \`${right}\``;
});

/** The ranges in which no address of another machine lies (core validation, ValidateEndpointIP). */
const ranges: readonly (readonly [string, string])[] = [
  ['0.0.0.0/32', 'stands for no machine'],
  ['::/128', 'stands for no machine'],
  ['127.0.0.0/8', 'is the machine itself'],
  ['::1/128', 'is the machine itself'],
  ['169.254.0.0/16', 'is link-local'],
  ['fe80::/10', 'is link-local'],
  ['224.0.0.0/24', 'is link-local'],
  ['ff02::/16', 'is link-local'],
];

/** An address that other machines can reach. */
export const reachableAddress: Rule = (value, path) => {
  const address = typeof value === 'string' ? addressOf(value) : undefined;
  const found = address === undefined ? undefined : ranges.find(([block]) => isIn(address, block));
  return found === undefined ? fine : [invalid(path, value, `an address in \`${found[0]}\` ${found[1]}`)];
};

/** An address that may be an endpoint of a Service. */
export const endpointAddress: Rule = all(anyAddress, reachableAddress);

/** That two of at most two entries are of one version of the Internet Protocol. */
export function twoVersions(value: Json, path: Path, versionOf: (text: string) => Address['version'] | undefined): readonly Problem[] {
  if (!Array.isArray(value)) return fine;
  if (value.length > 2) return [invalid(path, value, 'it has at most two entries: one for IPv4 and one for IPv6')];
  const versions = value.map((entry) => (typeof entry === 'string' ? versionOf(entry) : undefined));
  const isTwice = versions.length === 2 && versions[0] !== undefined && versions[0] === versions[1];
  return isTwice ? [invalid([...path, 1], value[1], `\`IPv${versions[0]}\` has one entry already`)] : fine;
}

function isIn(address: Address, text: string): boolean {
  const block = blockOf(text);
  return (
    block !== undefined &&
    block.address.version === address.version &&
    firstOf({ address, length: block.length }).address.bits === block.address.bits
  );
}

/** An IPv4 address that is written as one of IPv6 has no canonical form. */
function isPlain(value: string, canonical: string): boolean {
  return value === canonical;
}
