import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type JsonObject, objectAt } from '../../src/model/json.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { groupOf } from '../../src/model/ref.ts';
import { builtinKind } from '../../src/schema/kinds.ts';
import { go } from '../controlplane/go.ts';
import { controlPlanePrograms, kubernetesVersion } from '../controlplane/programs.ts';
import { namespace } from './samples.ts';

/** The Go modules whose serialization tests have an object of every kind, with a value in every field. */
const modules = [
  { name: 'k8s.io/api', folder: 'testdata/HEAD' },
  { name: 'k8s.io/apiextensions-apiserver', folder: 'pkg/apis/testdata/HEAD' },
];

/** What there is of them. */
export interface Testdata {
  /** Of kinds that can be applied. */
  readonly objects: readonly Manifest[];
  /** The files of what is only asked, or belongs to another object. */
  readonly others: readonly string[];
}

/** Reads the objects of the release that the control plane is of. Throws a Failure where there is no Go, or no module. */
export async function readTestdata(): Promise<Testdata> {
  const folders = await Promise.all(modules.map(async ({ name, folder }) => join(await moduleFolder(name), folder)));
  const files = folders.flatMap((folder) =>
    readdirSync(folder)
      .sort()
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => join(folder, file)),
  );
  const read = files.map((file) => ({ file, manifest: parse(readFileSync(file, 'utf8')) as Manifest }));
  return {
    objects: read.filter(({ manifest }) => isApplied(manifest)).map(({ manifest }) => placed(manifest)),
    others: read.filter(({ manifest }) => !isApplied(manifest)).map(({ file }) => file.replace(/^.*\/|\.yaml$/g, '')),
  };
}

async function moduleFolder(name: string): Promise<string> {
  const folder = join(controlPlanePrograms.home, 'kubernetes');
  const said = await go({
    args: ['mod', 'download', '-json', `${name}@${kubernetesVersion.replace('v1', 'v0')}`],
    folder,
    env: process.env,
  });
  return (JSON.parse(said) as { readonly Dir: string }).Dir;
}

/** Options of requests have no kind. */
function isApplied({ apiVersion, kind }: Partial<Manifest>): boolean {
  if (apiVersion === undefined || kind === undefined) return false;
  return builtinKind({ group: groupOf(apiVersion), kind }) !== undefined;
}

/** Names that tell something. All other objects have one name. */
const names: Readonly<Record<string, string>> = { IPAddress: '192.0.2.1', CustomResourceDefinition: 'plurals.differential.example.com' };

/** Fields of a pod that name what must be there, where a pod is admitted. */
const named: readonly string[] = [
  'serviceAccountName',
  'serviceAccount',
  'priorityClassName',
  'priority',
  'preemptionPolicy',
  'runtimeClassName',
  'overhead',
];

/** As an author would write it: without what only the server knows, and with a selector that selects. */
function placed({ metadata, ...manifest }: Manifest): Manifest {
  const { annotations, finalizers, labels, ownerReferences } = metadata;
  const where = builtinKind({ group: groupOf(manifest.apiVersion), kind: manifest.kind })?.namespaced === true ? { namespace } : {};
  const name = names[manifest.kind] ?? 'testdata';
  const spec = 'spec' in manifest ? { spec: specOf(manifest.kind, objectAt(manifest, 'spec')) } : {};
  return { ...manifest, ...spec, metadata: { name, ...where, annotations, finalizers, labels, ownerReferences } } as Manifest;
}

function specOf(kind: string, spec: JsonObject): JsonObject {
  if (kind === 'Pod') return Object.fromEntries(Object.entries(spec).filter(([key]) => !named.includes(key)));
  const labels = objectAt(spec, 'template', 'metadata', 'labels');
  if (!('selector' in spec) || !('template' in spec)) return spec;
  return { ...spec, selector: kind === 'ReplicationController' ? labels : { matchLabels: labels } };
}
