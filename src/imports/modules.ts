import { compareText } from '../model/ref.ts';
import type { RenderedFile } from '../model/rendered.ts';
import { customDeclarations } from './custom.ts';
import { apiVersionOf, compareVersions, type ImportedKind } from './kind.ts';
import { importedNames, pascal, takeName, versionSuffix } from './names.ts';
import { type ClassText, printModule } from './print.ts';

/** The kinds of a group, each with the name of its class: the version that Kubernetes prefers has that of the kind, others are suffixed. */
export function classNames<K extends Pick<ImportedKind, 'kind' | 'version' | 'deprecation'>>(
  kinds: readonly K[],
  taken: Set<string>,
): readonly { readonly kind: K; readonly className: string }[] {
  const sorted = kinds.toSorted((a, b) => compareText(a.kind, b.kind) || compareVersions(a, b));
  return sorted.map((kind, i) => {
    const base = pascal(kind.kind);
    const name = sorted[i - 1]?.kind === kind.kind ? base + versionSuffix(kind.version) : base;
    const className = takeName([name, `${name}Object`], taken);
    taken.add(`${className}Props`);
    return { kind, className };
  });
}

/** The module of the custom resources of a group. `origin` says what it is made of. */
export function customModule(group: string, kinds: readonly ImportedKind[], origin: string): RenderedFile {
  const taken = new Set(importedNames);
  const classes = classNames(kinds, taken).map(({ kind, className }): ClassText => {
    const { description, deprecation } = kind;
    const declarations = customDeclarations(kind, { className, taken });
    return { name: className, apiVersion: apiVersionOf(kind), kind: kind.kind, description, deprecation, declarations };
  });
  return { path: `${group}.ts`, text: printModule({ origin, classes }) };
}
