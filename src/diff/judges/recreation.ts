import { lostByReplacing } from '../../model/protected.ts';
import { isFixed } from '../../schema/immutable.ts';
import { fieldsOf, sidesOf } from '../compare.ts';
import { listed, quoted } from '../consequence.ts';
import { placeOf } from '../place.ts';
import type { Judge } from '../scene.ts';

/** Fields that only a new object can have other values of: it is made anew where that is declared, or the change is refused. */
export const recreation: Judge = (change, { rulesOf }) => {
  const { before, after } = sidesOf(change);
  if (before === undefined || after === undefined || change.op !== 'change') return [];
  const fields = fieldsOf(change).filter(({ path }) => isFixed(before, path));
  if (fields.length === 0) return [];
  const places = listed([...new Set(fields.map(({ steps }) => quoted(placeOf(steps))))]);
  const never = `${places} of an object never ${fields.length === 1 ? 'changes' : 'change'}`;
  if (!rulesOf(change.ref).replace)
    return [{ type: 'refused', message: `${never}: the API server refuses it, unless \`replace: 'onImmutableChange'\` is declared` }];
  const lost = lostByReplacing(before);
  return lost === undefined
    ? [{ type: 'recreates', message: `${never}: it is deleted and made anew` }]
    : [{ type: 'refused', message: `${never}: the agent refuses to replace it: ${lost}` }];
};
