import type { Draft } from '../../src/compile/draft.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { usualRules } from '../../src/model/rendered.ts';

/** An object of the chart `shop`, whose namespace is `shop`; `construct` is its name unless told. */
export function draftOf(
  kind: string,
  name: string,
  more: Partial<Draft> & { readonly fields?: JsonObject; readonly apiVersion?: string } = {},
): Draft {
  const { fields, apiVersion = 'v1', ...draft } = more;
  const manifest: Manifest = { apiVersion, kind, ...fields, metadata: { name, namespace: 'shop' } };
  return {
    manifest,
    construct: name,
    chart: { name: 'shop', slice: '', namespace: 'shop' },
    dependsOn: [],
    rules: usualRules,
    place: () => ({ file: 'shop.ts', line: 1 }),
    ...draft,
  };
}
