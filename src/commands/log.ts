import type { Command } from '../cli/context.ts';
import { formatLog } from '../cli/log.ts';
import { exitCodes } from '../model/failure.ts';
import { logOf, logOfObject } from '../publish/history/log.ts';
import { schemasFor } from '../publish/history/schemas.ts';
import { compilersHiding } from './hiding.ts';
import { openHistory, readMeant, type TipOptions, tellShallow, unknownObject } from './history.ts';
import { homeFor } from './places.ts';

/** `lockstep log`. */
export interface LogOptions extends TipOptions {
  /** What is followed; undefined for the whole branch. */
  readonly object?: string;
  readonly limit: number;
}

/** Shows which commits made a rendered branch what it is, or one object of it. Nothing is written. */
export const log: Command<LogOptions> = async (context, options) => {
  const { environment, object, limit } = options;
  const whole = await context.world.repository();
  try {
    const repository = await homeFor(context, whole, options.environment);
    const meant = object === undefined ? undefined : readMeant(object);
    const { tip, subject } = await openHistory(context, repository, options, meant);
    const { rendered, name, remote } = tip;
    const logged =
      subject === undefined
        ? await logOf(repository, rendered.commit, { limit, remote })
        : await logOfObject(repository, rendered.commit, {
            followed: subject.followed,
            nodeOf: await schemasFor(repository, rendered, subject.indexed?.ref),
            hiding: compilersHiding(),
            limit,
            remote,
          });
    if (meant !== undefined && logged.commits.length === 0)
      throw unknownObject(tip, meant, { said: 'never held', help: 'name one of its objects: `<kind>/<namespace>/<name>`' });
    const shallow = await tellShallow(context, repository);
    const result = { environment, from: { name, commit: rendered.commit }, shallow, ...logged };
    if (context.output === 'json') context.out(JSON.stringify(result, undefined, 2));
    else for (const line of formatLog(logged, context.paint.out)) context.out(line);
    return exitCodes.done;
  } finally {
    await whole.close();
  }
};
