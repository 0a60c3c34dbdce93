import { listAt, objectAt, stringAt } from '../../../model/json.ts';
import { type Manifest, refOf } from '../../../model/manifest.ts';
import { groupOf } from '../../../model/ref.ts';
import type { KindTable } from '../../served.ts';
import type { Known } from './known.ts';
import { named, type Reference, referenceToService } from './reference.ts';

/** A configuration of webhooks: the Services that are asked. */
export function ofWebhooks(manifest: Manifest): readonly Reference[] {
  return listAt(manifest, 'webhooks').flatMap((_, i) => referenceToService(manifest, ['webhooks', i, 'clientConfig', 'service']));
}

/** An APIService: the Service that serves the API. */
export function ofApiService(manifest: Manifest): readonly Reference[] {
  return referenceToService(manifest, ['spec', 'service']);
}

/** A CustomResourceDefinition: the Service that converts its objects. */
export function ofDefinition(manifest: Manifest): readonly Reference[] {
  return referenceToService(manifest, ['spec', 'conversion', 'webhook', 'clientConfig', 'service']);
}

/** The kinds of the policies that bindings bind. */
const policyKinds: Readonly<Record<string, string>> = {
  MutatingAdmissionPolicyBinding: 'MutatingAdmissionPolicy',
  ValidatingAdmissionPolicyBinding: 'ValidatingAdmissionPolicy',
};

/** A binding of an admission policy: the policy, and the object with its parameters, whose kind the policy tells. */
export function ofPolicyBinding(manifest: Manifest, known: Known, kinds: KindTable): readonly Reference[] {
  const { group } = refOf(manifest);
  const kind = policyKinds[manifest.kind] ?? '';
  return named(manifest['spec'], ['spec'], { field: 'policyName', to: { group, kind, namespace: '' } }).flatMap((policy) => {
    const made = known.facts(policy.to).find((fact) => fact.by === 'environment');
    return [policy, ...(made === undefined ? [] : ofParams(manifest, made.draft.manifest, kinds))];
  });
}

function ofParams(manifest: Manifest, policy: Manifest, kinds: KindTable): readonly Reference[] {
  const group = groupOf(stringAt(policy, 'spec', 'paramKind', 'apiVersion') ?? '');
  const kind = stringAt(policy, 'spec', 'paramKind', 'kind') ?? '';
  const namespace = stringAt(manifest, 'spec', 'paramRef', 'namespace') ?? '';
  const known = kinds({ group, kind });
  // Without a namespace, the one of each judged object is meant; and a policy may allow what has no parameters.
  if (known === undefined || (known.namespaced && namespace === '')) return [];
  if (stringAt(manifest, 'spec', 'paramRef', 'parameterNotFoundAction') !== 'Deny') return [];
  const to = { group, kind, namespace: known.namespaced ? namespace : '' };
  return named(objectAt(manifest, 'spec', 'paramRef'), ['spec', 'paramRef'], { field: 'name', to });
}
