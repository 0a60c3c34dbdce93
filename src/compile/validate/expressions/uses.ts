import { isObject, type Json } from '../../../model/json.ts';
import type { Manifest } from '../../../model/manifest.ts';
import { groupOf } from '../../../model/ref.ts';
import { isDefinition } from '../../served.ts';
import { selectingExpressions } from './places.ts';

/** Whether anything among `manifests` is judged by expressions in CEL. What evaluates them is only loaded when it is. */
export function usesExpressions(manifests: readonly Manifest[]): boolean {
  return manifests.some(
    (manifest) =>
      isAdmissionPolicy(manifest) || (isDefinition(manifest) && hasRules(manifest)) || selectingExpressions(manifest).length > 0,
  );
}

/** Whether `manifest` is a ValidatingAdmissionPolicy. */
export function isAdmissionPolicy({ apiVersion, kind }: Manifest): boolean {
  return kind === 'ValidatingAdmissionPolicy' && groupOf(apiVersion) === 'admissionregistration.k8s.io';
}

/** Whether `manifest` is a ValidatingAdmissionPolicyBinding. */
export function isPolicyBinding({ apiVersion, kind }: Manifest): boolean {
  return kind === 'ValidatingAdmissionPolicyBinding' && groupOf(apiVersion) === 'admissionregistration.k8s.io';
}

function hasRules(json: Json | undefined): boolean {
  if (Array.isArray(json)) return json.some(hasRules);
  return isObject(json) && (json['x-kubernetes-validations'] !== undefined || Object.values(json).some(hasRules));
}
