import { at, type JsonObject, objectAt, stringAt } from '../../../../model/json.ts';
import { type Manifest, refOf } from '../../../../model/manifest.ts';
import { formatGroupKind, groupOf, versionOf } from '../../../../model/ref.ts';
import { objectWithDefaults } from '../../../../schema/cel/defaults.ts';
import { type Structure, structureOf } from '../../../../schema/cel/structure.ts';
import { builtinKind } from '../../../../schema/kinds.ts';
import { definedKind, isDefinition, type KindTable } from '../../../served.ts';
import type { Candidate } from './matching.ts';
import type { Knowledge } from './seen.ts';
import type { Labels } from './selectors.ts';

/** The objects of an environment, as policies meet them. */
export interface Surroundings {
  readonly manifests: readonly Manifest[];
  /** An object that is about to be created; undefined when nothing is known of its kind. */
  readonly candidate: (manifest: Manifest) => Candidate | undefined;
  /** A Namespace of the environment. */
  readonly namespace: (name: string) => Manifest | undefined;
  /** An object with the defaults of its schema, and what is known of its other fields. */
  readonly withDefaults: (manifest: Manifest) => { readonly object: JsonObject; readonly knowledge: Knowledge };
}

/** The label that every Namespace has. */
const nameLabel = 'kubernetes.io/metadata.name';

/** Looks up what policies need in the objects of an environment. */
export function surroundingsOf(manifests: readonly Manifest[], kinds: KindTable): Surroundings {
  const namespaces = new Map(manifests.filter(isNamespace).map((manifest) => [manifest.metadata.name, withNameLabel(manifest)]));
  const structures = new Map(manifests.filter(isDefinition).flatMap(structuresOf));
  return {
    manifests,
    namespace: (name) => namespaces.get(name),
    candidate: (manifest) => {
      const ref = refOf(manifest);
      const kind = kinds(ref);
      if (kind === undefined) return undefined;
      const namespace = kind.namespaced ? ref.namespace : '';
      const own = isNamespace(manifest) ? withNameLabel(manifest) : manifest;
      const around = isNamespace(manifest) ? own : namespaces.get(namespace);
      return { manifest: own, kind, namespace, labels: labelsOf(own), namespaceLabels: labelsAround(namespace, around) };
    },
    withDefaults: (manifest) => {
      const ref = refOf(manifest);
      const lacksNamespace = ref.namespace === '' && kinds(ref)?.namespaced === true;
      const isBuiltin = builtinKind(ref) !== undefined;
      if (isBuiltin) return { object: manifest, knowledge: { of: 'built-in', isPod: manifest.kind === 'Pod', lacksNamespace } };
      const structure = structures.get(structureKey(manifest));
      return structure === undefined
        ? { object: manifest, knowledge: { of: 'unknown', lacksNamespace } }
        : { object: objectWithDefaults(manifest, structure), knowledge: { of: 'custom', lacksNamespace } };
    },
  };
}

function isNamespace({ apiVersion, kind }: Manifest): boolean {
  return apiVersion === 'v1' && kind === 'Namespace';
}

function withNameLabel(manifest: Manifest): Manifest {
  const { metadata } = manifest;
  return { ...manifest, metadata: { ...metadata, labels: { ...metadata.labels, [nameLabel]: metadata.name } } };
}

function labelsOf(manifest: Manifest): Labels {
  const labels = Object.entries(objectAt(manifest, 'metadata', 'labels')).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return { known: Object.fromEntries(labels), isComplete: true };
}

/** Of a Namespace that is not among the objects only its name is known. */
function labelsAround(name: string, namespace: Manifest | undefined): Labels {
  if (name === '') return { known: {}, isComplete: false };
  return namespace === undefined ? { known: { [nameLabel]: name }, isComplete: false } : labelsOf(namespace);
}

function structuresOf(definition: Manifest): readonly (readonly [key: string, structure: Structure])[] {
  const kind = formatGroupKind(definedKind(definition));
  const versions = at(definition, 'spec', 'versions');
  if (!Array.isArray(versions)) return [];
  return versions.map(
    (version) => [`${kind}/${stringAt(version, 'name')}`, structureOf(at(version, 'schema', 'openAPIV3Schema'))] as const,
  );
}

function structureKey({ apiVersion, kind }: Manifest): string {
  const group = groupOf(apiVersion);
  return `${formatGroupKind({ group, kind })}/${versionOf(apiVersion)}`;
}
