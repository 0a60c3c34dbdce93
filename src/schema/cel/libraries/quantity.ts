import { type Flaw, parseQuantity, perUnit } from '../../../model/quantity.ts';
import type { Row } from '../signature.ts';
import { CelError, maxInt, minInt, type Quantity } from '../values.ts';

/** Kubernetes' quantities, such as `1.5Gi` (Kubernetes 1.28). */
export const quantities: readonly Row[] = [
  ['quantity(string): quantity', ([text]: [string]) => quantityOf(text)],
  ['isQuantity(string): bool', ([text]: [string]) => typeof parseQuantity(text) === 'bigint'],
  ['sign(quantity): int', ([{ nanos }]: [Quantity]) => (nanos > 0n ? 1n : nanos < 0n ? -1n : 0n)],
  ['quantity->isGreaterThan(quantity): bool', ([a, b]: [Quantity, Quantity]) => a.nanos > b.nanos],
  ['quantity->isLessThan(quantity): bool', ([a, b]: [Quantity, Quantity]) => a.nanos < b.nanos],
  ['quantity->compareTo(quantity): int', ([a, b]: [Quantity, Quantity]) => (a.nanos > b.nanos ? 1n : a.nanos < b.nanos ? -1n : 0n)],
  ['quantity->asApproximateFloat(): double', ([{ nanos }]: [Quantity]) => Number(nanos) / 1e9],
  ['quantity->asInteger(): int', ([quantity]: [Quantity]) => wholeOf(quantity)],
  ['quantity->isInteger(): bool', ([quantity]: [Quantity]) => isWhole(quantity)],
  ['quantity->add(quantity): quantity', ([a, b]: [Quantity, Quantity]) => made(a.nanos + b.nanos)],
  ['quantity->add(int): quantity', ([a, b]: [Quantity, bigint]) => made(a.nanos + b * perUnit)],
  ['quantity->sub(quantity): quantity', ([a, b]: [Quantity, Quantity]) => made(a.nanos - b.nanos)],
  ['quantity->sub(int): quantity', ([a, b]: [Quantity, bigint]) => made(a.nanos - b * perUnit)],
];

function made(nanos: bigint): Quantity {
  return { type: 'quantity', nanos };
}

/** The errors of `resource.ParseQuantity`. */
const said: Readonly<Record<Flaw, string>> = {
  form: "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
  digits: 'unable to parse numeric part of quantity',
  suffix: "unable to parse quantity's suffix",
};

function quantityOf(text: string): Quantity {
  const parsed = parseQuantity(text);
  if (typeof parsed !== 'bigint') throw new CelError(said[parsed]);
  return made(parsed);
}

function isWhole({ nanos }: Quantity): boolean {
  return nanos % perUnit === 0n && nanos / perUnit <= maxInt && nanos / perUnit >= minInt;
}

function wholeOf(quantity: Quantity): bigint {
  if (!isWhole(quantity)) throw new CelError('cannot convert value to integer');
  return quantity.nanos / perUnit;
}
