import type { Embedded, EmbeddedKind, Minors, ServedVersion, Variant } from '../../src/schema/embedded.ts';
import type { Schema } from '../../src/schema/schema.ts';
import type { Release, ReleasedKind } from './release.ts';

/** A release and the minor that it belongs to. */
export interface Dated {
  /** `1.35.4`. */
  readonly release: string;
  readonly read: Release;
}

/** What all releases say, each thing once with the minors that it holds in. `dated` is sorted, oldest first. */
export function merge(dated: readonly Dated[]): Embedded {
  return {
    releases: dated.map(({ release }) => release),
    kinds: mergeKinds(dated),
    definitions: mergeDefinitions(dated),
    lifecycles: Object.fromEntries([...dated.flatMap(({ read }) => [...read.lifecycles])].sort(byKey)),
  };
}

/** The minor of Kubernetes 1 that `1.35.4` is a patch of: 35. */
function minorOf(release: string): number {
  return Number(release.split('.')[1]);
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function mergeKinds(dated: readonly Dated[]): readonly EmbeddedKind[] {
  const found = new Map<string, ReleasedKind & { readonly versions: ServedVersion[] }>();
  for (const { release, read } of dated) {
    for (const kind of read.kinds) {
      const key = `${kind.group}/${kind.kind}`;
      const versions = found.get(key)?.versions ?? [];
      const { version, status, definition } = kind;
      const before = versions.findIndex(
        (one) => one.version === version && one.status === status && one.minors[1] === minorOf(release) - 1,
      );
      const minors: Minors = [versions[before]?.minors[0] ?? minorOf(release), minorOf(release)];
      versions.splice(before < 0 ? versions.length : before, 1, { version, minors, status, definition });
      found.set(key, { ...kind, versions });
    }
  }
  return [...found].sort(byKey).map(([, { group, kind, plural, namespaced, versions }]) => ({ group, kind, plural, namespaced, versions }));
}

function mergeDefinitions(dated: readonly Dated[]): Embedded['definitions'] {
  const found = new Map<string, Variant[]>();
  for (const { release, read } of dated) {
    const minor = minorOf(release);
    for (const [name, schema] of read.definitions) {
      const variants = found.get(name) ?? [];
      const last = variants.at(-1);
      if (last?.minors[1] === minor - 1 && isSame(last.schema, schema)) {
        variants.splice(-1, 1, { minors: [last.minors[0], minor], schema });
      } else variants.push({ minors: [minor, minor], schema });
      found.set(name, variants);
    }
  }
  return Object.fromEntries([...found].sort(byKey));
}

function isSame(a: Schema, b: Schema): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
