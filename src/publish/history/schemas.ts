import { parseManifest } from '../../codec/yaml-read.ts';
import { type NodeOf, nodesOf } from '../../diff/schemas.ts';
import type { Manifest } from '../../model/manifest.ts';
import { keyOf, type ObjectKey, type ObjectRef } from '../../model/ref.ts';
import { usualIndex } from '../../model/rendered.ts';
import type { RenderedRepository } from '../../ports.ts';
import type { RenderedCommit } from '../tree.ts';

/** The schemas by which versions of one object are compared: of its group, as a commit has them; of one that is not there, the built-in ones. */
export async function schemasFor(
  repository: RenderedRepository,
  { index, files }: RenderedCommit,
  object: ObjectRef | undefined,
): Promise<NodeOf> {
  const isDefining = ({ kind, name }: ObjectRef): boolean => kind === 'CustomResourceDefinition' && name.endsWith(`.${object?.group}`);
  const defined = (index?.objects ?? []).filter(({ ref }) => isDefining(ref));
  const manifests = new Map<ObjectKey, Manifest>();
  for (const { ref, path } of defined) {
    const file = files.find((one) => one.path === path && one.mode === '100644');
    const read = file && parseManifest((await repository.read(file.blob)).toString('utf8'));
    if (read?.ok) manifests.set(keyOf(ref), read.value);
  }
  return nodesOf([{ index: index ?? { ...usualIndex, environment: '', cluster: '', kubernetes: '' }, manifests }]);
}
