import type { Manifest } from '../../../model/manifest.ts';
import type { Problem } from '../../../model/problem.ts';
import { formatGroupKind, groupOf } from '../../../model/ref.ts';
import { metadata } from './metadata.ts';
import { ruleIn } from './minors.ts';
import { objectRules } from './objects.ts';
import { podRules } from './pods/kinds.ts';
import { readOnly } from './readonly.ts';
import { all, fields, type Rule } from './rule.ts';
import { size } from './size.ts';

const everyKind: Rule = all(fields({ metadata }), readOnly, size);

/** The rules of Kubernetes' own kinds, with those of every kind. */
const rules: ReadonlyMap<string, Rule> = new Map(
  Object.entries({ ...objectRules, ...podRules }).map(([kind, own]) => [kind, all(everyKind, own)]),
);

/**
 * What the API server's code would refuse in `manifest`, whatever the schema says: that of `minor`, or of any minor where it is not
 * known.
 */
export function brokenRules(manifest: Manifest, minor?: number): readonly Problem[] {
  const kind = formatGroupKind({ group: groupOf(manifest.apiVersion), kind: manifest.kind });
  const found = (rules.get(kind) ?? everyKind)(manifest, []);
  const dated = minor === undefined ? undefined : ruleIn(minor, kind);
  return dated === undefined ? found : [...found, ...dated(manifest, [])];
}
