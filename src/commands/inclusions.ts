import type { Renderings } from '../compile/include/join.ts';
import type { Pending } from '../compile/include/pending.ts';
import { readRendering } from '../compile/include/read.ts';
import { requestOf } from '../compile/include/request.ts';
import type { Inclusion, Rendering } from '../model/inclusion.ts';
import type { Lockfile } from '../model/lockfile.ts';
import type { Renderer } from '../ports/supply.ts';
import type { World } from '../ports.ts';

/** What the inclusions of an environment are rendered by. */
interface Locked {
  readonly name: string;
  readonly lock: Lockfile;
  /** The project's folder, or that of a snapshot of it: where its own charts and kustomizations are. */
  readonly folder: string;
}

/** What an environment includes, rendered: all of it at once, side by side. */
async function renderIncluded(
  world: Pick<World, 'renderer'>,
  inclusions: readonly Inclusion[],
  { name, lock, folder }: Locked,
): Promise<Renderings> {
  const renderer = await world.renderer(folder);
  return new Map(await Promise.all(inclusions.map(async (one) => [one.construct, await render(renderer, one, { name, lock })] as const)));
}

/**
 * Goes on with what was pending until its inclusions are rendered. To be called where code of the project may run: programs are none, and
 * end when this process is asked to.
 */
export async function withIncluded<T>(
  { modules, renderer }: Pick<World, 'modules' | 'renderer'>,
  pending: Pending<T>,
  locked: Omit<Locked, 'folder'>,
): Promise<T> {
  const folder = modules.root;
  return pending.withRendered(await modules.idle(() => renderIncluded({ renderer }, pending.inclusions, { ...locked, folder })));
}

async function render(renderer: Renderer, inclusion: Inclusion, { name, lock }: Omit<Locked, 'folder'>): Promise<Rendering> {
  const requested = requestOf(inclusion, lock, name);
  if (!requested.ok) return { objects: [], problems: [requested.problem] };
  const outcome = await renderer.render(requested.request, readRendering);
  return outcome.ok ? outcome.rendering : { objects: [], problems: outcome.problems };
}
