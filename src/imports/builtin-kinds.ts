import { definitionIn, isWithin, lifecycleOf, minorOf, scopeIn } from '../schema/builtin.ts';
import { builtinKinds } from '../schema/kinds.ts';
import { type Node, prepare } from '../schema/node.ts';
import { digestOf } from './definitions.ts';
import type { ImportedKind } from './kind.ts';

/** A version of one of Kubernetes' own kinds. */
export interface BuiltinKind extends ImportedKind {
  /** The name of its definition. */
  readonly definition: string;
  readonly node: Node;
}

/** All kinds of Kubernetes' own that a minor serves, `1.35`. */
export function builtinKindsOf(kubernetes: string): readonly BuiltinKind[] {
  const minor = minorOf(kubernetes);
  return builtinKinds().flatMap(({ group, kind, versions }) =>
    versions
      .filter(({ minors }) => isWithin(minors, minor))
      .map(({ version, status: hasStatus, definition }): BuiltinKind => {
        const node = prepare({ $ref: definition }, scopeIn(minor));
        const digest = digestOf([...definitionsIn(node)].sort().map((name) => [name, definitionIn(minor, name)]));
        return { group, version, kind, definition, node, hasStatus, digest, ...deprecationOf({ group, version, kind }, minor) };
      }),
  );
}

function deprecationOf(kind: { readonly group: string; readonly version: string; readonly kind: string }, minor: number) {
  const { deprecated, replacement } = lifecycleOf(kind) ?? {};
  if (deprecated === undefined || deprecated > minor) return {};
  return { deprecation: `since Kubernetes 1.${deprecated}${replacement === undefined ? '' : `: use ${replacement}`}` };
}

/** The names of the definitions that `node` is made of. */
function definitionsIn(node: Node, found: Set<string> = new Set()): ReadonlySet<string> {
  if (node.definition !== undefined) {
    if (found.has(node.definition)) return found;
    found.add(node.definition);
  }
  for (const name of Object.keys(node.schema.properties ?? {})) definitionsIn(node.field(name) as Node, found);
  const rest = node.rest?.();
  return rest === undefined ? found : definitionsIn(rest, found);
}
