import type { ForgeType } from '../model/forge.ts';
import type { RenderedPlace } from '../model/rendered-place.ts';
import type { Forge, RenderedRepository, World } from '../ports.ts';
import { usualRemote } from '../publish/latest.ts';

/** Which repository of which forge is asked. */
export interface ForgeChoice {
  /** The name of a remote of this repository, or a URL. */
  readonly remote: string;
  /** Its type, where the host does not tell. */
  readonly forge?: ForgeType | undefined;
  /** Its URL, where that of the remote does not tell. */
  readonly forgeUrl?: string | undefined;
}

/** The forge that a remote is at. Throws `Failure` where nobody knows which, or there is no token for it. */
export async function forgeOfRemote(
  { world, repository }: { readonly world: Pick<World, 'forge'>; readonly repository: Pick<RenderedRepository, 'urlOf'> },
  { remote, forge, forgeUrl }: ForgeChoice,
): Promise<Forge> {
  return world.forge({ remote: await repository.urlOf(remote), type: forge, url: forgeUrl });
}

/** Where the rendered branches of an environment are: what is told, or else what its definition says. */
export function choiceFor(told: Partial<ForgeChoice>, { remote, forge }: RenderedPlace): ForgeChoice {
  return {
    remote: told.remote ?? remote ?? usualRemote,
    forge: told.forge ?? forge.type,
    forgeUrl: told.forgeUrl ?? forge.url,
  };
}
