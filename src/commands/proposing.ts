import { type Compared, diffReport } from '../diff/report.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { type ForgeType, forgeOf } from '../model/forge.ts';
import type { RenderedPlace } from '../model/rendered-place.ts';
import type { Forge, RenderedRepository, Route, World } from '../ports.ts';
import type { PublishResult } from '../publish/branches.ts';
import { drySourceOf, sourceOfSlice, usualRemote } from '../publish/latest.ts';
import { type Proposal, type ProposalStep, proposalLabels, proposalStep, shownCommits } from '../publish/proposal.ts';
import { branchesOfSet, type SetResult } from '../publish/sets.ts';
import { readSliceSources } from '../publish/slice-sources.ts';
import { compilersHiding } from './hiding.ts';
import type { Done } from './outcomes.ts';
import { commitSide, type SideGround, succession } from './sides.ts';

/** Where pull requests are opened; or nowhere, and why, where somebody might expect one. */
export type Asking = { readonly forge: Forge } | { readonly forge: undefined; readonly why: string | undefined };

interface Ground {
  readonly world: Pick<World, 'forge'>;
  readonly repository: Pick<RenderedRepository, 'urlOf'>;
}

/** Where nobody is asked. */
export const unasked: Asking = { forge: undefined, why: undefined };

/**
 * The forge that the rendered branches are at. Where the environment names one, it has to be there, with a token; where the host of the remote
 * tells it, pull requests are opened by whoever has a token, and others are told that there is none.
 */
export async function forgeAt({ world, repository }: Ground, remote: string | undefined, { forge: words }: RenderedPlace): Promise<Asking> {
  if (remote === undefined) return unasked;
  const url = await repository.urlOf(remote);
  const isNamed = words.type !== undefined || words.url !== undefined;
  const place = forgeOf(url, words);
  // A folder, or a server of which nobody said that a forge runs there.
  if (typeof place === 'string' && !isNamed) {
    const why = 'it is not known which forge the remote is at, if any: `rendered: { forge }` tells';
    return { forge: undefined, why: place === 'host' ? why : undefined };
  }
  try {
    return { forge: await world.forge({ remote: url, ...words }) };
  } catch (thrown) {
    if (isNamed || !(thrown instanceof Failure) || thrown.code !== 'forge-token') throw thrown;
    return { forge: undefined, why: thrown.message };
  }
}

/** The type of the forge that rendered branches are at, as far as it is known: some of what they hold is read by it. */
export async function forgeTypeAt(
  repository: Pick<RenderedRepository, 'urlOf'>,
  remote: string | undefined,
  { remote: usual = usualRemote, forge }: RenderedPlace,
): Promise<ForgeType | undefined> {
  const place = forgeOf(await repository.urlOf(remote ?? usual), forge);
  return typeof place === 'string' ? forge.type : place.type;
}

/** A proposal that may have a pull request. */
interface Held {
  readonly remote: string | undefined;
  readonly place: RenderedPlace;
  readonly route: Route;
  /** The commit that is proposed. */
  readonly commit: string;
}

/**
 * Why a proposal is left to the people at the forge, who merge it or do not: its pull request is open there, was declined, or nobody can tell.
 * Undefined where there is no forge, or no pull request.
 */
export async function heldAtForge({ world, repository }: Ground, { remote, place, route, commit }: Held): Promise<string | undefined> {
  if (remote === undefined || (await forgeTypeAt(repository, remote, place)) === undefined) return undefined;
  try {
    const { forge, ...none } = await forgeAt({ world, repository }, remote, place);
    if (forge === undefined) return 'why' in none ? none.why : undefined;
    const open = await forge.find(route);
    if (open !== undefined) return `its pull request is open: ${open.url}`;
    const declined = await forge.declined(route, { commit });
    return declined && `its pull request was declined: ${declined.url}`;
  } catch (thrown) {
    if (!(thrown instanceof Failure) || thrown.exit === exitCodes.interrupted) throw thrown;
    return `nobody can tell whether its pull request is open: ${thrown.message}`;
  }
}

/** What a result proposes, beside what the branches tell themselves. */
export type Told = Pick<Proposal, 'repoURL' | 'rollback' | 'slice'> & { readonly environment: string };

/**
 * Opens, updates or closes the pull request of an environment, so that it says what merging its proposal does. What is rendered from a later
 * commit has one that says so already.
 */
export async function asked(
  ground: { readonly repository: RenderedRepository },
  asking: Asking,
  { result, told, reopen }: { readonly result: PublishResult; readonly told: Told; readonly reopen: boolean },
): Promise<Done> {
  const { forge } = asking;
  if (forge === undefined) return result.pending ? { result, unasked: asking.why } : { result };
  if (result.op === 'overtaken') return { result };
  const { active: base, next: head } = ground.repository.branchesOf(told.environment, told.slice);
  const propose = (): Promise<Proposal> => proposalOf(ground, [{ ...told, result }], told);
  try {
    return { result, pullRequest: await keepRequest(forge, { head, base }, { ...wantedOf(result), reopen, propose }) };
  } catch (thrown) {
    throw thrown instanceof Failure ? withoutRequest(thrown, result) : thrown;
  }
}

