import type { Command, Context } from '../cli/context.ts';
import { formatVerified, type Verified } from '../cli/verify.ts';
import { type DiffReport, diffReport } from '../diff/report.ts';
import { comparedTree, type KnownTexts } from '../diff/tree.ts';
import type { FailureCode } from '../model/code.ts';
import { type ExitCode, exitCodes, Failure } from '../model/failure.ts';
import type { RenderedRepository } from '../ports.ts';
import { usualRemote } from '../publish/latest.ts';
import { commitMeantBy, commitNamed, differencesFrom, isNothing, type MeantCommit, makingOf, signedOf } from '../publish/proving.ts';
import { unshallow } from '../publish/reviewed.ts';
import { environmentsIn } from '../publish/shared.ts';
import { readSliceSources } from '../publish/slice-sources.ts';
import { type RenderedCommit, readRendered, textsOf } from '../publish/tree.ts';
import { type Again, renderAgain } from './again.ts';
import { compilersHiding } from './hiding.ts';
import { homeFor, openSignersBy } from './places.ts';

/** `lockstep verify`. */
export interface VerifyOptions {
  /** A commit, a branch or an environment. */
  readonly what: string;
  /** Whether each commit of its branch is, along first parents. */
  readonly all: boolean;
  /** The commit after which that begins. */
  readonly since?: string;
  /** Whether somebody has to have signed whom git's configuration trusts. */
  readonly signed: boolean;
  /** The file with those who may have signed. */
  readonly signedBy?: string;
  /** A remote; true is `origin`; undefined is the project's own repository. */
  readonly remote?: string | true;
  readonly reviewed: readonly string[];
}

/** More commits are not verified at once. */
const limit = 100;

/** Proves that rendered commits are what their source renders to, and that somebody who is trusted answers for them. */
export const verify: Command<VerifyOptions> = async (context, options) => {
  const repository = await context.world.repository();
  try {
    const remote = options.remote === true ? usualRemote : options.remote;
    const known = new Map<string, Promise<Again>>();
    const meant = await subjectsOf({ ...context, repository }, options, remote);
    const commits: Verified[] = [];
    const verifyEach = meant.length > 1 ? verifyAmong : verifyOne;
    const signersBy = openSignersBy(context);
    for (const { commit, ...one } of meant)
      commits.push(await verifyEach({ ...context, ...one, remote, known, signersBy }, commit, options));
    if (context.output === 'json') context.out(JSON.stringify({ commits }, undefined, 2));
    else for (const line of formatVerified(commits, context.paint.out)) context.out(line);
    return exitOf(commits);
  } finally {
    await repository.close();
  }
};

function exitOf(commits: readonly Verified[]): ExitCode {
  if (commits.some(({ signed }) => signed?.isTrusted === false)) return exitCodes.refused;
  if (commits.some(({ verdict }) => verdict === 'different')) return exitCodes.difference;
  return commits.some(({ verdict }) => verdict === 'unverifiable') ? exitCodes.world : exitCodes.done;
}

/** What is verified. */
interface Subject {
  readonly commit: string;
  /** As the environment sees it. */
  readonly repository: RenderedRepository;
  /** The environments that it may be of; undefined: any. */
  readonly environments: readonly string[] | undefined;
}

/** What is verified, newest first: of commits that hold several environments, each of those that it changed; of the tip of a branch, all. */
async function subjectsOf(
  { repository: whole, ...context }: Context & { readonly repository: RenderedRepository },
  options: VerifyOptions,
  remote: string | undefined,
): Promise<readonly Subject[]> {
  const { what, all, since } = options;
  // What is no name of an environment is not looked for among them.
  const repository = /^[a-z0-9-]+$/.test(what) ? await homeFor(context, whole, what) : whole;
  const { commits, environments, isTip, isProposal } = await commitsMeant(repository, options, remote);
  const found: Subject[] = [];
  for (const commit of commits) {
    const folders = environmentsIn(await repository.files(commit));
    if (folders.length === 0) found.push({ commit, repository, environments });
    const isStep = !isTip || all || since !== undefined;
    const meant = isProposal ? folders.filter((folder) => environments?.includes(folder)) : folders;
    const verified = folders.length > 0 && isStep ? await changedIn(repository, commit, meant) : meant;
    for (const folder of verified) {
      const home = whole.of({ branch: what, folder });
      // As its agent sees it: who signed what others did since then says nothing of it.
      const [last] = isStep ? [] : await home.history(commit, 1);
      found.push({ commit: last?.commit ?? commit, repository: home, environments: [folder] });
    }
  }
  return found;
}

