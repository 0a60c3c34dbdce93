import type { Context } from '../cli/context.ts';
import type { Pinned } from '../cli/pin.ts';
import { type ProposedSource, pinsText, pinsTitle } from '../cli/source-proposal.ts';
import type { PullRequestText, RenderedRepository, World } from '../ports.ts';
import { readLatest, usualRemote } from '../publish/latest.ts';
import { comparedWithBranches } from './comparing.ts';
import type { Drafted } from './drafts.ts';
import type { PinOptions } from './pin.ts';
import { homed, renderedPlace } from './places.ts';
import { askForSource } from './proposing-source.ts';
import { renderEnvironments } from './render.ts';

/** Pins that were decided, and what they would write. */
export interface DraftedPins {
  readonly options: PinOptions & { readonly push: string | true };
  readonly pinned: Pinned;
  readonly drafted: Drafted;
  /** The world in which that is written. */
  readonly drafting: World;
  /** Whether all that was asked for is decided. */
  readonly isWhole: boolean;
}

/** Proposes pins: one branch of the source, and one pull request, for all locks that change. Undefined where there is no environment. */
export async function proposePins(context: Context, pins: DraftedPins): Promise<ProposedSource | undefined> {
  const { options, pinned, drafted, isWhole } = pins;
  const { environments, push, forge, forgeUrl, reopen } = options;
  const [first] = pinned.environments;
  if (first === undefined) return undefined;
  const repository = await context.world.repository();
  try {
    const place = await renderedPlace(context, first.name);
    return await askForSource(
      { ...context, repository },
      {
        // Of some environments alone it is another proposal, which takes nothing out of that of all.
        branch: ['lockstep/upgrade', ...environments.toSorted()].join('-'),
        push,
        files: drafted,
        isWhole,
        title: pinsTitle(environments),
        place,
        told: { type: forge, url: forgeUrl },
        reopen,
        text: () => textOf(repository, pins),
      },
    );
  } finally {
    await repository.close();
  }
}

async function textOf(repository: RenderedRepository, { options, pinned, drafted, drafting }: DraftedPins): Promise<PullRequestText> {
  const changed = pinned.environments.filter(({ lock }) => drafted.has(lock));
  // What was loaded to decide was rendered with the locks of before.
  const world = { ...drafting, modules: drafting.modules.fresh() };
  const { value: renderings } = await renderEnvironments(
    world,
    changed.map(({ name }) => name),
  );
  const commits = new Map<string, string>();
  for (const { tree, place } of renderings) {
    const latest = await readLatest(homed(repository, tree.environment, place), tree.environment, place.remote ?? usualRemote);
    if (latest !== undefined) commits.set(tree.environment, latest.rendered.commit);
  }
  return pinsText({ ...pinned, environments: changed }, options, await comparedWithBranches(repository, renderings, commits));
}
