import { at, type Json, listAt, sameJson, stringAt } from '../../model/json.ts';
import type { Manifest } from '../../model/manifest.ts';
import { formatGroupKind } from '../../model/ref.ts';
import { sidesOf } from '../compare.ts';
import { type Consequence, listed, quoted } from '../consequence.ts';
import type { Judge } from '../scene.ts';

/** Versions of a kind that are no more, and objects that are stored in another one. */
export const definitions: Judge = (change) => {
  const { before, after } = sidesOf(change);
  if (before === undefined || after === undefined || change.op !== 'change') return [];
  return formatGroupKind(change.ref) === 'CustomResourceDefinition.apiextensions.k8s.io' ? versions(before, after) : [];
};

function versions(before: Manifest, after: Manifest): readonly Consequence[] {
  const now = new Map(listAt(after, 'spec', 'versions').map((version) => [stringAt(version, 'name'), version]));
  const was = listAt(before, 'spec', 'versions');
  const gone = was.filter((version) => !now.has(stringAt(version, 'name'))).map(nameOf);
  const unserved = was
    .filter((version) => isServed(version) && now.has(stringAt(version, 'name')) && !isServed(now.get(stringAt(version, 'name'))))
    .map(nameOf);
  return [...removed(gone), ...silenced(unserved), ...stored(before, after)];
}

function removed(names: readonly string[]): readonly Consequence[] {
  const message = `${listed(names)} is no more: the API server refuses that as long as objects are stored so, and whoever asks for it fails`;
  return names.length === 0 ? [] : [{ type: 'endangers-data', message }];
}

function silenced(names: readonly string[]): readonly Consequence[] {
  return names.length === 0 ? [] : [{ type: 'deletes', message: `${listed(names)} is served no more: whoever asks for it fails` }];
}

/** Without a conversion, what a version has no field for is dropped when an object is written again. */
function stored(before: Manifest, after: Manifest): readonly Consequence[] {
  const [was, now] = [before, after].map((one) => listAt(one, 'spec', 'versions').find((version) => at(version, 'storage') === true));
  if (was === undefined || now === undefined || stringAt(was, 'name') === stringAt(now, 'name')) return [];
  const message = `objects are stored as ${nameOf(now)}, and no longer as ${nameOf(was)}`;
  const isConverted = stringAt(after, 'spec', 'conversion', 'strategy') === 'Webhook';
  if (isConverted || sameJson(at(was, 'schema'), at(now, 'schema'))) return [{ type: 'changes', message }];
  return [{ type: 'endangers-data', message: `${message}: without a conversion, fields that only the old one has are lost` }];
}

function isServed(version: Json | undefined): boolean {
  return at(version, 'served') === true;
}

function nameOf(version: Json): string {
  return quoted(stringAt(version, 'name') ?? '');
}