/** Those of the folders that a commit changed against its first parent. */
async function changedIn(repository: RenderedRepository, commit: string, folders: readonly string[]): Promise<readonly string[]> {
  for await (const { changes } of repository.walk(commit)) {
    const touched = new Set(changes.map(({ path }) => path.slice(0, path.indexOf('/'))));
    return folders.filter((folder) => touched.has(folder));
  }
  return folders;
}

/** The commits that are to be verified, newest first, and which environments they may be of; undefined: any. */
async function commitsMeant(
  repository: RenderedRepository,
  { what, all, since }: VerifyOptions,
  remote: string | undefined,
): Promise<{ readonly commits: readonly string[] } & Omit<MeantCommit, 'commit'>> {
  const tip = await commitMeantBy(repository, what, remote);
  if (tip === undefined) throw unknown(what, remote);
  const { commit, ...meaning } = tip;
  if (!all && since === undefined) return { commits: [commit], ...meaning };
  const history = await repository.history(commit, limit + 1);
  const begin = since === undefined ? undefined : await commitNamed(repository, since);
  const end = history.findIndex((one) => one.commit === begin);
  const isWhole = end === -1 && history.length <= limit;
  if (isWhole && (await repository.isShallow())) throw withoutHistory(what);
  if (isWhole && since !== undefined) throw notBefore(since, what);
  const meant = end === -1 ? history : history.slice(0, end);
  if (meant.length > limit) throw tooMany(what);
  // A branch may have been begun with an empty commit: nothing was in force before the one after it.
  const last = meant.at(-1);
  const isBegun = end === -1 && meant.length > 1 && last !== undefined && (await repository.files(last.commit)).length === 0;
  return { commits: (isBegun ? meant.slice(0, -1) : meant).map((one) => one.commit), ...meaning };
}

interface Ground extends Context {
  readonly repository: RenderedRepository;
  readonly remote: string | undefined;
  readonly environments: readonly string[] | undefined;
  /** What was rendered again already, by environment and source. */
  readonly known: Map<string, Promise<Again>>;
  /** Tells the file with those who may sign for an environment. */
  readonly signersBy: (environment: string) => Promise<string | undefined>;
}

/** What is wrong with a commit that is no rendered one. */
const unrendered: ReadonlySet<string> = new Set<FailureCode>([
  'foreign-branch',
  'index-unreadable',
  'verify-not-rendered',
  'git-blob-large',
]);

/** Verifies one of several: what is no rendered commit does not hide what the others are. */
async function verifyAmong(ground: Ground, commit: string, options: VerifyOptions): Promise<Verified> {
  try {
    return await verifyOne(ground, commit, options);
  } catch (thrown) {
    if (!(thrown instanceof Failure) || !unrendered.has(thrown.code)) throw thrown;
    const nothing = { environment: null, source: undefined, version: undefined, isDirty: false };
    return { commit, ...nothing, verdict: 'unverifiable', why: thrown.message };
  }
}

