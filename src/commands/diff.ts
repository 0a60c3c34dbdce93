import type { Command, Context } from '../cli/context.ts';
import { formatDiff, formatUndefined, type UndefinedBranch } from '../cli/diff.ts';
import { type Compared, diffReport, isDifferent, type Origin } from '../diff/report.ts';
import { emptyTree, type KnownTexts } from '../diff/tree.ts';
import { hasErrors } from '../model/diagnostic.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { branchesOf, indexPath } from '../model/rendered.ts';
import type { ClusterOptions, RenderedRepository } from '../ports.ts';
import { namedRemote } from './destination.ts';
import { slicedSide } from './diff-slice.ts';
import { compilersHiding } from './hiding.ts';
import { renderEnvironments } from './render.ts';
import { commitSide, type Side, type SideGround, succession, treeOf } from './sides.ts';
import { tellErrors } from './tell.ts';
import { undefinedBranches } from './undefined-branches.ts';

/** `lockstep diff`. */
export interface DiffOptions extends ClusterOptions {
  /** None means all, or the one of the commits that are named. */
  readonly environments: readonly string[];
  /** The one slice that is rendered anew; undefined for all. */
  readonly slice?: string;
  readonly from?: string;
  readonly to?: string;
  readonly against?: string;
  /** A remote; true is `origin`; undefined is the project's own repository. */
  readonly remote?: string | true;
  /** Compare with what the cluster holds. */
  readonly live: boolean;
  /** The namespace of the agent's own state there. */
  readonly namespace?: string;
}

/** Shows what differs between two rendered trees of environments, or a tree and its cluster, and what that does. Nothing is written. */
export const diff: Command<DiffOptions> = async (context, options) => {
  const comparison = await (options.against === undefined
    ? compareWithCommits(context, options)
    : compareWith(context, options.against, options));
  if (comparison === undefined) return exitCodes.input;
  const { compared, ...beside } = comparison;
  const report = diffReport(compared, compilersHiding());
  const astray = (beside.undefinedBranches ?? []).map(formatUndefined);
  if (context.output === 'json') context.out(JSON.stringify({ ...report, ...beside }, undefined, 2));
  else if (context.output === 'markdown')
    context.out([(await import('../diff/markdown.ts')).formatMarkdown(report).trimEnd(), ...astray].join('\n\n'));
  else if (context.output === 'html') {
    context.out((await import('../diff/html.ts')).formatHtml(report).trimEnd());
    for (const line of astray) context.say(line);
  } else for (const line of [...formatDiff(report, context.paint.out), ...astray]) context.out(line);
  return isDifferent(report) ? exitCodes.difference : exitCodes.done;
};

/** What is compared, and what is found beside it: branches of environments without a definition, where all environments are meant. */
interface Comparison {
  readonly compared: readonly Compared[];
  readonly undefinedBranches?: readonly UndefinedBranch[];
}

const rendered: Origin = { name: 'what is rendered now', commit: null };

/** What environments render to; undefined when there is something wrong with one of them, which was shown. */
async function renderSides(context: Context, names: readonly string[], known: KnownTexts): Promise<readonly Side[] | undefined> {
  const { value, diagnostics } = await renderEnvironments(context.world, names);
  if (!hasErrors(diagnostics))
    return value.map(({ tree, place, external }) => ({
      environment: tree.environment,
      tree: treeOf(tree, known),
      origin: rendered,
      remote: place.remote,
      shared: place.branch,
      rendering: { tree, external },
    }));
  tellErrors(context, diagnostics);
  return undefined;
}

/** Environments, each compared with another one. */
async function compareWith(context: Context, against: string, { environments }: DiffOptions): Promise<Comparison | undefined> {
  const sides = await renderSides(context, environments.length === 0 ? [] : [...new Set([...environments, against])], new Map());
  if (sides === undefined) return undefined;
  const before = sides.find(({ environment }) => environment === against);
  if (before === undefined)
    throw new Failure('diff-unknown', `there is no environment \`${against}\``, { help: namesOf(sides), exit: exitCodes.input });
  const wanted = sides.filter(({ environment }) => environment !== against || environments.includes(environment));
  const compared = wanted.map(({ environment, tree }) => ({
    environment,
    before: before.tree,
    after: tree,
    from: { name: against, commit: null },
    to: { name: environment, commit: null },
    isSuccessor: false,
  }));
  return { compared };
}

