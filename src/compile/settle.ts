import { isObject, type JsonObject } from '../model/json.ts';
import { type Manifest, refOf } from '../model/manifest.ts';
import { formatGroupKind } from '../model/ref.ts';
import type { Draft } from './draft.ts';
import { settleJobs } from './hooks/jobs.ts';
import type { KindTable } from './served.ts';

/**
 * The manifests as they are rendered: without the chart's namespace on kinds that have none, Secrets with `data` only, and
 * Jobs named after their content.
 */
export function settle(drafts: readonly Draft[], kinds: KindTable): readonly Draft[] {
  const settled = drafts.map((draft) => {
    const scoped = withoutDefaultNamespace(draft, kinds);
    if (formatGroupKind(refOf(scoped)) === 'Secret') return { ...draft, manifest: withData(scoped) };
    return scoped === draft.manifest ? draft : { ...draft, manifest: scoped };
  });
  return settleJobs(settled);
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
