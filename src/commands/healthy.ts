import type { Context } from '../cli/context.ts';
import { exitOfGate, formatGate } from '../cli/gate.ts';
import { painter } from '../cli/paint.ts';
import { unlikeDeployed } from '../compile/promotion.ts';
import { hasErrors } from '../model/diagnostic.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import type { Lockfile } from '../model/lockfile.ts';
import { branchesOf } from '../model/rendered.ts';
import type { RenderedRepository } from '../ports.ts';
import { sourceOf } from '../publish/latest.ts';
import { requireSigned } from '../publish/proving.ts';
import { choiceFor, forgeOfRemote } from './forges.ts';
import { gateAt } from './gate.ts';
import { readLock } from './locks.ts';
import { homed, openSignersBy, renderedPlace } from './places.ts';
import type { PromoteOptions } from './promote.ts';
import { bring } from './promotion.ts';

/** What is about to be promoted. */
interface Promoted {
  readonly before: Lockfile;
  readonly after: Lockfile;
}

/**
 * Refuses to promote what nobody has seen healthy: the environment before has to be healthy at the tip of its rendered branch, somebody has to
 * have signed that who may, where that is told, and what is promoted has to be what it holds. What its lock says by now may not be rendered, or merged, yet.
 */
export async function requireHealthy(
  context: Context & { readonly repository: RenderedRepository },
  options: Pick<PromoteOptions, 'from' | 'to' | 'only' | 'remote' | 'reviewed' | 'forge' | 'forgeUrl'>,
  { before, after }: Promoted,
): Promise<void> {
  const { world } = context;
  const { from, to, only, forge: type, forgeUrl } = options;
  const place = await renderedPlace(context, from);
  const repository = homed(context.repository, from, place);
  // What was told of the source's forge counts where rendered branches are there, too.
  const told = place.remote === undefined ? { remote: options.remote, forge: type, forgeUrl } : { remote: place.remote };
  const choice = choiceFor(told, place);
  const forge = await forgeOfRemote({ world, repository }, choice);
  const gate = await gateAt({ repository, forge }, from, choice.remote);
  if (exitOfGate(gate) !== exitCodes.done)
    throw unhealthy(formatGate(gate, painter(false)), `wait until it is: \`lockstep gate ${from} --wait 30m\``);
  const { commit } = gate;
  const signers = await openSignersBy({ world })(from);
  await requireSigned(repository, { environment: from, commit, branch: branchesOf(from).active }, { signers, remote: choice.remote });
  const { source } = await sourceOf(repository, { commit, files: await repository.files(commit) }, choice.remote);
  const deployed = source === undefined ? undefined : await lockAt({ world, repository }, source, options);
  const unlike =
    deployed === undefined
      ? [`it is not known what \`${from}\` is rendered from`]
      : unlikeDeployed(deployed, { before, after, isWhole: only.length === 0 });
  if (unlike.length === 0) return;
  const what = `what is promoted is not what \`${from}\` is healthy with, at ${commit.slice(0, 7)}: ${unlike.join('; ')}`;
  throw unhealthy(what, `publish \`${from}\`, wait until it is healthy, and promote to \`${to}\` then`);
}

/** What an environment was rendered with at a commit of the source. */
async function lockAt(
  { world, repository }: Pick<Context, 'world'> & { readonly repository: RenderedRepository },
  commit: string,
  options: Pick<PromoteOptions, 'from' | 'to' | 'remote' | 'reviewed'>,
): Promise<Lockfile | undefined> {
  await bring({ world, repository }, commit, options);
  const { files } = await (await world.commits()).open(commit);
  const { value, diagnostics } = await readLock(files, options.from);
  return hasErrors(diagnostics) ? undefined : { ...value, source: value.source ?? commit };
}

function unhealthy(message: string, help: string): Failure {
  return new Failure('promote-unhealthy', message, { help, exit: exitCodes.refused });
}
