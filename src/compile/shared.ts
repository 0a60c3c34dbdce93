import type { Diagnostic } from '../model/diagnostic.ts';
import { compareText, formatRef, keyOf } from '../model/ref.ts';
import type { IndexedObject, RenderedIndex } from '../model/rendered.ts';

/** An environment that was compiled, and the file that defines it. */
export interface CompiledEnvironment {
  readonly index: Pick<RenderedIndex, 'environment' | 'cluster' | 'objects'>;
  readonly file: string;
  /** The commit that the file is of; undefined: the work tree. */
  readonly commit?: string | undefined;
}

/** What two environments both have: one object, and how many others. */
interface Shared {
  readonly others: number;
  readonly first: Holder;
  readonly second: Holder;
}

interface Holder extends CompiledEnvironment {
  readonly object: Pick<IndexedObject, 'ref' | 'construct'>;
}

/**
 * Objects that two environments of one cluster have: their agents would take them from each other. What one hands over it no
 * longer has, so that the way from one to the other is free. Each two environments are told once, with their first such object.
 */
export function judgeShared(environments: readonly CompiledEnvironment[]): readonly Diagnostic[] {
  const holders = new Map<string, Holder>();
  const shared = new Map<string, Shared>();
  for (const environment of environments.toSorted((a, b) => compareText(a.index.environment, b.index.environment))) {
    const { cluster, objects } = environment.index;
    for (const object of objects) {
      const key = JSON.stringify([cluster, keyOf(object.ref)]);
      const second = { ...environment, object };
      const first = holders.get(key);
      if (first === undefined) holders.set(key, second);
      else if (first.index.environment !== second.index.environment) {
        const pair = JSON.stringify([first.index.environment, second.index.environment]);
        const known = shared.get(pair);
        shared.set(pair, known === undefined ? { first, second, others: 0 } : { ...known, others: known.others + 1 });
      }
    }
  }
  return [...shared.values()].map(sharedObject);
}

function sharedObject({ first, second, others }: Shared): Diagnostic {
  const { file, commit } = second;
  const { ref, construct } = second.object;
  const [one, other] = [first, second].map(({ index, object }) => `by \`${object.construct}\` in \`${index.environment}\``);
  const more = others === 0 ? '' : `, and so ${others === 1 ? 'is 1 other object' : `are ${others} other objects`}`;
  return {
    code: 'shared-object',
    severity: 'error',
    message: `\`${formatRef(ref)}\` is made twice in the cluster \`${second.index.cluster}\`: ${one} and ${other}${more}`,
    at: { file, ...(commit === undefined ? {} : { commit }), environment: second.index.environment, construct, object: ref },
    help: 'make it in one of them; to move it, take it out of one, with `handOver`, and `adopt` it in the other. If they are for two clusters, give them two names: `cluster`',
  };
}
