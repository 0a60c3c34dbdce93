/** Decimal suffixes as powers of ten, and binary ones as powers of two (apimachinery, api/resource). */
const decimal: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const binary: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };

/** The smallest share of one that a quantity can tell: a billionth. */
export const perUnit = 1_000_000_000n;

/**
 * The quantity that `value` stands for, as `500m`, `2Gi`, `1e3` or a plain number, in billionths, rounded away from zero as
 * the API server does. Undefined when it is none, or beyond all measure.
 */
export function quantityOf(value: unknown): bigint | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') return undefined;
  const found = /^([+-]?)([0-9]*)(?:\.([0-9]*))?(?:([KMGTPE]i)|([numkMGTPE])|[eE]([+-]?[0-9]{1,3}))?$/.exec(text);
  if (found === null) return undefined;
  const [, sign = '', whole = '', fraction = '', two, ten = '', exponent] = found;
  if (whole === '' && fraction === '') return undefined;
  const power = (exponent === undefined ? (decimal[ten] ?? 0) : Number(exponent)) + 9 - fraction.length;
  const digits = BigInt(whole + fraction) << BigInt(two === undefined ? 0 : (binary[two] ?? 0));
  const size = power >= 0 ? digits * 10n ** BigInt(power) : dividedUp(digits, 10n ** BigInt(-power));
  return sign === '-' ? -size : size;
}

function dividedUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor;
}
