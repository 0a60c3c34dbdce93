import { createHash } from 'node:crypto';
import { readIndex } from '../codec/index-file.ts';
import { parseManifest } from '../codec/yaml-read.ts';
import { partOfLabel } from '../model/applyset.ts';
import type { ObjectProblem } from '../model/event.ts';
import { type Manifest, refOf } from '../model/manifest.ts';
import type { DesiredObject, Live, Refusal } from '../model/plan.ts';
import { formatRef, keyOf } from '../model/ref.ts';
import { indexPath } from '../model/rendered.ts';
import type { RenderedSource } from '../ports.ts';
import { type DesiredTree, desiredTree } from '../reconcile/desired.ts';

/** What `commit` wants: its index, joined with its files. No manifest is read. */
export async function readTree(source: RenderedSource, commit: string): Promise<DesiredTree | Refusal> {
  const files = await source.files(commit);
  const file = files.find((entry) => entry.path === indexPath);
  if (file === undefined) return notRendered(`it has no \`${indexPath}\``);
  const index = readIndex((await source.read(file.blob)).toString('utf8'));
  return index.ok ? desiredTree(commit, index.value, files) : notRendered(`in its \`${indexPath}\`, ${index.message}`);
}

/** A manifest, or what is wrong with its file. */
export type ReadManifest = { readonly ok: true; readonly value: Manifest } | { readonly ok: false; readonly problem: ObjectProblem };

/** The manifest of one object, or what is wrong with its file. */
export async function readDesired(source: RenderedSource, desired: DesiredObject): Promise<ReadManifest> {
  const { ref, path } = desired;
  const wrong = (message: string): ReadManifest => ({ ok: false, problem: { ref, path, message } });
  const bytes = await source.read(desired.blob);
  const digest = createHash('sha256').update(bytes).digest('hex');
  if (digest !== desired.sha256) return wrong('the file is not as it was published: its digest is not the one in the index');
  const read = parseManifest(bytes.toString('utf8'));
  if (!read.ok) return wrong(read.line === undefined ? read.message : `line ${read.line}: ${read.message}`);
  const found = refOf(read.value);
  if (keyOf(found) === keyOf(ref) && read.value.apiVersion === desired.apiVersion) return { ok: true, value: read.value };
  const [is, should] = [`\`${formatRef(found)}\` of \`${read.value.apiVersion}\``, `\`${formatRef(ref)}\` of \`${desired.apiVersion}\``];
  return wrong(`the file holds ${is}, the index says ${should}`);
}

/**
 * `manifest` as it is applied: a member of the ApplySet `setId`, and with the preconditions that hold for `live`: the
 * API server refuses when another object, or another state of it, stands there by now.
 */
export function toApply(
  manifest: Manifest,
  setId: string,
  live?: Pick<Live, 'fingerprint'> & { readonly resourceVersion?: string },
): Manifest {
  const { metadata } = manifest;
  return {
    ...manifest,
    metadata: {
      ...metadata,
      labels: { ...metadata.labels, [partOfLabel]: setId },
      ...(live === undefined ? {} : { uid: live.fingerprint.uid }),
      ...(live?.resourceVersion === undefined ? {} : { resourceVersion: live.resourceVersion }),
    },
  };
}

function notRendered(message: string): Refusal {
  return {
    code: 'branch-not-rendered',
    message: `the commit is not a rendered environment: ${message}`,
    help: 'revert it, or publish the environment again: `lockstep publish <environment>`',
  };
}
