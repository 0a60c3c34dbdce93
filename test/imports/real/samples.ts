import type { ImportedKind } from '../../../src/imports/kind.ts';
import { apiVersionOf } from '../../../src/imports/kind.ts';
import { classNames } from '../../../src/imports/modules.ts';
import { importedNames } from '../../../src/imports/names.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import type { Manifest } from '../../../src/model/manifest.ts';
import type { Made } from './chart.ts';
import { maximal } from './maximal.ts';

/** What a kind is made as, and what is to come of it. */
export interface Sample extends Made {
  readonly kind: ImportedKind;
  readonly manifest: Manifest;
}

function sampleOf(kind: ImportedKind, { module, className }: Pick<Made, 'module' | 'className'>, namespace: string | undefined): Sample {
  const whole = kind.node === undefined ? {} : (maximal(kind.node) as JsonObject);
  const { apiVersion: _, kind: __, metadata: ___, status, ...rest } = whole;
  const metadata = {
    name: `sample-${kind.version}`,
    ...(namespace === undefined ? {} : { namespace }),
    labels: { a: 'b' },
    annotations: { c: 'd' },
    finalizers: ['sample.example.com/kept'],
    ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'a', uid: 'b', controller: true, blockOwnerDeletion: false }],
  };
  const props = { metadata, ...rest, ...(kind.hasStatus || status === undefined ? {} : { status }) } as unknown as JsonObject;
  return { kind, module, className, props, manifest: { apiVersion: apiVersionOf(kind), kind: kind.kind, ...props } as unknown as Manifest };
}

/** A sample of each of `kinds`, by module: an object with a value in every field. */
export function samplesOf<K extends ImportedKind>(
  kinds: readonly K[],
  { moduleOf, namespaceOf }: { readonly moduleOf: (group: string) => string; readonly namespaceOf: (kind: K) => string | undefined },
): readonly Sample[] {
  const groups = [...new Set(kinds.map(({ group }) => group))].sort();
  return groups.flatMap((group) => {
    const inGroup = kinds.filter((kind) => kind.group === group);
    return classNames(inGroup, new Set(importedNames)).map(({ kind, className }) =>
      sampleOf(kind, { module: moduleOf(group), className }, namespaceOf(kind)),
    );
  });
}

/** Tells samples apart. */
export function keyOf({ apiVersion, kind, metadata }: Manifest): string {
  return `${apiVersion}/${kind}/${metadata.name}`;
}
