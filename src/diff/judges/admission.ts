import { type Json, listAt, stringAt } from '../../model/json.ts';
import type { Manifest } from '../../model/manifest.ts';
import { isElsewhere, sidesOf } from '../compare.ts';
import { listed, quoted } from '../consequence.ts';
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
  const { group, kind } = change.ref;
  if (before === undefined) return [];
  if (after !== undefined && !isElsewhere(change))
    return group === 'admissionregistration.k8s.io' ? weakened(before, after).map((message) => ({ type: 'widens-access', message })) : [];
  if (group === 'admissionregistration.k8s.io' && refusing.has(kind))
    return [{ type: 'widens-access', message: 'what it refused is admitted' }];
  return group === '' && kind === 'ResourceQuota' ? [{ type: 'widens-access', message: 'what it limited has no limit' }] : [];
};

/** How what stays refuses less: it only reports, it is passed over where it fails, or a part of it is gone. */
function weakened(before: Manifest, after: Manifest): readonly string[] {
  const denies = (one: Manifest): boolean => listAt(one, 'spec', 'validationActions').includes('Deny');
  const fails = (one: Json | undefined): boolean => (stringAt(one, 'failurePolicy') ?? 'Fail') === 'Fail';
  const hooks = listAt(before, 'webhooks').map((was) => {
    const name = stringAt(was, 'name') ?? '';
    return { name, was, now: listAt(after, 'webhooks').find((one) => stringAt(one, 'name') === name) };
  });
  const gone = hooks.filter(({ now }) => now === undefined).map(({ name }) => quoted(name));
  const passed = hooks.filter(({ was, now }) => now !== undefined && fails(was) && !fails(now)).map(({ name }) => quoted(name));
  return [
    ...(denies(before) && !denies(after) ? ['what it refused is admitted, and reported at most'] : []),
    ...(fails(before['spec']) && !fails(after['spec']) ? ['where it fails, all is admitted (`failurePolicy: Ignore`)'] : []),
    ...(gone.length === 0 ? [] : [`nobody is asked any more: ${listed(gone)}`]),
    ...(passed.length === 0 ? [] : [`where they fail, all is admitted (\`failurePolicy: Ignore\`): ${listed(passed)}`]),
  ];
}
