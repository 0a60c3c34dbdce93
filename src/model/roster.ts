import { sha256Of } from './sha256.ts';

/** An agent for many environments that says that it is alive. */
export interface Member {
  /** Unique in the world and in time. */
  readonly name: string;
  /** Which environments count: those of a namespace, or '' for all. */
  readonly scope: string;
  /** Counts how often it said so. */
  readonly beat: number;
}

/** Whether one of `members` has this name. */
export function isAmong(members: readonly Member[], name: string): boolean {
  return members.some((member) => member.name === name);
}

/**
 * Who of `members` keeps `environment`, among those of `scope`: each of them about as many, and when one comes or goes, only what is its
 * own moves (rendezvous hashing). Undefined when there is none.
 */
export function keeperOf(
  environment: string,
  { members, scope }: { readonly members: readonly Member[]; readonly scope: string },
): string | undefined {
  const able = members.filter((member) => member.scope === scope);
  if (able.length < 2) return able[0]?.name;
  const ranked = able.map(({ name }) => ({ name, rank: sha256Of(`${name} ${environment}`) }));
  return ranked.reduce((best, one) => (one.rank > best.rank ? one : best)).name;
}
