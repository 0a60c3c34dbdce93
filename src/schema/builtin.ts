import { type Lifecycle, type Minors, readEmbedded, type Variant } from './embedded.ts';
import { builtinScope, type Scope } from './node.ts';
import type { Schema } from './schema.ts';

/** The number of a minor of Kubernetes 1: 35 for `1.35`. */
export function minorOf(version: string): number {
  return Number(version.split('.')[1]);
}

/** The definition `name` as it is in `minor`; undefined where there is none. */
export function definitionIn(minor: number, name: string): Schema | undefined {
  return variantsOf(name).find(({ minors }) => isWithin(minors, minor))?.schema;
}

const scopes = new Map<number, Scope>();

/** The scope of the schemas of `minor`; what was prepared of them once stays so. */
export function scopeIn(minor: number): Scope {
  const scope = scopes.get(minor) ?? builtinScope((name) => definitionIn(minor, name));
  scopes.set(minor, scope);
  return scope;
}

/** The minors whose definition `name` has the field `field`, oldest first; neighbours are joined. */
export function minorsWithField(name: string, field: string): readonly Minors[] {
  const having = variantsOf(name).filter(({ schema }) => schema.properties !== undefined && Object.hasOwn(schema.properties, field));
  const joined: Minors[] = [];
  for (const { minors } of having) {
    const last = joined.at(-1);
    if (last?.[1] === minors[0] - 1) joined[joined.length - 1] = [last[0], minors[1]];
    else joined.push(minors);
  }
  return joined;
}

/** Whether `minor` is one of `minors`. */
export function isWithin([from, to]: Minors, minor: number): boolean {
  return from <= minor && minor <= to;
}

/** How a version of a kind comes to its end, or undefined when nothing is known of an end. */
export function lifecycleOf({
  group,
  version,
  kind,
}: {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}): Lifecycle | undefined {
  const { lifecycles } = readEmbedded();
  const key = `${group}/${version}/${kind}`;
  return Object.hasOwn(lifecycles, key) ? lifecycles[key] : undefined;
}

function variantsOf(name: string): readonly Variant[] {
  const { definitions } = readEmbedded();
  return (Object.hasOwn(definitions, name) ? definitions[name] : undefined) ?? [];
}
