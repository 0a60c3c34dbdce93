/** Numbers to text and back, as Go does it. */

/** A double as Go's `%g`: the shortest digits that tell it, with an exponent from 1e6 on and below 1e-4. */
export function formatDouble(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa = '', exponent = ''] = value.toExponential().split('e');
  const power = Number(exponent);
  // JavaScript writes all numbers between these without an exponent.
  return power < -4 || power >= 6 ? `${mantissa}${formatExponent(power)}` : String(value);
}

/** A double with `digits` behind its point. A tie goes to the even digit, as in Go. */
export function formatFixed(value: number, digits: number): string {
  const size = Math.abs(value);
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (size >= 1e21) return `${sign}${BigInt(size)}${digits === 0 ? '' : `.${'0'.repeat(digits)}`}`;
  const scaled = size * 10 ** digits;
  const isTie = scaled < 2 ** 52 && scaled % 1 === 0.5 && Math.floor(scaled) % 2 === 0;
  return `${sign}${isTie ? (Math.floor(scaled) / 10 ** digits).toFixed(digits) : size.toFixed(digits)}`;
}

/** An exponent with its sign and two digits at least: `e+07`. */
export function formatExponent(power: number): string {
  return `e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** A double of text, or undefined: decimal digits, hexadecimal ones with an exponent, `inf` and `nan`. */
export function parseDouble(text: string): number | undefined {
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) {
    const value = Number(text);
    return Number.isFinite(value) ? value : undefined;
  }
  const special = /^([+-]?)(?:(inf|infinity)|nan)$/i.exec(text);
  if (special !== null) return special[2] === undefined ? Number.NaN : special[1] === '-' ? -Infinity : Infinity;
  const hex = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?\d+)$/.exec(text);
  if (hex === null) return undefined;
  const [, sign, whole = '', fraction = '', power] = hex;
  if (`${whole}${fraction}` === '') return undefined;
  const value = Number(BigInt(`0x${whole}${fraction}`)) * 2 ** (Number(power) - 4 * fraction.length);
  return sign === '-' ? -value : value;
}