async function verifyOne(ground: Ground, commit: string, options: VerifyOptions): Promise<Verified> {
  const { repository, remote } = ground;
  const name = commit.slice(0, 7);
  const rendered = await readRendered(repository, commit, { branch: name });
  const { index } = rendered;
  if (index === undefined) throw notRendered(name);
  const { environment } = index;
  const signers = options.signedBy ?? (options.signed ? undefined : await ground.signersBy(environment));
  const isAsked = options.signed || signers !== undefined;
  const signed = isAsked ? await signedOf(repository, { commit, environment }, { signers, remote }) : undefined;
  const making = await makingOf(repository, rendered);
  const base = { commit, environment, ...making, ...(signed === undefined ? {} : { signed }) };
  const unverifiable = (why: string, help?: string): Verified => ({
    ...base,
    verdict: 'unverifiable',
    why,
    ...(help === undefined ? {} : { help }),
  });
  // Whatever source it has: where it stands, it is what that renders for others.
  if (ground.environments !== undefined && !ground.environments.includes(environment))
    return { ...base, verdict: 'different', why: `it stands on the branch of \`${ground.environments.at(-1)}\`` };
  if (making.source === undefined) return unverifiable('its `hydrator.metadata` names no source', 'publish the environment again');
  if ((await readSliceSources(repository, rendered.files)) !== undefined)
    return unverifiable(
      'its slices were published alone, from several commits',
      `publish the whole environment: \`lockstep publish ${environment}\``,
    );
  if (making.isDirty) return unverifiable('changes that were not committed went into it', 'commit them, and publish the environment again');
  const again = await renderedAgain(ground, { environment, source: making.source, version: making.version }, options);
  if (!again.ok) return unverifiable(again.why, again.help);
  const files = await differencesFrom(repository, again, rendered);
  const compared = again.provenance.length === 0 ? 'content' : 'all';
  if (isNothing(files)) return { ...base, verdict: 'proven', compared };
  const report = await reportOf(repository, again, { rendered, source: making.source });
  return { ...base, verdict: 'different', compared, files, ...(report === undefined ? {} : { report }) };
}

function renderedAgain(
  ground: Ground,
  { environment, source, version }: { readonly environment: string; readonly source: string; readonly version: string | undefined },
  { reviewed }: VerifyOptions,
): Promise<Again> {
  const key = [environment, source, version].join('\0');
  const again =
    ground.known.get(key) ??
    renderAgain(ground, {
      environment,
      source,
      recorded: version,
      version: ground.version,
      remote: ground.remote ?? usualRemote,
      reviewed,
    });
  ground.known.set(key, again);
  return again;
}

/** What differs, told by objects; undefined where the files of the commit are not those that its index says. */
async function reportOf(
  repository: RenderedRepository,
  again: Extract<Again, { ok: true }>,
  { rendered, source }: { readonly rendered: RenderedCommit; readonly source: string },
): Promise<DiffReport | undefined> {
  if (rendered.index === undefined) return undefined;
  const known: KnownTexts = new Map();
  const before = comparedTree(again.index, new Map(again.files.map(({ path, text }) => [path, text])), known);
  const after = comparedTree(rendered.index, await textsOf(repository, rendered), known);
  if (!before.ok || !after.ok) return undefined;
  const { environment } = rendered.index;
  const from = { name: `what ${source.slice(0, 7)} renders to`, commit: null };
  const to = { name: rendered.commit.slice(0, 7), commit: rendered.commit };
  const compared = { environment, before: before.value, after: after.value, from, to, isSuccessor: false };
  return diffReport([compared], compilersHiding());
}

function unknown(what: string, remote: string | undefined): Failure {
  const help = remote === undefined ? 'if a remote has the branch, name it: `--remote`' : `neither is it a branch of \`${remote}\``;
  const message = `\`${what}\` is no environment with a rendered branch, no branch and no commit of this repository`;
  return new Failure('verify-unknown', message, { help, exit: exitCodes.input });
}

function withoutHistory(what: string): Failure {
  const message = `which commits \`${what}\` has cannot be told: this clone has no whole history`;
  return new Failure('history-missing', message, { help: unshallow, exit: exitCodes.refused });
}

function notBefore(since: string, what: string): Failure {
  return new Failure('verify-unknown', `\`${since}\` is no earlier commit of \`${what}\``, {
    help: 'choose one of `git log --first-parent`',
    exit: exitCodes.input,
  });
}

function notRendered(name: string): Failure {
  return new Failure('verify-not-rendered', `\`${name}\` is no rendered commit: it is empty`, {
    help: 'name a rendered branch, such as `environments/prod`, or a commit of one',
    exit: exitCodes.input,
  });
}

function tooMany(what: string): Failure {
  return new Failure('verify-many', `\`${what}\` has more than ${limit} commits that would have to be verified`, {
    help: 'begin after one that was verified before: `--since <commit>`',
    exit: exitCodes.input,
  });
}
