import { isElsewhere, sidesOf } from '../compare.ts';
import type { Judge } from '../scene.ts';

/** Kinds that refuse what others write: without one, it is let through. */
const refusing: ReadonlySet<string> = new Set([
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'ValidatingWebhookConfiguration',
]);

/** What refuses objects, and is no more. */
export const admission: Judge = (change) => {
  const { before, after } = sidesOf(change);
  if (before === undefined || (after !== undefined && !isElsewhere(change))) return [];
  const { group, kind } = change.ref;
  if (group === 'admissionregistration.k8s.io' && refusing.has(kind))
    return [{ type: 'widens-access', message: 'what it refused is admitted' }];
  return group === '' && kind === 'ResourceQuota' ? [{ type: 'widens-access', message: 'what it limited has no limit' }] : [];
};
