/**
 * The mark of everything that Lockstep's define functions return. It is registered globally, so that definitions are known
 * again when a project loads a second copy of this package.
 */
export const brand: unique symbol = Symbol.for('lockstep.definition');

/** What a marked value defines. */
export type Branded = 'chart' | 'base' | 'environment' | 'patch' | 'policy';

/** What `value` defines, or undefined for everything that no define function returned. */
export function brandOf(value: unknown): Branded | undefined {
  return ((typeof value === 'object' && value !== null) || typeof value === 'function') && brand in value
    ? (value[brand] as Branded)
    : undefined;
}
