import { compareText } from '../model/ref.ts';
import { definitionIn } from '../schema/builtin.ts';
import { readEmbedded } from '../schema/embedded.ts';
import type { BuiltinKind } from './builtin-kinds.ts';
import { compareVersions } from './kind.ts';
import { classNames } from './modules.ts';
import { importedNames, takeName, versionSuffix } from './names.ts';

/** A definition: the module that declares it, and its name there. */
export interface Named {
  readonly module: string;
  readonly name: string;
}

/** Where the definitions of a minor are declared, and under which names. */
export interface BuiltinNames {
  /** Of what is no kind. */
  readonly definitions: ReadonlyMap<string, Named>;
  /** Of the classes of kinds. */
  readonly classes: ReadonlyMap<string, Named>;
}

/** Names everything that the kinds of a minor are made of, each once: those of a group are in its module, what belongs to none in `meta`. */
export function builtinNames(kinds: readonly BuiltinKind[], minor: number): BuiltinNames {
  const groups = new Map(kinds.map(({ group, definition }) => [packageOf(definition), group]));
  const moduleFor = (definition: string): string => {
    const group = groups.get(packageOf(definition));
    return group === undefined ? 'meta' : group || 'core';
  };
  const taken = new Map<string, Set<string>>();
  const takenIn = (module: string): Set<string> => {
    const names = taken.get(module) ?? new Set(importedNames);
    taken.set(module, names);
    return names;
  };
  const classes = new Map<string, Named>();
  for (const group of new Set(kinds.map((kind) => kind.group))) {
    const module = group || 'core';
    const inGroup = kinds.filter((kind) => kind.group === group);
    for (const { kind, className } of classNames(inGroup, takenIn(module))) classes.set(kind.definition, { module, name: className });
  }
  const named = new Map<string, Named>();
  const definitions = Object.keys(readEmbedded().definitions).filter((name) => definitionIn(minor, name) !== undefined);
  for (const definition of definitions.toSorted(compareDefinitions)) {
    if (classes.has(definition)) continue;
    const module = moduleFor(definition);
    const [version = '', short = ''] = definition.split('.').slice(-2);
    named.set(definition, { module, name: takeName([short, short + versionSuffix(version)], takenIn(module)) });
  }
  return { definitions: named, classes };
}

/** The newest version of a definition first: it has the name. */
function compareDefinitions(a: string, b: string): number {
  const [versionA = '', versionB = ''] = [a, b].map((name) => name.split('.').at(-2));
  return compareText(packageOf(a), packageOf(b)) || compareVersions({ version: versionA }, { version: versionB }) || compareText(a, b);
}

/** `io.k8s.api.core` of `io.k8s.api.core.v1.PodSpec`. */
function packageOf(definition: string): string {
  return definition.split('.').slice(0, -2).join('.');
}
