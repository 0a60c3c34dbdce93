import type { Expression } from '../../../schema/cel/expression.ts';

/** Why the API server does not take an expression whose value has one of the types `wanted`; without any, it may have every type. */
export function problemOf({ problem, type, unknown }: Expression, wanted: readonly string[]): string | undefined {
  if (problem !== undefined) return problem;
  if (wanted.length === 0 || type === undefined || unknown !== undefined || type.kind === 'dyn' || type.kind === 'param') return undefined;
  return wanted.includes(type.kind) ? undefined : `its type is \`${type.kind}\`, and not \`${wanted.join('` or `')}\``;
}
