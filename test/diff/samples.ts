import { parseManifest } from '../../src/codec/yaml-read.ts';
import { compilersHiding } from '../../src/commands/hiding.ts';
import type { Origin } from '../../src/diff/report.ts';
import type { ComparedTree } from '../../src/diff/tree.ts';
import { type Manifest, refOf } from '../../src/model/manifest.ts';
import { formatGroupKind, keyOf } from '../../src/model/ref.ts';
import { byPath, type IndexedObject, type RenderedIndex, usualIndex, usualRules } from '../../src/model/rendered.ts';

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
      ...usualIndex,
      environment: 'prod',
      cluster: 'eu-1',
      kubernetes: '1.35',
      objects: objects.map((object) => indexed(object, chartOf(object), rulesOf(object))).sort(byPath),
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

/** What a tree is that is no commit. */
export const origin = (name: string): Origin => ({ name, commit: null });

/** What the command hides. */
export const hiding = compilersHiding();

/** One of many applications: what a proposal is full of. */
function application(i: number, version: number): readonly Manifest[] {
  const name = `app-${i}`;
  const labels = { app: name, version: String(version) };
  const container = {
    name: 'web',
    image: `ghcr.io/acme/${name}:1.${version}@sha256:${String(version).repeat(64)}`,
    securityContext: { runAsNonRoot: true, allowPrivilegeEscalation: false },
    env: [{ name: 'LEVEL', value: 'info' }],
  };
  const metadata = { name, namespace: 'shop', labels };
  const spec = {
    replicas: 3,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels }, spec: { containers: [container] } },
  };
  return [
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec },
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { type: 'ClusterIP', selector: { app: name }, ports: [{ port: 80 }] } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { settings: `level: info\nversion: ${version}\n` } },
    { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata, spec: { storageClassName: 'fast' } },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata,
      spec: { podSelector: { matchLabels: { app: name } }, ingress: [{ from: [{ podSelector: {} }] }] },
    },
  ];
}

/** As many of them, five objects each. */
export const applications = (count: number, version: number): readonly Manifest[] =>
  Array.from({ length: count }, (_, i) => application(i, version)).flat();
