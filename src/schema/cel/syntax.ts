import type { Uint } from './values.ts';

/** What a literal in an expression may be. */
export type Literal = null | boolean | bigint | number | string | Uint | Uint8Array;

/** An element of a list, or a value of a map: an optional one (`[?x]`) stands only where it has a value. */
export interface Item {
  readonly value: Expr;
  readonly isOptional: boolean;
}

/**
 * An expression as it is written (github.com/google/cel-spec, language definition). Operators are calls: `+`, `&&`, `?:`, `in`.
 * Macros are calls, too: what they mean is told by their names when they are checked and evaluated.
 */
export type Expr =
  | { readonly op: 'literal'; readonly value: Literal }
  | { readonly op: 'name'; readonly name: string }
  | { readonly op: 'select'; readonly of: Expr; readonly field: string; readonly isOptional: boolean }
  | { readonly op: 'index'; readonly of: Expr; readonly key: Expr; readonly isOptional: boolean }
  | { readonly op: 'call'; readonly name: string; readonly target?: Expr; readonly args: readonly Expr[] }
  | { readonly op: 'list'; readonly items: readonly Item[] }
  | { readonly op: 'map'; readonly entries: readonly (readonly [key: Expr, item: Item])[] }
  | { readonly op: 'message'; readonly type: string };

/** The dotted name that an expression spells (`google.protobuf.Timestamp`), or undefined when it is something else. */
export function dottedName(expr: Expr): string | undefined {
  if (expr.op === 'name') return expr.name;
  if (expr.op !== 'select' || expr.isOptional) return undefined;
  const before = dottedName(expr.of);
  return before === undefined ? undefined : `${before}.${expr.field}`;
}
