import { fieldsOf, type ObjectChange } from './compare.ts';
import { type Consequence, sorted } from './consequence.ts';
import { access } from './judges/access.ts';
import { admission } from './judges/admission.ts';
import { configuration } from './judges/configuration.ts';
import { exposure } from './judges/exposure.ts';
import { network } from './judges/network.ts';
import { pods } from './judges/pods.ts';
import { privileges } from './judges/privileges.ts';
import { recreation } from './judges/recreation.ts';
import { removal } from './judges/removal.ts';
import { scale } from './judges/scale.ts';
import type { Judge, Scene } from './scene.ts';

const judges: readonly Judge[] = [removal, recreation, access, network, admission, privileges, exposure, scale, pods, configuration];

/** What a change does, worst first. There is always something: at least that it does nothing. */
export function consequencesOf(change: ObjectChange, scene: Scene): readonly Consequence[] {
  const found = judges.flatMap((judge) => judge(change, scene));
  if (change.op === 'add') return sorted([...found, { type: 'creates', message: '' }]);
  return found.length > 0
    ? sorted(found)
    : [isOnlyNoted(change) ? { type: 'none', message: 'only labels and annotations' } : { type: 'changes', message: '' }];
}

/** Whether nothing but labels and annotations of the object itself change: they are notes, but where a judge says otherwise. */
function isOnlyNoted(change: ObjectChange): boolean {
  return fieldsOf(change).every(({ path }) => path[0] === 'metadata' && (path[1] === 'labels' || path[1] === 'annotations'));
}
