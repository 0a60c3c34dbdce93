import type { Construct } from 'constructs';
import type { Checked, Diagnostic, Place } from '../../model/diagnostic.ts';
import type { IncludedObject, Rendering } from '../../model/inclusion.ts';
import { type Manifest, refOf } from '../../model/manifest.ts';
import { type KindTable, kindsServed } from '../served.ts';
import type { Tree } from '../tree.ts';
import { type Scheduled, scheduled, unhooked } from './hooks.ts';
import type { IncludedConstruct } from './inclusions.ts';
import { RenderedNode } from './node.ts';
import { withoutNulls } from './nulls.ts';
import { patchedObjects } from './patching.ts';
import { schemaTable } from './schemas.ts';

/** What came of rendering what is included, by the paths of the constructs. */
export type Renderings = ReadonlyMap<string, Rendering>;

/** The tree with a construct for each object that was rendered, below the one that includes it. */
export function joinRendered(
  tree: Tree,
  included: readonly IncludedConstruct[],
  { renderings, minor }: { readonly renderings: Renderings; readonly minor: number },
): Checked<Tree> {
  const all = [...renderings.values()].flatMap(({ objects }) => objects.map(({ manifest }) => manifest));
  const nodeOf = schemaTable(all, minor);
  const kinds = kindsServed(all);
  const diagnostics: Diagnostic[] = [];
  for (const one of included) {
    const rendering = renderings.get(one.inclusion.construct);
    if (rendering === undefined) continue;
    const { options, at } = one.included;
    const place = tree.placeOf(one.construct, at);
    const hooks = one.included.type === 'helm' ? scheduled(rendering, one.included.options) : unhooked(rendering);
    // Of what could not be rendered at all, patches can tell nothing.
    const isThere = rendering.objects.length > 0 || rendering.problems.length === 0;
    const objects = hooks.objects.map((scheduled) => flat(scheduled, (manifest) => withoutNulls(manifest, { nodeOf, minor })));
    const patched = patchedObjects(objects, isThere ? (options.patches ?? []) : [], nodeOf);
    diagnostics.push(
      ...hooks.problems.map(({ file, line, hook: _, ...problem }) => ({
        ...problem,
        at: file === undefined ? place : { ...here(place), file, ...(line === undefined ? {} : { line }) },
      })),
      ...patched.problems.map(({ at: point, ...problem }): Diagnostic => {
        return { severity: 'error', ...problem, at: tree.placeOf(one.construct, point ?? at) };
      }),
    );
    addNodes(one, patched.objects, { place, kinds });
  }
  return { value: { ...tree, constructs: tree.app.node.findAll().slice(1) }, diagnostics };
}

function here({ file: _, line: __, column: ___, ...rest }: Place): Place {
  return rest;
}

type Flat = IncludedObject & Omit<Scheduled, 'object'>;

function flat({ object, hook }: Scheduled, read: (manifest: Manifest) => Manifest): Flat {
  return { ...object, manifest: read(object.manifest), hook };
}

function addNodes(
  { construct, namespace }: IncludedConstruct,
  objects: readonly Flat[],
  { place, kinds }: { readonly place: Place; readonly kinds: KindTable },
): void {
  const ids = new Set<string>();
  const release = construct.node.path;
  for (const { manifest, hook } of objects) {
    const whole = kinds(refOf(manifest))?.namespaced === false ? manifest : withNamespace(manifest, namespace);
    const id = uniqueId(whole, ids);
    new RenderedNode(construct as Construct, id, {
      manifest: whole,
      namespace,
      hook: hook && { ...hook, release },
      place: () => ({ ...place, construct: `${release}/${id}` }),
    });
  }
}

function withNamespace(manifest: Manifest, namespace: string | undefined): Manifest {
  if (namespace === undefined || (manifest.metadata.namespace ?? '') !== '') return manifest;
  return { ...manifest, metadata: { ...manifest.metadata, namespace } };
}

/** Unique also where the same object is rendered twice: that is told later, as it is of all objects. */
function uniqueId(manifest: Manifest, taken: Set<string>): string {
  const { group, kind, namespace, name } = refOf(manifest);
  const id = [kind.toLowerCase(), group === '' ? 'core' : group, namespace === '' ? '_cluster' : namespace, name].join('.');
  let unique = id;
  for (let i = 2; taken.has(unique); i++) unique = `${id}.${i}`;
  taken.add(unique);
  return unique;
}
