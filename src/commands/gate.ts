import type { Command, Context } from '../cli/context.ts';
import { exitOfGate, formatGate, type Gate, gateOf } from '../cli/gate.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { shownUrl } from '../model/url.ts';
import type { Forge, RenderedRepository } from '../ports.ts';
import { choiceFor, type ForgeChoice, forgeOfRemote } from './forges.ts';
import { homed, renderedPlace } from './places.ts';

/** `lockstep gate`. */
export interface GateOptions extends Partial<ForgeChoice> {
  readonly environment: string;
  /** Milliseconds. */
  readonly wait?: number;
}

/** So often a forge is asked: some let nobody ask more than a few thousand times an hour. */
const pause = 15_000;

/** Tells whether an environment is healthy at what its rendered branch holds now, or waits until that is known. */
export const gate: Command<GateOptions> = async (context, options) => {
  const { world, output, out, say, show, paint, signal } = context;
  const { environment } = options;
  const place = await renderedPlace(context, environment);
  const choice = choiceFor(options, place);
  const whole = await world.repository();
  const repository = homed(whole, environment, place);
  try {
    const forge = await forgeOfRemote({ world, repository }, choice);
    const look = (): Promise<Gate> => gateAt({ repository, forge }, environment, choice.remote);
    const now = (): number => world.clock.now().getTime();
    const end = now() + (options.wait ?? 0);
    let found = await look();
    // What has failed is for somebody to mend.
    while (exitOfGate(found) === exitCodes.difference && now() < end) {
      show(formatGate(found, paint.say));
      await world.clock.sleep(Math.min(pause, end - now()), signal);
      interruptedIn(context);
      found = await look();
    }
    show(undefined);
    if (output === 'json') out(JSON.stringify(found, undefined, 2));
    else say(formatGate(found, paint.say));
    return exitOfGate(found);
  } finally {
    await whole.close();
  }
};

/** How an environment does at the tip of its rendered branch, which may be another one each time. */
export async function gateAt(
  {
    repository,
    forge,
  }: { readonly repository: Pick<RenderedRepository, 'branch' | 'branchesOf'>; readonly forge: Pick<Forge, 'statuses'> },
  environment: string,
  remote: string,
): Promise<Gate> {
  const { active } = repository.branchesOf(environment);
  const commit = await repository.branch(active, remote);
  if (commit === undefined)
    throw new Failure(
      'gate-unpublished',
      `\`${environment}\` is published nowhere: there is no branch \`${active}\` at \`${shownUrl(remote)}\``,
      {
        help: 'look at the name of the environment and at the remote',
        exit: exitCodes.input,
      },
    );
  return gateOf(environment, commit, await forge.statuses(commit));
}

function interruptedIn({ signal }: Pick<Context, 'signal'>): void {
  if (signal.aborted)
    throw new Failure('interrupted', 'nobody waits any more for the environment to be healthy', { exit: exitCodes.interrupted });
}
