import { listAt, objectAt, stringAt } from '../../../src/model/json.ts';
import type { Manifest } from '../../../src/model/manifest.ts';
import { withoutConstraints } from './bare.ts';

/** The versions that a definition serves, in its order. */
export function servedOf(definition: Manifest): readonly string[] {
  const served = listAt(definition, 'spec', 'versions').filter((version) => objectAt(version)['served'] === true);
  return served.map((version) => stringAt(version, 'name') ?? '');
}

/** How many versions a definition serves at most. */
export function mostVersions(definitions: readonly Manifest[]): number {
  return Math.max(...definitions.map((one) => servedOf(one).length));
}

/** A definition without its constraints, stored in `version`; none where there is no such version. */
export function storedIn(definition: Manifest, version: string | undefined): readonly Manifest[] {
  return version === undefined ? [] : [withoutConstraints(definition, version)];
}

/** The apiVersion and the kind of what a definition stores. */
export function storedKind(definition: Manifest): string {
  const version = listAt(definition, 'spec', 'versions').find((one) => objectAt(one)['storage'] === true);
  return `${stringAt(definition, 'spec', 'group')}/${stringAt(version, 'name')}/${stringAt(definition, 'spec', 'names', 'kind')}`;
}

/** The same of an object. */
export function kindOf({ apiVersion, kind }: Manifest): string {
  return `${apiVersion}/${kind}`;
}
