import type { Node } from '../schema/node.ts';
import { fieldsOf, metadata, metadataName, propsOf } from './fields.ts';
import type { ImportedKind } from './kind.ts';
import { pascal, takeName } from './names.ts';
import { type Declaration, isOpen, type NameOf } from './types.ts';

/**
 * The interfaces that a custom resource is made of: its `Props` first, then those of the objects in it, the outer ones first. An object
 * is named by the class and its field, and by the fields around it where another object has that name. Equal ones in fields of one name
 * are declared once.
 */
export function customDeclarations(
  { node, hasStatus }: Pick<ImportedKind, 'node' | 'hasStatus'>,
  { className, taken }: { readonly className: string; readonly taken: Set<string> },
): readonly Declaration[] {
  const props = `${className}Props`;
  if (node === undefined) return [{ name: props, fields: [metadata], isOpen: true }];
  const waiting: Waiting[] = [];
  const known = new Map<string, string>();
  const nameOf: NameOf = (inner, path) => {
    const fixed = metadataName(inner);
    if (fixed !== undefined) return fixed;
    const key = JSON.stringify([path.at(-1), { ...inner.schema, description: undefined }]);
    const before = known.get(key);
    if (before !== undefined) return before;
    const name = takeName(
      path.map(
        (_, i) =>
          className +
          path
            .slice(path.length - 1 - i)
            .map(pascal)
            .join(''),
      ),
      taken,
    );
    known.set(key, name);
    waiting.push({ name, node: inner, path });
    return name;
  };
  const declarations: Declaration[] = [{ name: props, fields: propsOf(node, { hasStatus, nameOf }), isOpen: isOpen(node) }];
  for (const { name, node: inner, path } of waiting) {
    declarations.push({ name, fields: fieldsOf(inner, { path, nameOf }), isOpen: isOpen(inner) });
  }
  return declarations;
}

/** An object whose name is taken, and that is not declared yet. */
interface Waiting {
  readonly name: string;
  readonly node: Node;
  readonly path: readonly string[];
}
