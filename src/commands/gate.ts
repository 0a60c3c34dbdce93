import type { Command, Context } from '../cli/context.ts';
import { formatGate, type Gate, gateOf } from '../cli/gate.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { branchesOf } from '../model/rendered.ts';
import type { Forge, RenderedRepository } from '../ports.ts';
import { type ForgeChoice, forgeOfRemote } from './forges.ts';

/** `lockstep gate`. */
export interface GateOptions extends ForgeChoice {
  readonly environment: string;
  /** Milliseconds. */
  readonly wait?: number;
}

/** So often a forge is asked: some let nobody ask more than a few thousand times an hour. */
const pause = 15_000;

/** Tells whether an environment is healthy at what its rendered branch holds now, or waits until it is. */
export const gate: Command<GateOptions> = async (context, options) => {
  const { world, output, out, say, show, paint, signal } = context;
  const repository = await world.repository();
  try {
    const forge = await forgeOfRemote({ world, repository }, options);
    const end = world.clock.now().getTime() + (options.wait ?? 0);
    let found = await look(repository, forge, options);
    while (!found.isHealthy && world.clock.now().getTime() < end) {
      show(formatGate(found, paint.say));
      await world.clock.sleep(pause, signal);
      interruptedIn(context);
      found = await look(repository, forge, options);
    }
    show(undefined);
    if (output === 'json') out(JSON.stringify(found, undefined, 2));
    else say(formatGate(found, paint.say));
    return found.isHealthy ? exitCodes.done : exitCodes.difference;
  } finally {
    await repository.close();
  }
};

/** How it does at the tip, which may be another one each time. */
async function look(repository: RenderedRepository, forge: Forge, { environment, remote }: GateOptions): Promise<Gate> {
  const { active } = branchesOf(environment);
  const commit = await repository.branch(active, remote);
  if (commit === undefined)
    throw new Failure('gate-unpublished', `\`${environment}\` is published nowhere: there is no branch \`${active}\` at \`${remote}\``, {
      help: 'look at the name of the environment and at the remote',
      exit: exitCodes.input,
    });
  return gateOf(environment, commit, await forge.statuses(commit));
}

function interruptedIn({ signal }: Pick<Context, 'signal'>): void {
  if (signal.aborted)
    throw new Failure('interrupted', 'nobody waits any more for the environment to be healthy', { exit: exitCodes.interrupted });
}
