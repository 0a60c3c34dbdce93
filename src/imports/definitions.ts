import type { Checked, Diagnostic, Place } from '../model/diagnostic.ts';
import { isObject, type Json, type JsonObject, listAt, objectAt, type Path, stringAt } from '../model/json.ts';
import { newestKubernetes } from '../model/kubernetes.ts';
import type { Manifest } from '../model/manifest.ts';
import { compareText, groupOf } from '../model/ref.ts';
import { sha256Of } from '../model/sha256.ts';
import { minorOf, scopeIn } from '../schema/builtin.ts';
import { type Node, prepare, type Scope, structuralScope } from '../schema/node.ts';
import { readSchema } from '../schema/read-schema.ts';
import type { ImportedKind } from './kind.ts';

/** An object, and where something in it stands. */
export interface WrittenObject {
  readonly manifest: Manifest;
  readonly placeOf: (path: Path) => Place;
}

/** Whether `manifest` is a CustomResourceDefinition, of whatever version. */
export function isDefinition({ apiVersion, kind }: Pick<Manifest, 'apiVersion' | 'kind'>): boolean {
  return kind === 'CustomResourceDefinition' && groupOf(apiVersion) === 'apiextensions.k8s.io';
}

/** The served versions of the kinds that CustomResourceDefinitions among `objects` define. */
export function kindsDefined(objects: readonly WrittenObject[]): Checked<readonly ImportedKind[]> {
  // What they have of Kubernetes' own is the metadata, which is the same in all minors.
  const scope = structuralScope(scopeIn(minorOf(newestKubernetes)));
  const read = objects.filter(({ manifest }) => isDefinition(manifest)).map((object) => readDefinition(object, scope));
  return { value: read.flatMap(({ value }) => value), diagnostics: read.flatMap(({ diagnostics }) => diagnostics) };
}

/** A group is a DNS subdomain: it becomes the name of a file. */
const groupForm = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/;

/** A kind in lower case is a DNS label. */
const kindForm = /^[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

const versionForm = /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

function readDefinition({ manifest, placeOf }: WrittenObject, scope: Scope): Checked<readonly ImportedKind[]> {
  const { name } = manifest.metadata;
  const refuse = (code: 'import-definition-old' | 'import-definition-wrong', message: string, path: Path, help: string) => {
    const diagnostic: Diagnostic = { code, severity: 'error', message, at: placeOf(path), help };
    return { value: [], diagnostics: [diagnostic] };
  };
  if (manifest.apiVersion !== 'apiextensions.k8s.io/v1') {
    const message = `the definition \`${name}\` is of \`${manifest.apiVersion}\`, which no server takes since Kubernetes 1.22`;
    return refuse('import-definition-old', message, ['apiVersion'], 'take a newer release of whatever it belongs to');
  }
  const spec = objectAt(manifest, 'spec');
  const [group, kind] = [stringAt(spec, 'group') ?? '', stringAt(spec, 'names', 'kind') ?? ''];
  const complete = 'a definition has a group such as `example.com`, `names.kind`, and `versions` of which one is served';
  const served = [...listAt(spec, 'versions').entries()].filter(([, version]) => objectAt(version)['served'] === true);
  if (!groupForm.test(group))
    return refuse('import-definition-wrong', `the group of the definition \`${name}\` is none`, ['spec', 'group'], complete);
  if (!kindForm.test(kind))
    return refuse('import-definition-wrong', `the kind of the definition \`${name}\` is none`, ['spec', 'names', 'kind'], complete);
  if (served.length === 0)
    return refuse('import-definition-wrong', `the definition \`${name}\` serves no version`, ['spec', 'versions'], complete);
  const value = served.flatMap(([, version]) => versionOf(version, { group, kind, scope }));
  const untyped = served.filter(([i]) =>
    value.some(({ version, node }) => node === undefined && version === stringAt(spec, 'versions', i, 'name')),
  );
  return {
    value,
    diagnostics: untyped.map(([i, version]) => ({
      code: 'import-schema-missing',
      severity: 'warning',
      message: `\`${stringAt(version, 'name')}\` of \`${kind}\` has no schema: its fields have no types`,
      at: placeOf(['spec', 'versions', i]),
      help: 'take a newer release of whatever it belongs to: since Kubernetes 1.22 a server takes no definition without',
    })),
  };
}

function versionOf(
  version: Json,
  { group, kind, scope }: { readonly group: string; readonly kind: string; readonly scope: Scope },
): readonly ImportedKind[] {
  const written = objectAt(version);
  const name = stringAt(written, 'name') ?? '';
  if (!versionForm.test(name)) return [];
  const schema = objectAt(written, 'schema', 'openAPIV3Schema');
  const hasStatus = isObject(objectAt(written, 'subresources')['status']);
  const deprecation = written['deprecated'] === true ? (stringAt(written, 'deprecationWarning') ?? 'it is deprecated') : undefined;
  const description = stringAt(schema, 'description');
  return [
    {
      group,
      kind,
      version: name,
      node: nodeOf(schema, scope),
      hasStatus,
      ...(description === undefined ? {} : { description }),
      ...(deprecation === undefined ? {} : { deprecation }),
      digest: digestOf({ schema, hasStatus, deprecation }),
    },
  ];
}

function nodeOf(schema: JsonObject, scope: Scope): Node | undefined {
  const isSaid = ['properties', 'type', 'x-kubernetes-preserve-unknown-fields'].some((key) => schema[key] !== undefined);
  return isSaid ? prepare(readSchema(schema), scope) : undefined;
}

/** Hexadecimal digits of a hash by which versions of a kind are told apart. */
const digits = 12;

/** Some digits of the hash of what a construct is made of, in whatever order its keys are. */
export function digestOf(value: unknown): string {
  const text = JSON.stringify(value, (_, inner: unknown) =>
    isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => compareText(a, b))) : inner,
  );
  return sha256Of(text).slice(0, digits);
}
