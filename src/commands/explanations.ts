import type { PolicyCode } from '../model/code.ts';
import { catalogue } from '../model/codes/catalogue.ts';
import type { Explanation } from '../model/codes/explanation.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { packRules } from '../packs/packs.ts';

/** Whether a diagnostic may have this code. */
export function isCode(text: string): text is Diagnostic['code'] {
  return isPolicy(text) || Object.hasOwn(catalogue, text);
}

/** What there is to say of a code: of Lockstep's own, and of those of policies. */
export function explanationOf(code: Diagnostic['code']): Explanation {
  if (!isPolicy(code)) return catalogue[code];
  return packRules.get(code) ?? ownPolicy(code.slice('policy/'.length));
}

function isPolicy(code: string): code is PolicyCode {
  return /^policy\/./.test(code);
}

/** What can be said of a policy that the project made itself. */
function ownPolicy(name: string): Explanation {
  return {
    meaning: `An object does not keep the rule \`${name}\`, which is a policy of the project itself: the message is that of its author.`,
    reason: 'Somebody decided that what is rendered must keep it, and made it part of an environment or of one of its bases.',
    remedy: 'Change the object. Where that cannot be done now, switch the policy off in the environment, with a reason and a last day.',
    example: `policies: { '${name}': { off: 'the reason', until: '2027-01-31' } }`,
  };
}
