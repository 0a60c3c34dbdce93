import { slicesComposer } from '../compile/compose-slice.ts';
import { composeSlice } from '../publish/sliced.ts';
import { readRendered, textsOf } from '../publish/tree.ts';
import { readable, type Side, type SideGround } from './sides.ts';

/** What is in force with one slice as it is rendered now: what publishing that slice alone would write. */
export async function slicedSide(
  ground: Pick<SideGround, 'known' | 'repository'>,
  { before, after, slice }: { readonly before: Side; readonly after: Side; readonly slice: string },
): Promise<Side> {
  const { environment, rendering, origin } = after;
  if (rendering === undefined) return after;
  const { known } = ground;
  const { repository = ground.repository } = before;
  const { commit, name } = before.origin;
  const active = commit === null ? undefined : await readRendered(repository, commit, { environment, branch: name });
  const { index, files, removed } = await composeSlice(repository, active, rendering.tree, {
    slice,
    compose: slicesComposer(rendering.external),
  });
  const texts = new Map(active === undefined ? [] : await textsOf(repository, active));
  for (const path of removed) texts.delete(path);
  for (const { path, text } of files) texts.set(path, text);
  return {
    environment,
    tree: readable(environment, index, { texts, known }),
    origin: { ...origin, name: `\`${slice}\` as it is rendered now` },
  };
}
