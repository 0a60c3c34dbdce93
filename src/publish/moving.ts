import { exitCodes, Failure } from '../model/failure.ts';
import { formatRef, keyOf, type ObjectRef } from '../model/ref.ts';
import type { RenderedIndex, RenderedTree } from '../model/rendered.ts';

/** An object that leaves one environment and stands in another one of the same cluster. */
export interface Move {
  readonly ref: ObjectRef;
  readonly to: string;
}

/** The objects that `after` holds no longer, and that nobody said may be deleted, stay, or go to another environment. */
export function leavingObjects(before: RenderedIndex | undefined, after: RenderedIndex): readonly ObjectRef[] {
  if (after.removed === 'keep') return [];
  const settled = new Set([...after.objects, ...after.handOver, ...after.approvals].map(({ ref }) => keyOf(ref)));
  const leaving = (before?.objects ?? []).filter(({ ref, rules }) => !rules.keep && !settled.has(keyOf(ref)));
  return leaving.map(({ ref }) => ref);
}

/** Those of `leaving` that another environment of the same cluster has: they would be deleted and made again. */
export function movesOf(leaving: readonly ObjectRef[], from: RenderedIndex, others: readonly RenderedTree[]): readonly Move[] {
  const neighbours = others.filter(({ environment, index }) => environment !== from.environment && index.cluster === from.cluster);
  const homes = new Map(neighbours.flatMap(({ environment, index }) => index.objects.map(({ ref }) => [keyOf(ref), environment] as const)));
  return leaving.flatMap((ref) => {
    const to = homes.get(keyOf(ref));
    return to === undefined ? [] : [{ ref, to }];
  });
}

/** The refusal to publish `environment` while it deletes what another environment has. */
export function wouldBeMadeAgain(environment: string, moves: readonly Move[]): Failure {
  const shown = moves.slice(0, 5).map(({ ref, to }) => `\`${formatRef(ref)}\` to \`${to}\``);
  const more = moves.length > shown.length ? ` and ${moves.length - shown.length} more` : '';
  const [first] = moves;
  const { kind = '', namespace = '', name = '' } = first?.ref ?? {};
  const object = `{ kind: '${kind}',${namespace === '' ? '' : ` namespace: '${namespace}',`} name: '${name}' }`;
  return new Failure(
    'object-moves',
    `\`${environment}\` deletes what moves to another environment of its cluster: ${shown.join(', ')}${more}; it would be deleted and made again`,
    {
      help: `hand it over: \`handOver: [{ object: ${object}, to: '${first?.to ?? ''}' }]\` in \`${environment}\`, and \`adopt\` it in \`${first?.to ?? ''}\``,
      exit: exitCodes.refused,
    },
  );
}
