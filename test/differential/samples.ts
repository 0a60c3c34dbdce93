import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Manifest } from '../../src/model/manifest.ts';
import { groupOf } from '../../src/model/ref.ts';
import { builtinKind } from '../../src/schema/kinds.ts';

/** The namespace that everything is tried in. */
export const namespace = 'differential';

/** Valid objects of all kinds, each with many of its fields: what changes are made to. */
export function readSamples(): readonly Manifest[] {
  const folder = 'test/differential/samples';
  return readdirSync(folder)
    .sort()
    .flatMap((name) => parseAllDocuments(readFileSync(join(folder, name), 'utf8')))
    .map((document) => placed(document.toJS() as Manifest));
}

/** `manifest` in the namespace that everything is tried in. Custom resources are all namespaced. */
export function placed(manifest: Manifest): Manifest {
  const { apiVersion, kind, metadata } = manifest;
  const isNamespaced = builtinKind({ group: groupOf(apiVersion), kind })?.namespaced ?? true;
  return isNamespaced ? { ...manifest, metadata: { ...metadata, namespace } } : manifest;
}
