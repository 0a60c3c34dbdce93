import assert from 'node:assert/strict';
import type { Answer, ApiError } from '../../../src/model/apierror.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { type LiveObject, type Manifest, refOf } from '../../../src/model/manifest.ts';
import { groupOf } from '../../../src/model/ref.ts';
import type { Applied, ApplyOptions, Cluster, PatchOperation } from '../../../src/ports.ts';
import { manager } from './subject.ts';

export async function applied(cluster: Cluster, manifest: Manifest, options: Partial<ApplyOptions> = {}): Promise<Applied> {
  return answered(await cluster.apply(manifest, { manager, ...options }));
}

export async function refusal(cluster: Cluster, manifest: Manifest, options: Partial<ApplyOptions> = {}): Promise<ApiError> {
  const answer = await cluster.apply(manifest, { manager, ...options });
  assert.ok(!answer.ok, 'the apply was not refused');
  return answer.error;
}

export async function got(cluster: Cluster, manifest: Manifest): Promise<LiveObject | undefined> {
  return answered(await cluster.get(manifest.apiVersion, refOf(manifest)));
}

export async function removed(cluster: Cluster, { apiVersion, kind, metadata }: LiveObject): Promise<'gone' | 'deleting'> {
  const ref = { group: groupOf(apiVersion), kind, namespace: metadata.namespace ?? '', name: metadata.name };
  return answered(await cluster.remove(apiVersion, ref, { uid: metadata.uid, resourceVersion: metadata.resourceVersion }));
}

export function answered<T>(answer: Answer<T>): T {
  assert.ok(answer.ok, answer.ok ? '' : `${answer.error.status} ${answer.error.message}`);
  return answer.value;
}

/** What our manager owns of `object`. */
export function ours(object: LiveObject | undefined): JsonObject | undefined {
  return object?.metadata.managedFields?.find((entry) => entry.manager === manager && entry.operation === 'Apply')?.fieldsV1;
}

export async function eventually(check: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await check())) await new Promise((resolve) => setTimeout(resolve, 100));
}

/** Applies a definition and an object of its kind: that is served a little later. */
export async function appliedCustom(cluster: Cluster, definition: Manifest, object: Manifest): Promise<Applied> {
  await applied(cluster, definition);
  let made: Applied | undefined;
  await eventually(async () => {
    const answer = await cluster.apply(object, { manager });
    made = answer.ok ? answer.value : made;
    return answer.ok;
  });
  assert.ok(made !== undefined);
  return made;
}

export async function patched(
  cluster: Cluster,
  manifest: Manifest,
  operations: readonly PatchOperation[],
  options: Partial<ApplyOptions> = {},
): Promise<LiveObject> {
  return answered(await cluster.patch(manifest.apiVersion, refOf(manifest), operations, { manager, ...options }));
}

export async function patchRefusal(cluster: Cluster, manifest: Manifest, operations: readonly PatchOperation[]): Promise<ApiError> {
  const answer = await cluster.patch(manifest.apiVersion, refOf(manifest), operations, { manager });
  assert.ok(!answer.ok, 'the patch was not refused');
  return answer.error;
}
