import type { Json } from '../../../../model/json.ts';
import { percent } from '../../../../schema/formats.ts';
import { atLeast, formatted, invalid } from '../checks.ts';
import { all, fine, type Rule } from '../rule.ts';

/** A number of pods, or a share of them: `2` or `25%` (apps validation, ValidatePositiveIntOrPercent). */
export const numberOrShare: Rule = (value, path) => (typeof value === 'number' ? atLeast(0)(value, path) : formatted(percent)(value, path));

/** A number of pods, or a share of at most all of them. */
export const numberOrPart: Rule = all(numberOrShare, (value, path) =>
  typeof value === 'string' && (sizeOf(value) ?? 0) > 100 ? [invalid(path, value, 'it is more than all')] : fine,
);

/** The number in a number or a share; undefined for what is none. */
export function sizeOf(value: Json | undefined): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && percent.test.test(value) ? Number(value.slice(0, -1)) : undefined;
}
