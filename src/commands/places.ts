import type { Context } from '../cli/context.ts';
import { placeOfRendered } from '../compile/resolve.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { homeOf } from '../model/rendered.ts';
import type { RenderedPlace } from '../model/rendered-place.ts';
import type { RenderedRepository } from '../ports.ts';
import { loadEnvironments } from './load.ts';
import { findEnvironments } from './sources.ts';

type Ground = Pick<Context, 'world'>;

/** Where the rendered branches of environments are, by their definitions; none means all. Of one that cannot be loaded nothing is known. */
export async function placesOf({ world }: Ground, environments: readonly string[]): Promise<ReadonlyMap<string, RenderedPlace>> {
  const { value } = await findEnvironments(world, environments);
  return new Map(value.map(({ environment }) => [environment.name, placeOfRendered(environment)]));
}

/** The remote that all environments of the project have their rendered branches at; undefined where they do not agree, or say nothing. */
export function commonRemote(places: ReadonlyMap<string, RenderedPlace>): string | undefined {
  const remotes = new Set([...places.values()].map(({ remote }) => remote));
  return remotes.size === 1 ? [...remotes][0] : undefined;
}

/** Where nothing is said of it. */
const usualPlace: RenderedPlace = { forge: {}, owners: new Map() };

/**
 * Where the rendered branches of an environment are, by its definition. Whoever goes back to what worked may well stand before a project that
 * does not load: then it is told that nothing is known of it.
 */
export async function renderedPlace(context: Ground & Pick<Context, 'say'>, environment: string): Promise<RenderedPlace> {
  const place = (await placesOf(context, [environment])).get(environment);
  if (place !== undefined) return place;
  context.say(`nothing is known of where the rendered branches of \`${environment}\` are: its definition cannot be loaded`);
  return usualPlace;
}

/** The repository as an environment sees it: of a branch that others share, its folder alone. */
export function homed(
  repository: RenderedRepository,
  environment: string,
  { branch }: Pick<RenderedPlace, 'branch'> = usualPlace,
): RenderedRepository {
  return repository.of(homeOf(environment, branch));
}

/** The same of an environment by its definition, where that can be loaded. */
export async function homeFor(context: Ground, repository: RenderedRepository, environment: string): Promise<RenderedRepository> {
  return homed(repository, environment, (await placesOf(context, [environment])).get(environment));
}

/**
 * Tells the files with those who may sign what is rendered, as the project that is checked out says of each environment, whatever commit its lock
 * names: no commit says itself who may have signed it. Undefined for an environment that the project does not have, and where nobody has to.
 * Throws the `Failure` `signers-unknown` where an environment may be one that does not load. The project is loaded when it is asked for the first time.
 */
export function openSignersBy({ world }: Pick<Context, 'world'>): (environment: string) => Promise<string | undefined> {
  let loading: ReturnType<typeof loadEnvironments> | undefined;
  return async (name) => {
    loading ??= world.modules.running(() => loadEnvironments(world));
    const { value, diagnostics } = await loading;
    const found = value.find(({ environment }) => environment.name === name);
    if (found !== undefined) return placeOfRendered(found.environment).signedBy;
    if (diagnostics.some(({ code, severity }) => severity === 'error' && code !== 'no-environments')) throw signersUnknown(name);
    return undefined;
  };
}

function signersUnknown(environment: string): Failure {
  return new Failure('signers-unknown', `it is not known who may sign for \`${environment}\`: the project does not load`, {
    help: `mend what \`lockstep check ${environment}\` tells, or name the file with those who may: \`--signed-by <file>\``,
    exit: exitCodes.input,
  });
}
