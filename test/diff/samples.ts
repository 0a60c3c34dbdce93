import { parseManifest } from '../../src/codec/yaml-read.ts';
import type { ComparedTree } from '../../src/diff/tree.ts';
import { type Manifest, refOf } from '../../src/model/manifest.ts';
import { formatGroupKind, keyOf } from '../../src/model/ref.ts';
import { byPath, type IndexedObject, type RenderedIndex, usualRules } from '../../src/model/rendered.ts';

/** The manifest that a YAML text is. */
export function manifest(text: string): Manifest {
  const read = parseManifest(text);
  if (!read.ok) throw new Error(`${read.message}\n${text}`);
  return read.value;
}

/** The manifests of a text with `---` between them. */
export function manifests(text: string): readonly Manifest[] {
  return text
    .split(/^---\n/m)
    .filter((one) => one.trim() !== '')
    .map(manifest);
}

/** A tree of manifests, all of one chart unless told otherwise. */
export function treeOf(
  objects: readonly Manifest[],
  given: Partial<RenderedIndex> & {
    readonly chartOf?: (object: Manifest) => string;
    readonly rulesOf?: (object: Manifest) => Partial<IndexedObject['rules']>;
  } = {},
): ComparedTree {
  const { chartOf = () => 'shop', rulesOf = () => ({}), ...index } = given;
  return {
    index: {
      environment: 'prod',
      cluster: 'eu-1',
      kubernetes: '1.35',
      objects: objects.map((object) => indexed(object, chartOf(object), rulesOf(object))).sort(byPath),
      access: [],
      approvals: [],
      adopt: [],
      handOver: [],
      health: [],
      syncWindows: [],
      preflight: 'all',
      onFailure: 'stay',
      removed: undefined,
      ...index,
    },
    manifests: new Map(objects.map((object) => [keyOf(refOf(object)), object])),
  };
}

function indexed(object: Manifest, chart: string, rules: Partial<IndexedObject['rules']>): IndexedObject {
  const ref = refOf(object);
  const path = `${chart}/${formatGroupKind(ref).toLowerCase()}.${ref.namespace || '_cluster'}.${ref.name}.yaml`;
  return {
    path,
    ref,
    apiVersion: object.apiVersion,
    sha256: '',
    construct: `${chart}/${ref.name}`,
    wave: 0,
    dependsOn: [],
    slice: '',
    rules: { ...usualRules, ...rules },
  };
}
