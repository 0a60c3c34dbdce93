import { at, type Json, listAt, stringAt } from '../../../../model/json.ts';
import type { Manifest } from '../../../../model/manifest.ts';
import { groupOf, versionOf } from '../../../../model/ref.ts';
import type { Kind } from '../../../../schema/kinds.ts';
import { inNoNamespace } from './seen.ts';
import { isEmptySelector, type Labels, selects } from './selectors.ts';

/** An object about to be created, as policies match it. */
export interface Candidate {
  readonly manifest: Manifest;
  readonly kind: Kind;
  /** '' for objects without one, or that get theirs when they are applied. */
  readonly namespace: string;
  /** The labels of its namespace; its own, when it is one. */
  readonly namespaceLabels: Labels;
  readonly labels: Labels;
}

/** Whether something matches, or why that cannot be told. */
export type Match = boolean | { readonly unknown: string };

/**
 * Whether MatchResources, of a policy or of a binding, take the creation of an object
 * (apiserver/pkg/admission/plugin/policy/matching). Policies and webhooks themselves are never taken.
 */
export function matches(resources: Json | undefined, candidate: Candidate): Match {
  if (isExempt(candidate.manifest)) return false;
  const rules = listAt(resources, 'resourceRules');
  const isFuzzy = stringAt(resources, 'matchPolicy') !== 'Exact';
  const excluded = anyRule(listAt(resources, 'excludeResourceRules'), candidate, isFuzzy);
  const included = rules.length === 0 ? true : anyRule(rules, candidate, isFuzzy);
  const parts: readonly Match[] = [bySelectors(resources, candidate), typeof excluded === 'boolean' ? !excluded : excluded, included];
  return parts.includes(false) ? false : (parts.find((part) => part !== true) ?? true);
}

function isExempt({ apiVersion, kind }: Manifest): boolean {
  return (
    groupOf(apiVersion) === 'admissionregistration.k8s.io' && /^(?:Validating|Mutating)(?:WebhookConfiguration|AdmissionPolicy)/.test(kind)
  );
}

function bySelectors(resources: Json | undefined, { manifest, kind, namespace, namespaceLabels, labels }: Candidate): Match {
  const isNamespace = kind.group === '' && kind.kind === 'Namespace';
  const ofNamespace = at(resources, 'namespaceSelector');
  const byNamespace = (!kind.namespaced && !isNamespace) || isEmptySelector(ofNamespace) ? true : selects(ofNamespace, namespaceLabels);
  const byObject = selects(at(resources, 'objectSelector'), labels);
  if (byNamespace === false || byObject === false) return false;
  const where = isNamespace ? manifest.metadata.name : namespace;
  if (byNamespace !== undefined) return true;
  return { unknown: where === '' ? inNoNamespace : `it selects namespaces by labels, and \`${where}\` is not among the objects` };
}

function anyRule(rules: readonly Json[], candidate: Candidate, isFuzzy: boolean): Match {
  const results = rules.map((rule) => byRule(rule, candidate, isFuzzy));
  return results.includes(true) || (results.find((result) => result !== false) ?? false);
}

function byRule(rule: Json, { manifest, kind }: Candidate, isFuzzy: boolean): Match {
  const has = (field: string, value: string): boolean => listAt(rule, field).some((one) => one === '*' || one === value);
  const version = versionOf(manifest.apiVersion);
  const isResource = listAt(rule, 'resources').some(
    (one) => one === kind.plural || one === '*' || one === '*/*' || one === `${kind.plural}/*`,
  );
  const names = listAt(rule, 'resourceNames');
  const scope = stringAt(rule, 'scope') ?? '*';
  const isScope = scope === '*' || (scope === 'Namespaced') === kind.namespaced;
  const isName = names.length === 0 || names.includes(manifest.metadata.name);
  if (!has('apiGroups', kind.group) || !isResource || !has('operations', 'CREATE') || !isScope || !isName) return false;
  if (has('apiVersions', version)) return true;
  return isFuzzy ? { unknown: `it is written for another version than \`${manifest.apiVersion}\`` } : false;
}
