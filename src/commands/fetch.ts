import type { Command } from '../cli/context.ts';
import { type FetchedSource, formatFetched } from '../cli/fetch.ts';
import { exitCodes } from '../model/failure.ts';
import { sourcesOf } from './sources.ts';

/** `lockstep fetch`. */
export interface FetchOptions {
  /** None means all whose locks name a source. */
  readonly environments: readonly string[];
  /** The name or URL of the remote that has what is missing. */
  readonly remote: string;
}

/** Brings here what rendering from commits needs and does not get by itself: it stays off the network. */
export const fetch: Command<FetchOptions> = async ({ world, output, out, say, paint }, { environments, remote }) => {
  const sources = await sourcesOf(world, environments);
  const commits = await world.commits();
  const fetched: FetchedSource[] = [];
  for (const [commit, names] of sources) fetched.push({ commit, environments: names, ...(await commits.fetch(commit, remote)) });
  const named = new Set(fetched.flatMap((one) => one.environments));
  const here = environments.filter((name) => !named.has(name));
  if (output === 'json') out(JSON.stringify({ sources: fetched, here }, undefined, 2));
  else for (const line of formatFetched({ fetched, here }, paint.say)) say(line);
  return exitCodes.done;
};
