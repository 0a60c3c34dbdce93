import type { Command } from '../cli/context.ts';
import { formatPublished } from '../cli/publish.ts';
import { exitCodes } from '../model/failure.ts';
import { rollback as rollBack } from '../publish/rollback.ts';
import { type DestinationOptions, remoteOf } from './destination.ts';

/** `lockstep rollback`. */
export interface RollbackOptions extends DestinationOptions {
  readonly environment: string;
  readonly to?: string;
  /** Undefined: as git's configuration says. */
  readonly sign?: boolean;
}

/** Writes the commit that takes a rendered branch back to an earlier one. */
export const rollback: Command<RollbackOptions> = async (context, options) => {
  const repository = await context.world.repository();
  const remote = remoteOf(options);
  try {
    const result = await rollBack(repository, options.environment, {
      direct: options.direct,
      remote,
      to: options.to,
      version: context.version,
      sign: options.sign,
    });
    if (context.output === 'json') context.out(JSON.stringify(result, undefined, 2));
    else for (const line of formatPublished(result, { environment: options.environment, remote }, context.paint.say)) context.say(line);
    return exitCodes.done;
  } finally {
    await repository.close();
  }
};
