import type { Row } from '../signature.ts';
import { CelError, maxInt, minInt, type Quantity } from '../values.ts';

const one = 1_000_000_000n;

/** Kubernetes' quantities, such as `1.5Gi` (Kubernetes 1.28). */
export const quantities: readonly Row[] = [
  ['quantity(string): quantity', ([text]: [string]) => quantityOf(text)],
  ['isQuantity(string): bool', ([text]: [string]) => parseQuantity(text) !== undefined],
  ['sign(quantity): int', ([{ nanos }]: [Quantity]) => (nanos > 0n ? 1n : nanos < 0n ? -1n : 0n)],
  ['quantity->isGreaterThan(quantity): bool', ([a, b]: [Quantity, Quantity]) => a.nanos > b.nanos],
  ['quantity->isLessThan(quantity): bool', ([a, b]: [Quantity, Quantity]) => a.nanos < b.nanos],
  ['quantity->compareTo(quantity): int', ([a, b]: [Quantity, Quantity]) => (a.nanos > b.nanos ? 1n : a.nanos < b.nanos ? -1n : 0n)],
  ['quantity->asApproximateFloat(): double', ([{ nanos }]: [Quantity]) => Number(nanos) / 1e9],
  ['quantity->asInteger(): int', ([quantity]: [Quantity]) => wholeOf(quantity)],
  ['quantity->isInteger(): bool', ([quantity]: [Quantity]) => isWhole(quantity)],
  ['quantity->add(quantity): quantity', ([a, b]: [Quantity, Quantity]) => made(a.nanos + b.nanos)],
  ['quantity->add(int): quantity', ([a, b]: [Quantity, bigint]) => made(a.nanos + b * one)],
  ['quantity->sub(quantity): quantity', ([a, b]: [Quantity, Quantity]) => made(a.nanos - b.nanos)],
  ['quantity->sub(int): quantity', ([a, b]: [Quantity, bigint]) => made(a.nanos - b * one)],
];

function made(nanos: bigint): Quantity {
  return { type: 'quantity', nanos };
}

function quantityOf(text: string): Quantity {
  const nanos = parseQuantity(text);
  if (nanos === undefined) {
    throw new CelError("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
  }
  return made(nanos);
}

function isWhole({ nanos }: Quantity): boolean {
  return nanos % one === 0n && nanos / one <= maxInt && nanos / one >= minInt;
}

function wholeOf(quantity: Quantity): bigint {
  if (!isWhole(quantity)) throw new CelError('cannot convert value to integer');
  return quantity.nanos / one;
}

const binary: ReadonlyMap<string, bigint> = new Map(Object.entries({ Ki: 10n, Mi: 20n, Gi: 30n, Ti: 40n, Pi: 50n, Ei: 60n }));
const decimal: ReadonlyMap<string, number> = new Map(Object.entries({ n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 }));

/** What a binary quantity is at most. */
const largest = maxInt * one;

/**
 * 10^-9 of a quantity, rounded away from zero as the API server does it; or undefined for what is none. The digits may be left
 * out: `Mi` is zero. That is so up to `Ti`, as far as the API server's short way goes.
 */
function parseQuantity(text: string): bigint | undefined {
  const found = /^([+-]?)(\d*)\.?(\d*)([a-zA-Z]*|[eE][+-]?\d+)$/.exec(text);
  if (found === null || text === '') return undefined;
  const [, sign, whole = '', fraction = '', suffix = ''] = found;
  if (`${whole}${fraction}` === '' && /^[PE]i$/.test(suffix)) return undefined;
  const digits = BigInt(`${whole}${fraction}`);
  const exponent = /^[eE][+-]?\d+$/.test(suffix) ? Number(suffix.slice(1)) : decimal.get(suffix);
  const shift = binary.get(suffix);
  if (shift === undefined && (exponent === undefined || Math.abs(exponent) > 1000)) return undefined;
  const power = (exponent ?? 0) + 9 - fraction.length;
  const scaled = shift === undefined ? digits : digits << shift;
  const nanos = power >= 0 ? scaled * 10n ** BigInt(power) : divideUp(scaled, 10n ** BigInt(-power));
  const capped = shift !== undefined && nanos > largest ? largest : nanos;
  return sign === '-' ? -capped : capped;
}

function divideUp(value: bigint, by: bigint): bigint {
  return (value + by - 1n) / by;
}
