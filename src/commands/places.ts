import type { Context } from '../cli/context.ts';
import { placeOfRendered } from '../compile/resolve.ts';
import type { RenderedPlace } from '../model/rendered-place.ts';
import { findEnvironments } from './sources.ts';

/** The remote that all environments of the project have their rendered branches at; undefined where they do not agree, or say nothing. */
export async function commonRemote({ world }: Pick<Context, 'world'>): Promise<string | undefined> {
  const { value } = await findEnvironments(world, []);
  const remotes = new Set(value.map(({ environment }) => placeOfRendered(environment).remote));
  return remotes.size === 1 ? [...remotes][0] : undefined;
}

/** Where nothing is said of it. */
const usualPlace: RenderedPlace = { forge: {}, owners: new Map() };

/**
 * Where the rendered branches of an environment are, by its definition. Whoever goes back to what worked may well stand before a project that
 * does not load: then it is told that nothing is known of it.
 */
export async function renderedPlace({ world, say }: Pick<Context, 'say' | 'world'>, environment: string): Promise<RenderedPlace> {
  const { value } = await findEnvironments(world, [environment]);
  const [found] = value;
  if (found !== undefined) return placeOfRendered(found.environment);
  say(`nothing is known of where the rendered branches of \`${environment}\` are: its definition cannot be loaded`);
  return usualPlace;
}
