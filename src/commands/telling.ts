import type { Told } from '../agent/teller.ts';
import { type ForgeWords, forgeOf } from '../model/forge.ts';
import type { ForgeOptions, World } from '../ports.ts';

/** Where the commits of a rendered branch are, and who tells how they do. */
export type TellingPlace = Pick<ForgeOptions, 'remote' | 'secret'> & ForgeWords;

/** What is told, and where. The forge is opened each time: who tells may be another one by then. */
export function toldAt({ forge }: Pick<World, 'forge'>, place: TellingPlace): Pick<Told, 'forge' | 'open'> {
  const found = forgeOf(place.remote, place);
  return { forge: typeof found === 'string' ? place.remote : found.api, open: () => forge(place) };
}
