import type { Checked, Diagnostic } from '../model/diagnostic.ts';
import type { RenderedFile } from '../model/rendered.ts';
import { builtinModules } from './builtins.ts';
import { type ImportedKind, nameOfKind } from './kind.ts';
import { customModule } from './modules.ts';
import { kubernetesOf } from './sources.ts';

/** What was read of a source. */
export interface ReadSource {
  readonly name: string;
  /** Of what was read, in hexadecimal. */
  readonly sha256: string;
  readonly kinds: readonly ImportedKind[];
}

/** What is made of sources: files, by their paths from the lock. */
export function filesMade(read: readonly ReadSource[]): Checked<readonly RenderedFile[]> {
  const builtin = read.flatMap(({ name }) => {
    const kubernetes = kubernetesOf(name);
    return kubernetes === undefined ? [] : builtinModules(kubernetes);
  });
  const owned = read
    .filter(({ name }) => kubernetesOf(name) === undefined)
    .flatMap(({ name, kinds }) => kinds.map((kind) => ({ source: name, kind })));
  const { value: unique, diagnostics } = onceEach(owned);
  const groups = [...new Set(unique.map(({ kind }) => kind.group))].sort();
  const custom = groups.map((group) => {
    const inGroup = unique.filter(({ kind }) => kind.group === group);
    const origin = [...new Set(inGroup.map(({ source }) => source))].sort().join(', ');
    return customModule(
      group,
      inGroup.map(({ kind }) => kind),
      origin,
    );
  });
  return { value: [...builtin, ...custom], diagnostics };
}

interface Owned {
  readonly source: string;
  readonly kind: ImportedKind;
}

/** A source may have the same definition in two files. */
function onceEach(owned: readonly Owned[]): Checked<readonly Owned[]> {
  const first = new Map<string, Owned>();
  const diagnostics: Diagnostic[] = [];
  for (const one of owned) {
    const name = nameOfKind(one.kind);
    const before = first.get(name);
    if (before === undefined) first.set(name, one);
    else if (before.source !== one.source || before.kind.digest !== one.kind.digest)
      diagnostics.push(twice(name, before.source, one.source));
  }
  return { value: [...first.values()], diagnostics };
}

function twice(name: string, one: string, other: string): Diagnostic {
  const message =
    one === other
      ? `\`${one}\` defines \`${name}\` twice, each time otherwise`
      : `\`${name}\` is defined by \`${one}\` and by \`${other}\``;
  return { code: 'import-kind-twice', severity: 'error', message, at: {}, help: 'import one of them: name its file instead of its folder' };
}
