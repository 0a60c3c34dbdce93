import type { Row } from '../signature.ts';
import { CelError, none, type Optional, some, tagOf, Uint, type Value } from '../values.ts';

/** Values that may be absent. `or` and `orValue` look at their argument only when they need it: see the evaluation of calls. */
export const optionals: readonly Row[] = [
  ['optional.of(A): optional<A>', ([value]: [Value]) => some(value)],
  ['optional.ofNonZeroValue(A): optional<A>', ([value]: [Value]) => (isZero(value) ? none : some(value))],
  ['optional.none(): optional<A>', () => none],
  ['optional<A>->value(): A', ([optional]: [Optional]) => present(optional)],
  ['optional<A>->hasValue(): bool', ([optional]: [Optional]) => optional.value !== undefined],
  [
    'optional<A>->or(optional<A>): optional<A>',
    ([optional, other]: [Optional, Optional]) => (optional.value === undefined ? other : optional),
  ],
  ['optional<A>->orValue(A): A', ([{ value }, other]: [Optional, Value]) => (value === undefined ? other : value)],
];

function present({ value }: Optional): Value {
  if (value === undefined) throw new CelError('optional.none() dereference');
  return value;
}

function isZero(value: Value): boolean {
  if (value instanceof Uint) return value.value === 0n;
  if (value instanceof Uint8Array) return value.length === 0;
  if (value === null || typeof value !== 'object') return value === null || value === false || value === 0 || value === 0n || value === '';
  switch (value.type) {
    case 'list':
      return value.items.length === 0;
    case 'map':
      return value.entries.size === 0;
    case 'optional':
      return value.value === undefined || isZero(value.value);
    case 'duration':
      return value.nanos === 0n;
    default:
      return tagOf(value) === 'timestamp' && 'nanos' in value && value.nanos === -62_135_596_800_000_000_000n;
  }
}
