/** Suffixes as powers of ten, and as powers of two (apimachinery, api/resource). */
const decimal: ReadonlyMap<string, number> = new Map(Object.entries({ n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 }));
const binary: ReadonlyMap<string, number> = new Map(Object.entries({ Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 }));

/** The smallest share of one that a quantity can tell: a billionth. */
export const perUnit = 1_000_000_000n;

/** What a quantity with a binary suffix is at the most: more is taken for that. */
const most = (2n ** 63n - 1n) * perUnit;

/** From here on one exponent is as good as another: nobody has so much, and the number would fill the memory. */
const farthest = 1000;

/** What is wrong with a text that is no quantity: all of it, its digits, or its suffix. */
export type Flaw = 'form' | 'digits' | 'suffix';

/**
 * The quantity that a field with `value` stands for, as `500m`, `2Gi`, `1e3` or a plain number, in billionths, rounded away from
 * zero as the API server does. Undefined when it is none. Spaces around it are skipped, as in every field; line breaks and tabs
 * are not, since the API server sees them escaped.
 */
export function quantityOf(value: unknown): bigint | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') return undefined;
  const parsed = parseQuantity(text.replaceAll(spacesAround, ''));
  return typeof parsed === 'bigint' ? parsed : undefined;
}

const spacesAround = /^[ \u0085\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+|[ \u0085\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+$/g;

/** `text` in billionths, or what keeps it from being a quantity, as `resource.ParseQuantity` of k8s.io/apimachinery reads it. */
export function parseQuantity(text: string): bigint | Flaw {
  const found = /^([+-]?)(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[+-]?\d*)$/.exec(text);
  if (found === null || text === '') return 'form';
  const [, sign, whole = '', fraction = '', suffix = ''] = found;
  const shift = binary.get(suffix);
  const exponent = shift === undefined ? (decimal.get(suffix) ?? exponentOf(suffix)) : 0;
  if (exponent === undefined) return 'suffix';
  // Without digits it is zero where the API server goes its short way.
  if (whole === '' && fraction === '' && !(exponent >= -9 && (shift ?? 0) <= 40)) return 'digits';
  const size = sizeOf(BigInt(whole + fraction) << BigInt(shift ?? 0), exponent - fraction.length);
  const capped = shift !== undefined && size > most ? most : size;
  return sign === '-' ? -capped : capped;
}

/** The number in `e3`, of which Go keeps 32 bits. */
function exponentOf(suffix: string): number | undefined {
  if (!/^[eE][+-]?\d{1,30}$/.test(suffix)) return undefined;
  const exponent = BigInt(suffix.slice(1).replace('+', ''));
  return BigInt.asIntN(64, exponent) === exponent ? Number(BigInt.asIntN(32, exponent)) : undefined;
}

/** `digits` times ten to the power of `exponent`, in billionths. */
function sizeOf(digits: bigint, exponent: number): bigint {
  const power = exponent + 9;
  if (power >= 0) return digits * 10n ** BigInt(Math.min(power, farthest));
  const divisor = 10n ** BigInt(Math.min(-power, farthest + String(digits).length));
  return (digits + divisor - 1n) / divisor;
}
