import { isObject, type Json } from '../../../model/json.ts';
import type { Draft } from '../../draft.ts';
import { isDefinition } from '../../served.ts';

/** Whether anything in an environment is judged by expressions in CEL. What evaluates them is only loaded when it is. */
export function usesExpressions(drafts: readonly Draft[]): boolean {
  return drafts.some(({ manifest }) => isDefinition(manifest) && hasRules(manifest));
}

function hasRules(json: Json | undefined): boolean {
  if (Array.isArray(json)) return json.some(hasRules);
  return isObject(json) && (json['x-kubernetes-validations'] !== undefined || Object.values(json).some(hasRules));
}
