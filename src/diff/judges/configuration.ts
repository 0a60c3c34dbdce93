import { formatGroupKind, formatRef } from '../../model/ref.ts';
import { fieldsOf } from '../compare.ts';
import { type Consequence, listed, quoted } from '../consequence.ts';
import type { Judge, Reader } from '../scene.ts';

const content: readonly unknown[] = ['data', 'binaryData', 'stringData'];

/** What pods read, and whether they notice that it is another one. */
export const configuration: Judge = (change, { readersOf, isRolled }) => {
  const kind = formatGroupKind(change.ref);
  if ((kind !== 'ConfigMap' && kind !== 'Secret') || change.op === 'add' || change.op === 'remove') return [];
  if (!fieldsOf(change).some(({ path }) => content.includes(path[0]))) return [];
  const readers = readersOf(change.ref);
  // Whoever names a digest of the content gets another pod with it.
  if (change.op === 'rename' && change.isHashed)
    return [{ type: 'reconfigures', message: namesOf('what refers to it follows: ', readers) }];
  const rolled = readers.filter(({ ref }) => isRolled(ref));
  const others = readers.filter(({ ref }) => !isRolled(ref));
  const messages = [
    namesOf('read by pods that are replaced with it: ', rolled),
    namesOf(
      'no rollout, files in running pods follow: ',
      others.filter(({ as }) => as === 'files'),
    ),
    namesOf(
      'no rollout, running pods keep what they read when they started: ',
      others.filter(({ as }) => as === 'start'),
    ),
  ].filter((message) => message !== '');
  if (messages.length === 0) return [{ type: 'reconfigures', message: 'no pod of this environment reads it' }];
  return messages.map((message): Consequence => ({ type: 'reconfigures', message }));
};

function namesOf(beginning: string, readers: readonly Reader[]): string {
  const names = [...new Set(readers.map(({ ref }) => quoted(formatRef(ref))))];
  return names.length === 0 ? '' : `${beginning}${listed(names)}`;
}
