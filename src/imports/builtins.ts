import { compareText } from '../model/ref.ts';
import type { RenderedFile } from '../model/rendered.ts';
import { minorOf, scopeIn } from '../schema/builtin.ts';
import { prepare } from '../schema/node.ts';
import { builtinKindsOf } from './builtin-kinds.ts';
import { type BuiltinNames, builtinNames, type Named } from './builtin-names.ts';
import { fieldsOf, metadataName, propsOf } from './fields.ts';
import { apiVersionOf } from './kind.ts';
import { printModule } from './print.ts';
import { type Declaration, isOpen, type NameOf } from './types.ts';

/** The modules of the kinds of a minor: one for each group, and one for what belongs to none. */
export function builtinModules(kubernetes: string): readonly RenderedFile[] {
  const kinds = builtinKindsOf(kubernetes);
  const minor = minorOf(kubernetes);
  const names = builtinNames(kinds, minor);
  const used: Used = { definitions: new Set(), modules: new Map() };
  const classes = kinds.map((kind) => {
    const { module, name } = names.classes.get(kind.definition) as Named;
    const fields = propsOf(kind.node, { hasStatus: kind.hasStatus, nameOf: nameIn(module, names, used) });
    const declarations = [{ name: `${name}Props`, fields, isOpen: false }];
    return { module, name, apiVersion: apiVersionOf(kind), kind: kind.kind, deprecation: kind.deprecation, declarations };
  });
  const declarations: (Declaration & Named)[] = [];
  // More of them are used while these are declared.
  for (const definition of used.definitions) {
    const { module, name } = names.definitions.get(definition) as Named;
    const node = prepare({ $ref: definition }, scopeIn(minor));
    declarations.push({ module, name, fields: fieldsOf(node, { path: [], nameOf: nameIn(module, names, used) }), isOpen: isOpen(node) });
  }
  const modules = [...new Set([...classes, ...declarations].map(({ module }) => module))];
  return modules.sort().map((module) => ({
    path: `kubernetes-${kubernetes}/${module}.ts`,
    text: printModule({
      origin: `Kubernetes ${kubernetes}`,
      modules: Object.fromEntries([...(used.modules.get(module) ?? [])].sort().map((other) => [aliasOf(other), `./${other}.js`])),
      classes: sortedOf(module, classes),
      declarations: sortedOf(module, declarations),
    }),
  }));
}

/** What is used while types are named. */
interface Used {
  /** What has to be declared. */
  readonly definitions: Set<string>;
  /** By the name of a module, those that it takes types from. */
  readonly modules: Map<string, Set<string>>;
}

/** Names definitions as `module` does, and keeps what it uses. A whole object in another one may say what it is, and have a status. */
function nameIn(module: string, { classes, definitions }: BuiltinNames, used: Used): NameOf {
  return (node) => {
    const fixed = metadataName(node);
    if (fixed !== undefined) return fixed;
    const { definition = '' } = node;
    const whole = classes.get(definition);
    const named = whole ?? definitions.get(definition);
    if (named === undefined) return 'object';
    if (whole === undefined) used.definitions.add(definition);
    if (named.module !== module) used.modules.set(module, (used.modules.get(module) ?? new Set()).add(named.module));
    const name = named.module === module ? named.name : `${aliasOf(named.module)}.${named.name}`;
    return whole === undefined ? name : `${name}Props & { readonly apiVersion?: string; readonly kind?: string; readonly status?: object }`;
  };
}

/** What a module is called in others: `rbac` for `rbac.authorization.k8s.io`. */
function aliasOf(module: string): string {
  return module.split('.')[0] ?? module;
}

function sortedOf<T extends Named>(module: string, all: readonly T[]): readonly T[] {
  return all.filter((one) => one.module === module).toSorted((a, b) => compareText(a.name, b.name));
}
