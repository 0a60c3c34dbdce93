import { pointer } from '../model/json.ts';
import { fieldsOf, type ObjectChange } from './compare.ts';
import { type Consequence, sorted } from './consequence.ts';
import { access } from './judges/access.ts';
import { admission } from './judges/admission.ts';
import { configuration } from './judges/configuration.ts';
import { definitions } from './judges/definitions.ts';
import { exposure } from './judges/exposure.ts';
import { limits } from './judges/limits.ts';
import { network } from './judges/network.ts';
import { isOnlyNoted, notes } from './judges/notes.ts';
import { pods } from './judges/pods.ts';
import { privileges } from './judges/privileges.ts';
import { recreation } from './judges/recreation.ts';
import { removal } from './judges/removal.ts';
import { scale } from './judges/scale.ts';
import type { Judge, Scene } from './scene.ts';

const judges: readonly Judge[] = [
  removal,
  recreation,
  definitions,
  access,
  network,
  admission,
  privileges,
  exposure,
  notes,
  limits,
  scale,
  pods,
  configuration,
];

/** What a change does, worst first. There is always something: at least that it does nothing. */
export function consequencesOf(change: ObjectChange, scene: Scene): readonly Consequence[] {
  if (isLeft(change, scene)) return [{ type: 'none', message: 'the field is left to others (`ignore`)' }];
  const found = judges.flatMap((judge) => judge(change, scene));
  if (change.op === 'add') return sorted([...found, { type: 'creates', message: '' }]);
  return found.length > 0
    ? sorted(found)
    : [isOnlyNoted(change) ? { type: 'none', message: 'only labels and annotations' } : { type: 'changes', message: '' }];
}

/** Whether nothing changes but fields that the agent leaves to others. */
function isLeft(change: ObjectChange, { rulesOf }: Scene): boolean {
  const { ignore } = rulesOf(change.ref);
  const fields = change.op === 'change' && ignore.length > 0 ? fieldsOf(change) : [];
  return fields.length > 0 && fields.every(({ path }) => ignore.some((ignored) => `${pointer(path)}/`.startsWith(`${ignored}/`)));
}
