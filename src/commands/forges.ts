import type { ForgeType } from '../model/forge.ts';
import type { Forge, RenderedRepository, World } from '../ports.ts';

/** Which repository of which forge is asked. */
export interface ForgeChoice {
  /** The name of a remote of this repository, or a URL. */
  readonly remote: string;
  /** Its type, where the host does not tell. */
  readonly forge?: ForgeType;
  /** Its URL, where that of the remote does not tell. */
  readonly forgeUrl?: string;
}

/** The forge that a remote is at. */
export async function forgeOfRemote(
  { world, repository }: { readonly world: Pick<World, 'forge'>; readonly repository: Pick<RenderedRepository, 'urlOf'> },
  { remote, forge, forgeUrl }: ForgeChoice,
): Promise<Forge> {
  return world.forge({ remote: await repository.urlOf(remote), type: forge, url: forgeUrl });
}
