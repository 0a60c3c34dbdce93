import { at, type Json, objectAt, stringAt } from '../../../../model/json.ts';
import type { Manifest } from '../../../../model/manifest.ts';
import { refOf } from '../../../../model/manifest.ts';
import type { KindTable } from '../../../served.ts';
import type { Candidate } from './matching.ts';
import type { Policy } from './policy.ts';
import { selects } from './selectors.ts';
import type { Surroundings } from './setting.ts';

/** The parameters that a policy is evaluated with, once with each; null where it has none. Or why they are not known. */
export type Params = readonly (Manifest | null)[] | { readonly unknown: string };

/** The parameters of a binding, from the objects beside it. What is not there may be in the cluster. */
export function paramsFor(
  { paramKind }: Policy,
  reference: Json | undefined,
  { candidate, around, kinds }: { readonly candidate: Candidate; readonly around: Surroundings; readonly kinds: KindTable },
): Params {
  if (paramKind === undefined || reference === undefined) return [null];
  const name = stringAt(reference, 'name');
  const namespace = stringAt(reference, 'namespace') ?? candidate.namespace;
  const found = around.manifests.filter((manifest) => {
    if (manifest.apiVersion !== paramKind.apiVersion || manifest.kind !== paramKind.kind) return false;
    const ref = refOf(manifest);
    if (kinds(ref)?.namespaced === true && ref.namespace !== namespace) return false;
    if (name !== undefined) return ref.name === name;
    const labels = objectAt(manifest, 'metadata', 'labels') as Readonly<Record<string, string>>;
    return selects(at(reference, 'selector'), { known: labels, isComplete: true }) === true;
  });
  const which = name === undefined ? `any \`${paramKind.kind}\` that it selects` : `its parameter, the \`${paramKind.kind}\` \`${name}\``;
  return found.length === 0 ? { unknown: `${which}, is not among the objects` } : found;
}
