import type { Command, Context } from '../cli/context.ts';
import { formatDiff, formatUndefined, type UndefinedBranch } from '../cli/diff.ts';
import { type Compared, diffReport, isDifferent, type Origin } from '../diff/report.ts';
import { emptyTree, type KnownTexts } from '../diff/tree.ts';
import { didYouMean, hasErrors } from '../model/diagnostic.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import type { ClusterOptions, RenderedRepository } from '../ports.ts';
import { namedRemote } from './destination.ts';
import { environmentsOf, type Revision, type RevisionGround, revisionAt, sideIn, sideInForce } from './diff-revisions.ts';
import { slicedSide } from './diff-slice.ts';
import { compilersHiding } from './hiding.ts';
import { placesOf } from './places.ts';
import { renderEnvironments } from './render.ts';
import { type Side, succession, treeOf } from './sides.ts';
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
      place,
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
  const ground: RevisionGround = { repository, known, remote: namedRemote(options.remote) };
  try {
    const from = options.from === undefined ? undefined : await revisionAt(ground, options.from);
    const to = options.to === undefined ? undefined : await revisionAt(ground, options.to);
    const named = namedIn(options, { from, to });
    const sides = to === undefined ? await renderSides(context, named, known) : await sidesIn(ground, to, named);
    if (sides === undefined) return undefined;
    if (options.live) return { compared: [await (await import('./diff-live.ts')).compareWithCluster(context, sides, options)] };
    // No commit says where what is in force is: that is for the definitions of today.
    const after = to === undefined || from !== undefined ? sides : await placed(context, sides);
    const compared: Compared[] = [];
    for (const side of after) compared.push(await successionOf(ground, { ...options, from, side }));
    compared.push(...(await gone(ground, { from, to, named })));
    if (named.length > 0) return { compared };
    const remotes = new Set(after.map((side) => remoteFor(ground, side, options)));
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
  const shared = new Set(sides.flatMap(({ place }) => place?.branch ?? []));
  const found = await Promise.all([...remotes].map((remote) => undefinedBranches(repository, { remote, defined, shared })));
  return found.flat();
}

/** The remote whose branches an environment is compared with. */
function remoteFor(
  ground: RevisionGround,
  { place }: Side,
  { remote }: { readonly remote?: DiffOptions['remote'] | undefined },
): string | undefined {
  return remote === true ? (place?.remote ?? ground.remote) : ground.remote;
}

interface Named {
  readonly from: Revision | undefined;
  readonly to: Revision | undefined;
}

/**
 * The environments that are compared: those that are asked for, and that all of the commits are of which hold one alone. None: all that there
 * are. Between two commits that hold several, those that differ.
 */
function namedIn({ environments }: DiffOptions, { from, to }: Named): readonly string[] {
  const revisions = [from, to].filter((one) => one !== undefined);
  const own = revisions.flatMap((one) => (one.own === undefined ? [] : [one.own.environment]));
  const wanted = [...new Set([...environments, ...own])];
  if (own.length > 0 && wanted.length > 1) throw isAmbiguous(wanted);
  // An environment that one of two commits lacks came or went; a commit of one alone is of that.
  for (const name of wanted) {
    const lacking = revisions.filter((one) => !environmentsOf(one).includes(name));
    const [first] = lacking;
    if (first !== undefined && (own.length > 0 || lacking.length === revisions.length)) throw isUnknown(name, first);
  }
  const [first, second] = revisions;
  return wanted.length > 0 || first === undefined ? wanted : environmentsOf(first, second);
}

/** What a commit holds of environments. */
async function sidesIn(ground: RevisionGround, revision: Revision, environments: readonly string[]): Promise<readonly Side[]> {
  const sides: Side[] = [];
  for (const environment of environments) {
    const side = await sideIn(ground, revision, environment);
    if (side !== undefined) sides.push(side);
  }
  return sides;
}

/** The same, each with where its rendered branches are, by its definition. */
async function placed(context: Context, sides: readonly Side[]): Promise<readonly Side[]> {
  const names = sides.map(({ environment }) => environment);
  const places = await placesOf(context, names);
  return sides.map((side) => ({ ...side, place: places.get(side.environment) }));
}

/** What an environment goes from and to. */
async function successionOf(
  ground: RevisionGround,
  {
    from,
    side,
    slice,
    remote: given,
  }: Pick<DiffOptions, 'remote' | 'slice'> & { readonly from: Revision | undefined; readonly side: Side },
): Promise<Compared> {
  const remote = remoteFor(ground, side, { remote: given });
  const before =
    from === undefined
      ? await sideInForce({ ...ground, remote }, side)
      : ((await sideIn(ground, from, side.environment)) ?? noSide(side, from));
  return succession(before, slice === undefined ? side : await slicedSide(ground, { before, after: side, slice }));
}

/** Environments that the one commit holds and the other one does not. */
async function gone(
  ground: RevisionGround,
  { from, to, named }: Named & { readonly named: readonly string[] },
): Promise<readonly Compared[]> {
  if (from === undefined || to === undefined) return [];
  const sides = await sidesIn(
    ground,
    from,
    named.filter((name) => !environmentsOf(to).includes(name)),
  );
  return sides.map((side) => succession(side, noSide(side, to)));
}

function noSide({ environment, tree }: Side, { name }: Revision): Side {
  return { environment, tree: emptyTree(tree.index), origin: { name: `nothing: ${name} has no folder \`${environment}\``, commit: null } };
}

function isAmbiguous(environments: readonly string[]): Failure {
  const names = environments.map((name) => `\`${name}\``).join(', ');
  return new Failure('diff-ambiguous', `a rendered commit is compared with its own environment, and there are several here: ${names}`, {
    help: 'name one environment, or none; `--against` compares two environments',
    exit: exitCodes.input,
  });
}

function isUnknown(environment: string, revision: Revision): Failure {
  const held = environmentsOf(revision);
  const meant = didYouMean(environment, held);
  const help = meant === undefined ? `it holds ${held.length} others` : `did you mean \`${meant}\`?`;
  return new Failure('diff-unreadable', `\`${revision.name}\` holds no \`${environment}\``, { help, exit: exitCodes.input });
}
