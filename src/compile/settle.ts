import { writeYaml } from '../codec/yaml-write.ts';
import { isObject, type JsonObject } from '../model/json.ts';
import { type Manifest, refOf } from '../model/manifest.ts';
import { formatGroupKind } from '../model/ref.ts';
import { sha256Of } from '../model/sha256.ts';
import type { Draft } from './draft.ts';
import type { KindTable } from './served.ts';

/** Names of Jobs become a label of their pods, which takes this much. */
const maxJobName = 63;

/**
 * The manifests as they are rendered: without the chart's namespace on kinds that have none, Secrets with `data` only, and
 * Jobs named after their content, so that one runs again when it changes and only then.
 */
export function settle(drafts: readonly Draft[], kinds: KindTable): readonly Draft[] {
  return drafts.map((draft) => {
    const scoped = withoutDefaultNamespace(draft, kinds);
    switch (formatGroupKind(refOf(scoped))) {
      case 'Secret':
        return { ...draft, manifest: withData(scoped) };
      case 'Job.batch':
        return { ...draft, manifest: namedByContent(scoped) };
      default:
        return scoped === draft.manifest ? draft : { ...draft, manifest: scoped };
    }
  });
}

/** cdk8s puts a chart's namespace on every object. A namespace that the author wrote otherwise stays, and is an error later. */
function withoutDefaultNamespace({ manifest, chart }: Draft, kinds: KindTable): Manifest {
  const { namespace, ...metadata } = manifest.metadata;
  if (namespace === undefined || namespace !== chart.namespace || kinds(refOf(manifest))?.namespaced !== false) return manifest;
  return { ...manifest, metadata: { ...metadata, name: manifest.metadata.name } };
}

/** As the API server would store it: `stringData` wins over `data` (core/v1 Secret). Base64 is RFC 4648, of UTF-8. */
function withData(manifest: Manifest): Manifest {
  const { stringData, ...rest } = manifest;
  if (!isObject(stringData)) return manifest;
  const encoded = Object.entries(stringData).map(([key, text]) => [key, Buffer.from(String(text), 'utf8').toString('base64')]);
  const data: JsonObject = isObject(rest['data']) ? rest['data'] : {};
  return {
    ...rest,
    apiVersion: manifest.apiVersion,
    kind: manifest.kind,
    metadata: manifest.metadata,
    data: { ...data, ...Object.fromEntries(encoded) },
  };
}

function namedByContent(manifest: Manifest): Manifest {
  const suffix = `-${sha256Of(writeYaml(manifest)).slice(0, 8)}`;
  const name = `${manifest.metadata.name.slice(0, maxJobName - suffix.length).replace(/[.-]+$/, '')}${suffix}`;
  return { ...manifest, metadata: { ...manifest.metadata, name } };
}