/** The branch is written before the forge is asked: whoever reads that it failed has to know. */
function withoutRequest({ code, message, help, exit, cause }: Failure, { branch, commit }: PublishResult): Failure {
  const all = `${message}; \`${branch}\` is at \`${commit.slice(0, 7)}\` all the same, and the pull request follows when this is run again`;
  return new Failure(code, all, { ...(help === undefined ? {} : { help }), exit, cause });
}

/** A set that was proposed, and what was published for it. */
interface SetToAsk {
  readonly name: string;
  readonly result: SetResult;
  readonly published: readonly Proposed[];
  readonly repoURL: string | undefined;
  readonly reopen: boolean;
}

/** The same of a set: one pull request says what merging all of its proposals does; what several change alike it says once. */
export async function askedForSet(
  ground: { readonly repository: RenderedRepository },
  asking: Asking,
  { name, result, published, repoURL, reopen }: SetToAsk,
): Promise<Pick<Done, 'pullRequest' | 'unasked'>> {
  const { forge } = asking;
  if (forge === undefined) return result.pending ? { unasked: asking.why } : {};
  const { active: base, next: head } = branchesOfSet(name);
  const pending = published.filter((one) => one.result.pending);
  const propose = (): Promise<Proposal> =>
    proposalOf(ground, pending.length > 0 ? pending : published, { repoURL, rollback: undefined, slice: undefined });
  return { pullRequest: await keepRequest(forge, { head, base }, { ...wantedOf(result), reopen, propose }) };
}

/** What a pull request is to be of. */
interface Wanted {
  readonly isPending: boolean;
  /** The commit that is proposed. */
  readonly commit: string;
  /** Whether people are asked also for what one of them closed. */
  readonly reopen: boolean;
  readonly propose: () => Promise<Proposal>;
}

function wantedOf({ pending, commit }: Pick<PublishResult, 'commit' | 'pending'>): Pick<Wanted, 'commit' | 'isPending'> {
  return { isPending: pending, commit };
}

/**
 * Lets the pull request of a route say what is proposed. Where nothing is to be merged and nobody was asked, nothing is compared; what a person
 * closed stays closed, until another commit is proposed.
 */
async function keepRequest(forge: Forge, route: Route, { isPending, commit, reopen, propose }: Wanted): Promise<Done['pullRequest']> {
  const open = await forge.find(route);
  if (!isPending && open === undefined) return undefined;
  const declined = open === undefined && !reopen ? await forge.declined(route, { commit }) : undefined;
  if (declined !== undefined) return { op: 'declined', ...declined };
  return carryOut(forge, route, proposalStep(open, await propose(), isPending));
}

/** Does what was decided of a pull request, and tells what that was. */
export async function carryOut(forge: Forge, route: Route, step: ProposalStep): Promise<Done['pullRequest']> {
  switch (step.op) {
    case 'open': {
      const { number, url } = await forge.open(route, step.text);
      return { op: 'opened', number, url };
    }
    case 'update': {
      const { number, url } = await forge.update(step.pull, step.text, proposalLabels);
      return { op: 'updated', number, url };
    }
    case 'close':
      await forge.close(step.pull, step.why);
      return { op: 'closed', number: step.pull.number, url: step.pull.url };
    case 'none':
      return undefined;
  }
}

/** What is proposed for one environment. */
interface Proposed {
  readonly environment: string;
  readonly result: PublishResult;
}

/** What merging all of `proposed` changes; the source of the first is that of all. */
async function proposalOf(
  { repository }: { readonly repository: RenderedRepository },
  proposed: readonly Proposed[],
  { repoURL, rollback, slice }: Pick<Told, 'repoURL' | 'rollback' | 'slice'>,
): Promise<Proposal> {
  const ground: SideGround = { repository, known: new Map() };
  const compared: Compared[] = [];
  for (const one of proposed) compared.push(...(await comparedOf(ground, one)));
  const [first] = proposed;
  const [was, now] = [await sourceIn(repository, first?.result.active, slice), await sourceIn(repository, first?.result.commit, slice)];
  return {
    slice,
    report: diffReport(compared, compilersHiding()),
    source: rollback === undefined && now !== undefined ? await repository.describe(now) : undefined,
    repoURL,
    between: was === undefined || now === undefined ? undefined : await repository.between(was, now, shownCommits),
    rollback,
  };
}

async function comparedOf(ground: SideGround, { environment, result: { active, commit } }: Proposed): Promise<readonly Compared[]> {
  const branches = ground.repository.branchesOf(environment);
  const after = await commitSide(ground, commit, { name: branches.next, environment });
  const before = active === null ? undefined : await commitSide(ground, active, { name: branches.active, environment });
  return after === undefined ? [] : [succession(before, after)];
}

/** What a commit says that it, or a slice of it, was rendered from. */
async function sourceIn(
  repository: RenderedRepository,
  commit: string | null | undefined,
  slice: string | undefined,
): Promise<string | undefined> {
  if (commit === null || commit === undefined) return undefined;
  const files = await repository.files(commit);
  const [source, slices] = [await drySourceOf(repository, { files }), await readSliceSources(repository, files)];
  return sourceOfSlice({ source, slices }, slice);
}
