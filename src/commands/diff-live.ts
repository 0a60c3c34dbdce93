import { lookAtLive } from '../agent/live.ts';
import type { Context } from '../cli/context.ts';
import { liveTrees } from '../diff/live.ts';
import type { Compared } from '../diff/report.ts';
import type { ComparedTree } from '../diff/tree.ts';
import { usualNamespace } from '../model/applyset.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { keyOf } from '../model/ref.ts';
import { adoptableIn } from '../reconcile/desired.ts';
import type { DiffOptions } from './diff.ts';
import type { Side } from './sides.ts';

/** Compares an environment with what its cluster holds. Nothing is written, there neither. */
export async function compareWithCluster(
  { world, signal }: Context,
  sides: readonly Side[],
  { namespace = usualNamespace, ...options }: DiffOptions,
): Promise<Compared> {
  const [side, ...others] = sides;
  if (side === undefined || others.length > 0) throw isAmbiguous(sides);
  const { environment, tree, origin } = side;
  const cluster = await world.cluster(options);
  try {
    const { revision, ...found } = await lookAtLive({ cluster, environment, namespace, wanted: wantedIn(tree), signal });
    const kept = revision === undefined ? 'which was never synced' : `kept at ${revision.slice(0, 7)}`;
    const from = { name: `the cluster, ${kept}`, commit: null };
    return { environment, ...liveTrees(tree, found), from, to: origin, isSuccessor: true, found };
  } finally {
    await cluster.close();
  }
}

function wantedIn({ index, manifests }: ComparedTree) {
  const adoptable = adoptableIn(index);
  return index.objects.flatMap(({ ref, rules }) => {
    const manifest = manifests.get(keyOf(ref));
    return manifest === undefined ? [] : [{ manifest, rules, adopt: adoptable(ref) }];
  });
}

function isAmbiguous(sides: readonly Side[]): Failure {
  const names = sides.map(({ environment }) => `\`${environment}\``).join(', ');
  return new Failure('diff-ambiguous', `an environment is compared with its own cluster, and there are ${sides.length} here: ${names}`, {
    help: 'name one: `lockstep diff <environment> --live`',
    exit: exitCodes.input,
  });
}
