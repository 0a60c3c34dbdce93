import type { ProposedSource } from '../cli/source-proposal.ts';
import type { ForgeWords } from '../model/forge.ts';
import type { RenderedPlace } from '../model/rendered-place.ts';
import type { DeclinedRequest, Forge, PullRequestText, RenderedRepository, Route, World } from '../ports.ts';
import { usualRemote } from '../publish/latest.ts';
import { markOf, proposeSource, type SourceProposal } from '../publish/source-proposal.ts';
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
  /** Whether people are asked also for what one of them declined. */
  readonly reopen: boolean;
}

interface Ground {
  readonly world: World;
  readonly repository: RenderedRepository;
  readonly version: string;
}

/** Proposes to change files of the source: commits them on a branch of their own, and opens, updates or closes its pull request. */
export async function askForSource(ground: Ground, asked: SourceAsked): Promise<ProposedSource> {
  const { repository, world, version } = ground;
  const { branch, title, reopen } = asked;
  const remote = asked.push === true ? usualRemote : asked.push;
  const { prefix } = await repository.state();
  const here = await Promise.all(
    [...asked.files.keys()].map(async (path) => [`${prefix}${path}`, await world.files.sha256(path)] as const),
  );
  const files = new Map([...asked.files].map(([path, content]) => [`${prefix}${path}`, content]));
  const mark = markOf(files);
  const { forge, ...none } = await forgeAt({ world, repository }, remote, { ...asked.place, forge: wordsFor(asked) });
  const change = {
    ...{ branch, remote, title, version, files },
    body: '',
    here: new Map(here),
    declined: forge && !reopen ? (route: Route) => declinedAt(forge, route, mark) : undefined,
  };
  const { declined, ...proposal } = await proposeSource(repository, change);
  if (forge === undefined) return { ...proposal, ...('why' in none && { unasked: none.why }) };
  if (declined !== undefined) return { ...proposal, pullRequest: { op: 'declined', ...declined } };
  return { ...proposal, pullRequest: await requestOf(forge, proposal, { ...asked, mark }) };
}

/** Who declined a change, and nobody asks for it again already. */
async function declinedAt(forge: Forge, route: Route, mark: string): Promise<DeclinedRequest | undefined> {
  return (await forge.find(route)) === undefined ? forge.declined(route, { text: mark }) : undefined;
}

/** The forge of rendered branches in another repository is no matter of the source. */
function wordsFor({ told, place }: Pick<SourceAsked, 'told' | 'place'>): ForgeWords {
  const known = place.remote === undefined ? place.forge : {};
  return { type: told.type ?? known.type, url: told.url ?? known.url };
}

async function requestOf(
  forge: Forge,
  { op, branch: head, base }: SourceProposal,
  { isWhole, text, mark }: SourceAsked & { readonly mark: string },
): Promise<ProposedSource['pullRequest']> {
  const route = { head, base };
  const open = await forge.find(route);
  if (op !== 'none') {
    const { body, ...words } = await text();
    const marked = { ...words, body: `${body}\n\n${mark}` };
    return carryOut(forge, route, open === undefined ? { op: 'open', text: marked } : { op: 'update', pull: open, text: marked });
  }
  if (open === undefined || !isWhole) return undefined;
  return carryOut(forge, route, { op: 'close', pull: open, why: `Nothing is left to merge: \`${base}\` holds all of this already.` });
}
