import { ruleOf } from '../../../../src/compile/validate/rules/table.ts';
import type { Manifest } from '../../../../src/model/manifest.ts';
import type { Problem } from '../../../../src/model/problem.ts';
import { formatGroupKind, groupOf } from '../../../../src/model/ref.ts';

/** What the rules of `minor`, or of any minor where that is not told, say of `manifest`. */
export function brokenRules(manifest: Manifest, minor?: number): readonly Problem[] {
  return ruleOf(formatGroupKind({ group: groupOf(manifest.apiVersion), kind: manifest.kind }), minor)(manifest, []);
}
