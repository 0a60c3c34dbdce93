import type { Node } from '../schema/node.ts';
import { isOptionalInCode, isTakenInCode } from '../schema/optional.ts';
import { type Field, type NameOf, typeOf } from './types.ts';

/** The definition that all objects have of their own: it is the same in all versions, and written by hand. */
const objectMeta = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** The type of `metadata`, if `node` is that. */
export function metadataName({ definition }: Node): string | undefined {
  return definition === objectMeta ? 'ObjectMeta' : undefined;
}

/** The fields of the object that `node` is, sorted, but for those that `skipped` names. */
export function fieldsOf(
  node: Node,
  { path, nameOf, skipped = [] }: { readonly path: readonly string[]; readonly nameOf: NameOf; readonly skipped?: readonly string[] },
): readonly Field[] {
  const names = Object.keys(node.schema.properties ?? {})
    .filter((name) => !skipped.includes(name))
    .sort();
  return names.flatMap((name): readonly Field[] => {
    const field = node.field(name);
    if (field === undefined) return [];
    const type = typeOf(field, [...path, name], nameOf);
    const { description, default: value } = field.schema;
    // The zero values that Kubernetes' own schemas call defaults tell nothing.
    const told = node.structural ? { description, default: value } : {};
    const isBlank = field.schema.enum !== undefined && isTakenInCode(node.definition, name, '');
    // Every object has these, as functions: a type of their own would fit none.
    if (name in {}) return [{ name, type: 'unknown', isRequired: false, ...told }];
    return [{ name, type: isBlank ? `${type} | ''` : type, isRequired: isRequired(node, name), ...told }];
  });
}

/** Whether the API server refuses the object without the field: it fills in defaults of custom resources before it looks. */
function isRequired(node: Node, name: string): boolean {
  if (node.schema.required?.includes(name) !== true) return false;
  if (node.structural) return node.field(name)?.schema.default === undefined;
  return !isOptionalInCode(node.definition, name, []);
}

/** `Props` of a whole object: what makes it this one is given by its class, and its status is not its author's. */
export function propsOf(node: Node, { hasStatus, nameOf }: { readonly hasStatus: boolean; readonly nameOf: NameOf }): readonly Field[] {
  const skipped = ['apiVersion', 'kind', 'metadata', ...(hasStatus ? ['status'] : [])];
  return [metadata, ...fieldsOf(node, { path: [], nameOf, skipped })];
}

/** The metadata of whatever object: a name is made of the place in the chart where none is given. */
export const metadata: Field = { name: 'metadata', type: 'ObjectMeta', isRequired: false };
