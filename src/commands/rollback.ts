import type { Command } from '../cli/context.ts';
import { formatOutcomes } from '../cli/publish.ts';
import { exitCodes } from '../model/failure.ts';
import { rollback as rollBack } from '../publish/rollback.ts';
import { type DestinationOptions, destinationWords, remoteOf } from './destination.ts';
import { outcomeJson } from './outcomes.ts';
import { again } from './overtaking.ts';
import { homed, renderedPlace } from './places.ts';
import { asked, forgeAt, unasked } from './proposing.ts';

/** `lockstep rollback`. */
export interface RollbackOptions extends DestinationOptions {
  readonly environment: string;
  readonly to?: string;
  /** Whether a pull request is opened, where there is a forge. */
  readonly pullRequest: boolean;
  /** Undefined: as git's configuration says. */
  readonly sign?: boolean;
}

/** Writes the commit that takes a rendered branch back to an earlier one. */
export const rollback: Command<RollbackOptions> = async (context, options) => {
  const { environment, direct, push, to, sign } = options;
  const { world, version, signal } = context;
  const place = await renderedPlace(context, environment);
  const remote = remoteOf(options, place);
  const whole = await world.repository();
  const repository = homed(whole, environment, place);
  try {
    const asking = push === undefined || direct || !options.pullRequest ? unasked : await forgeAt({ world, repository }, remote, place);
    const { target, ...result } = await again(
      world.clock,
      () => rollBack(repository, environment, { direct, remote, to, version, sign }),
      signal,
    );
    const told = { environment, slice: undefined, repoURL: undefined, rollback: target };
    const outcome = { environment, ...(await asked({ repository }, asking, { result, told, reopen: true })) };
    if (context.output === 'json') context.out(JSON.stringify(outcomeJson(outcome), undefined, 2));
    else for (const line of formatOutcomes([outcome], { push: destinationWords({ push }) }, context.paint.say)) context.say(line);
    return exitCodes.done;
  } finally {
    await whole.close();
  }
};
