import type { ProposedSource } from '../cli/source-proposal.ts';
import type { ForgeWords } from '../model/forge.ts';
import type { RenderedPlace } from '../model/rendered-place.ts';
import type { Forge, PullRequestText, RenderedRepository, World } from '../ports.ts';
import { usualRemote } from '../publish/latest.ts';
import { proposeSource, type SourceProposal } from '../publish/source-proposal.ts';
import type { Drafted } from './drafts.ts';
import { carryOut, forgeAt } from './proposing.ts';

/** A change of the source, and what its pull request says. */
export interface SourceAsked {
  readonly branch: string;
  /** A remote; true is `origin`. */
  readonly push: string | true;
  readonly files: Drafted;
  /** Whether the pull request is closed where nothing is to be changed: not where something kept it from being known. */
  readonly isWhole: boolean;
  /** Says it, once it is known that there is something to say. */
  readonly text: () => Promise<PullRequestText>;
  readonly title: string;
  readonly place: RenderedPlace;
  /** What was told of the forge that has the source; the rest is known by the place, where rendered branches are there, too. */
  readonly told: ForgeWords;
}

interface Ground {
  readonly world: World;
  readonly repository: RenderedRepository;
  readonly version: string;
}

/** Proposes to change files of the source: commits them on a branch of their own, and opens, updates or closes its pull request. */
export async function askForSource(ground: Ground, asked: SourceAsked): Promise<ProposedSource> {
  const { repository, world, version } = ground;
  const { branch, files, title } = asked;
  const remote = asked.push === true ? usualRemote : asked.push;
  const { prefix } = await repository.state();
  const here = await Promise.all([...files.keys()].map(async (path) => [`${prefix}${path}`, await world.files.sha256(path)] as const));
  const change = {
    ...{ branch, remote, title, version },
    body: '',
    files: new Map([...files].map(([path, content]) => [`${prefix}${path}`, content])),
    here: new Map(here),
  };
  const asking = await forgeAt({ world, repository }, remote, { ...asked.place, forge: wordsFor(asked) });
  const proposal = await proposeSource(repository, change);
  if (asking.forge === undefined) return { ...proposal, unasked: asking.why };
  return { ...proposal, pullRequest: await requestOf(asking.forge, proposal, asked) };
}

/** The forge of rendered branches in another repository is no matter of the source. */
function wordsFor({ told, place }: Pick<SourceAsked, 'told' | 'place'>): ForgeWords {
  const known = place.remote === undefined ? place.forge : {};
  return { type: told.type ?? known.type, url: told.url ?? known.url };
}

async function requestOf(
  forge: Forge,
  { op, branch: head, base }: SourceProposal,
  { isWhole, text }: SourceAsked,
): Promise<ProposedSource['pullRequest']> {
  const route = { head, base };
  const open = await forge.find(route);
  if (op !== 'none') {
    const words = await text();
    return carryOut(forge, route, open === undefined ? { op: 'open', text: words } : { op: 'update', pull: open, text: words });
  }
  if (open === undefined || !isWhole) return undefined;
  return carryOut(forge, route, { op: 'close', pull: open, why: `Nothing is left to merge: \`${base}\` holds all of this already.` });
}
