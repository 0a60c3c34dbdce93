import type { Json } from '../../../model/json.ts';
import { portName } from '../../../schema/formats.ts';
import { between, formatted, formattedIfAny } from './checks.ts';
import type { Rule } from './rule.ts';

/** The number of a port. */
export const portNumber: Rule = between(1, 65_535);

/** The number or the name of a port. */
export const portNumberOrName: Rule = (value, path) =>
  typeof value === 'number' ? portNumber(value, path) : formatted(portName)(value, path);

/** The number or the name of a port; zero and an empty name are the same as none. */
export const portNumberOrNameIfAny: Rule = (value, path) =>
  typeof value === 'number' ? between(0, 65_535)(value, path) : formattedIfAny(portName)(value, path);

/** The text under `key`, or `otherwise` where there is none or an empty one, which is the same in Go. */
export function textOr(value: Json | undefined, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise;
}
