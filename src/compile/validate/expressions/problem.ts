import type { Expression } from '../../../schema/cel/expression.ts';
import { open } from '../../../schema/cel/types.ts';

/** Why the API server does not take an expression whose value has one of the types `wanted`; without any, it may have every type. */
export function problemOf({ problem, type, unknown }: Expression, wanted: readonly string[]): string | undefined {
  if (problem !== undefined) return problem;
  if (wanted.length === 0 || type === undefined || unknown !== undefined) return undefined;
  const instead = `and not \`${wanted.join('` or `')}\``;
  if (type === open) return `its type may be any, ${instead}: it can be compared, or converted`;
  return type.kind === 'dyn' || type.kind === 'param' || wanted.includes(type.kind)
    ? undefined
    : `its type is \`${type.kind}\`, ${instead}`;
}
