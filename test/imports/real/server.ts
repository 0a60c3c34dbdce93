import assert from 'node:assert/strict';
import type { Json } from '../../../src/model/json.ts';
import type { Manifest } from '../../../src/model/manifest.ts';
import type { Cluster } from '../../../src/ports.ts';
import { inParallel } from '../../differential/compare.ts';
import { lost } from './loss.ts';
import { keyOf } from './samples.ts';

/** Milliseconds within which the API server acts on a definition. */
const patience = 240_000;

/** Asks the API server for what it would make of `manifest`, until that has all of it: it may not yet know its definition as it is now. */
export async function comesBack(cluster: Cluster, manifest: Manifest): Promise<void> {
  const end = performance.now() + patience;
  for (;;) {
    const answer = await cluster.apply(manifest, { manager: 'sample', dryRun: true });
    const missing = answer.ok ? lost(manifest as unknown as Json, answer.value.object as unknown as Json) : [JSON.stringify(answer)];
    if (missing.length === 0) return;
    if (performance.now() > end) assert.deepEqual(missing, [], keyOf(manifest));
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

/** Applies objects. */
export async function install(cluster: Cluster, manifests: readonly Manifest[]): Promise<void> {
  await inParallel(manifests, 8, async (manifest) => {
    const answer = await cluster.apply(manifest, { manager: 'sample' });
    assert.ok(answer.ok, `${manifest.metadata.name}: ${JSON.stringify(answer)}`);
  });
}