function namesOf(sides: readonly Side[]): string {
  return `there are: ${sides.map(({ environment }) => `\`${environment}\``).join(', ')}`;
}

/** Environments, compared with what their branches hold, or commits with one another. */
async function compareWithCommits(context: Context, options: DiffOptions): Promise<Comparison | undefined> {
  const known: KnownTexts = new Map();
  const repository = await context.world.repository();
  const ground: Ground = { repository, known, remote: namedRemote(options.remote) };
  try {
    const [from, to] = [await namedSide(ground, options.from), await namedSide(ground, options.to)];
    const environment = theOne(options, [from, to]);
    const named = environment === undefined ? options.environments : [environment];
    const after = to === undefined ? await renderSides(context, named, known) : [to];
    if (after === undefined) return undefined;
    if (options.live) return { compared: [await (await import('./diff-live.ts')).compareWithCluster(context, after, options)] };
    const compared: Compared[] = [];
    const remoteFor = (side: Side): string | undefined => (options.remote === true ? (side.remote ?? ground.remote) : ground.remote);
    for (const side of after) {
      const remote = remoteFor(side);
      const before = from ?? (await branchSide({ ...ground, remote }, side));
      const { slice } = options;
      compared.push(succession(before, slice === undefined ? side : await slicedSide(ground, { before, after: side, slice })));
    }
    if (named.length > 0) return { compared };
    const remotes = new Set(after.map(remoteFor));
    return { compared, undefinedBranches: await astrayOf(repository, after, remotes) };
  } finally {
    await repository.close();
  }
}

/** The branches that have no environment among all that are defined. */
async function astrayOf(
  repository: RenderedRepository,
  sides: readonly Side[],
  remotes: ReadonlySet<string | undefined>,
): Promise<readonly UndefinedBranch[]> {
  const defined = new Set(sides.map(({ environment }) => environment));
  const shared = new Set(sides.flatMap((side) => side.shared ?? []));
  const found = await Promise.all([...remotes].map((remote) => undefinedBranches(repository, { remote, defined, shared })));
  return found.flat();
}

interface Ground extends SideGround {
  /** The remote whose branches are read; undefined for those that are here. */
  readonly remote: string | undefined;
}

/** The environment that commits hold; undefined where none is named. */
function theOne({ environments }: DiffOptions, sides: readonly (Side | undefined)[]): string | undefined {
  const held = sides.flatMap((side) => (side === undefined ? [] : [side.environment]));
  if (held.length === 0) return undefined;
  const all = [...new Set([...environments, ...held])];
  if (all.length === 1) return all[0];
  const names = all.map((name) => `\`${name}\``).join(', ');
  throw new Failure('diff-ambiguous', `a rendered commit is compared with its own environment, and there are several here: ${names}`, {
    help: 'name one environment, or none; `--against` compares two environments',
    exit: exitCodes.input,
  });
}

/** What a person named: a branch, at a remote where one is meant, or any commit that is here. */
async function namedSide(ground: Ground, revision: string | undefined): Promise<Side | undefined> {
  if (revision === undefined) return undefined;
  const { repository, remote } = ground;
  const there = remote === undefined ? undefined : await repository.branch(revision, remote);
  const here = there ?? (await repository.resolve(revision));
  const commit = here ?? (remote === undefined ? await lastFetched(ground, revision) : undefined);
  if (commit === undefined)
    throw new Failure('diff-unknown', `\`${revision}\` is no commit of this repository`, {
      help: remote === undefined ? 'if a remote has the branch, name it: `--remote`' : `neither is it a branch of \`${remote}\``,
      exit: exitCodes.input,
    });
  const files = await repository.files(commit);
  if (!files.some(({ path }) => path === indexPath))
    throw new Failure('diff-unreadable', `\`${revision}\` is no rendered commit: it has no \`${indexPath}\``, {
      help: 'name a rendered branch, such as `environments/prod`, or a commit of one; what a commit of the source renders to is on its branch',
      exit: exitCodes.input,
    });
  const side = await commitSide(ground, commit, { name: here === undefined ? fetchedName(revision) : revision });
  if (side !== undefined) return side;
  throw new Failure('diff-unreadable', `\`${revision}\` cannot be compared: it is empty`, {
    help: 'name another commit',
    exit: exitCodes.input,
  });
}

/** What the branch of an environment holds: as it was fetched last, where it is not here; nothing, where it was never published. */
async function branchSide(ground: Ground, { environment, tree }: Side): Promise<Side> {
  const branch = branchesOf(environment).active;
  const name = ground.remote === undefined ? branch : `${ground.remote}/${branch}`;
  const commit = await ground.repository.branch(branch, ground.remote);
  const fetched = commit === undefined && ground.remote === undefined ? await lastFetched(ground, branch) : undefined;
  const held = await (commit === undefined
    ? fetched === undefined
      ? undefined
      : commitSide(ground, fetched, { name: fetchedName(branch), environment })
    : commitSide(ground, commit, { name, environment }));
  if (held !== undefined) return held;
  const why = commit === undefined && fetched === undefined ? `there is no ${name}` : `${name} is empty`;
  return { environment, tree: emptyTree(tree.index), origin: { name: `nothing: ${why}`, commit: null } };
}

/** A branch of `origin` as it was when somebody fetched it: a clone has no other of the rendered branches. */
async function lastFetched({ repository }: Ground, branch: string): Promise<string | undefined> {
  return repository.resolve(`refs/remotes/origin/${branch}`);
}

function fetchedName(branch: string): string {
  return `origin/${branch}, as fetched last,`;
}
