import type { Code, FailureCode, PolicyCode, StatusCode } from '../model/code.ts';
import { catalogue } from '../model/codes/catalogue.ts';
import type { Explanation } from '../model/codes/explanation.ts';
import { packRules } from '../packs/packs.ts';

/** Whatever Lockstep gives a name that can be explained. */
type AnyCode = Code | PolicyCode | FailureCode | StatusCode;

/** Every code that is known without a project, with its explanation: Lockstep's own, and the rules of the built-in packs. */
export const allExplanations: readonly (readonly [code: string, explanation: Explanation])[] = [...Object.entries(catalogue), ...packRules];

/** The built-in packs, as the codes of their rules begin: `policy/baseline/`. */
const packs: ReadonlySet<string> = new Set([...packRules.keys()].map((code) => code.slice(0, code.lastIndexOf('/') + 1)));

/** Whether something may have this code. Below a built-in pack there are its rules alone. */
export function isCode(text: string): text is AnyCode {
  if (!isPolicy(text)) return Object.hasOwn(catalogue, text);
  return packRules.has(text) || ![...packs].some((pack) => text.startsWith(pack));
}

/** What there is to say of a code: of Lockstep's own, and of those of policies. */
export function explanationOf(code: AnyCode): Explanation {
  if (!isPolicy(code)) return catalogue[code];
  return packRules.get(code) ?? ownPolicy(code.slice('policy/'.length));
}

function isPolicy(code: string): code is PolicyCode {
  return /^policy\/./.test(code);
}

/** What can be said of a policy that the project made itself. Where it stands is not known: no project is loaded to explain a code. */
function ownPolicy(name: string): Explanation {
  return {
    meaning: `An object does not keep the rule \`${name}\`, which is a policy of the project itself: the message is that of its author.`,
    reason: 'Somebody decided that what is rendered must keep it, and made it part of an environment or of one of its bases.',
    remedy: `Change the object. The rule stands where the project says \`definePolicy({ name: '${name}', … })\`, or in a package that it imports. Where the object cannot be changed now, switch the policy off in the environment, with a reason and a last day.`,
    example: `policies: { '${name}': { off: 'the reason', until: '2027-01-31' } }`,
  };
}
