import type { Command, Context } from '../cli/context.ts';
import { type FetchedSource, formatFetched } from '../cli/fetch.ts';
import { lockPathOf } from '../compile/given.ts';
import { type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import { type ExitCode, exitCodes, Failure } from '../model/failure.ts';
import type { Commits, FetchedCommit, World } from '../ports.ts';
import { requireReviewed } from '../publish/reviewed.ts';
import { loadEnvironments, selectEnvironments } from './load.ts';
import { exitOfAll } from './problems.ts';
import { readSources } from './sources.ts';
import { tell } from './tell.ts';

/** `lockstep fetch`. */
export interface FetchOptions {
  /** None means all whose locks name a source. */
  readonly environments: readonly string[];
  /** The name or URL of the remote that has what is missing. */
  readonly remote: string;
  /** Branches whose commits may have packages installed, beside those that are known to be reviewed. */
  readonly reviewed: readonly string[];
}

/** A commit, and the environments that are rendered from it. */
interface Source {
  readonly commit: string;
  readonly environments: readonly string[];
}

/**
 * Brings here what rendering from commits needs and does not get by itself: it stays off the network. First all commits, then, of those that
 * were reviewed, the packages: nothing is installed before all that is wrong is known.
 */
export const fetch: Command<FetchOptions> = async (context, options) => {
  const { world, output, out, say, paint } = context;
  const { value: sources, diagnostics } = await readSources(world, options.environments);
  const named = new Set([...sources.values()].flat());
  const here = options.environments.filter((name) => !named.has(name));
  const wrong = [...diagnostics, ...(await unknownAmong(world, here))];
  if (hasErrors(wrong)) return fail(context, wrong, exitCodes.input);
  const commits = await world.commits();
  const all = [...sources].map(([commit, environments]) => ({ commit, environments }));
  const brought = await each(all, (one) => commits.fetch(one.commit, options.remote));
  if (brought.failed.length > 0) return failAll(context, brought.failed);
  const lacking = brought.done.filter(({ value }) => value.packages === 'lacking');
  const installed = await installAll(world, commits, { lacking, ...options });
  if (installed.length > 0) return failAll(context, installed);
  const fetched = brought.done.map(({ of, value }): FetchedSource => ({ ...of, ...value, packages: packagesOf(value) }));
  if (output === 'json') out(JSON.stringify({ sources: fetched, here }, undefined, 2));
  else for (const line of formatFetched({ fetched, here }, paint.say)) say(line);
  return exitCodes.done;
};

function packagesOf({ packages }: FetchedCommit): FetchedSource['packages'] {
  return packages === 'lacking' ? 'installed' : packages;
}

/** Installs what is lacking, unless it was not reviewed: not even the packages of anybody's commit are. Tells what failed. */
async function installAll(
  world: Pick<World, 'repository'>,
  commits: Commits,
  { lacking, remote, reviewed }: Pick<FetchOptions, 'remote' | 'reviewed'> & { readonly lacking: readonly Done<FetchedCommit>[] },
): Promise<readonly Failed[]> {
  if (lacking.length === 0) return [];
  const sources = lacking.map(({ of }) => of);
  const repository = await world.repository();
  try {
    const { failed } = await each(sources, ({ commit, environments: [environment = ''] }) =>
      requireReviewed(repository, commit, { environment, remote, branches: reviewed }),
    );
    if (failed.length > 0) return failed;
  } finally {
    await repository.close();
  }
  return (await each(sources, ({ commit }) => commits.install(commit))).failed;
}

/** What came of something that is done for a commit. */
interface Done<T> {
  readonly of: Source;
  readonly value: T;
}

interface Failed {
  readonly of: Source;
  readonly failure: Failure;
}

/** Does something for each commit, whatever came of the others: that a person interrupts it counts for all. */
async function each<T>(
  sources: readonly Source[],
  act: (source: Source) => Promise<T>,
): Promise<{ readonly done: readonly Done<T>[]; readonly failed: readonly Failed[] }> {
  const done: Done<T>[] = [];
  const failed: Failed[] = [];
  for (const of of sources) {
    try {
      done.push({ of, value: await act(of) });
    } catch (failure) {
      if (!(failure instanceof Failure) || failure.exit === exitCodes.interrupted) throw failure;
      failed.push({ of, failure });
    }
  }
  return { done, failed };
}

/** Names of environments that there are not. Those with a lock are known by it; what else is wrong with the work tree is no matter here. */
async function unknownAmong(world: Pick<World, 'files' | 'modules'>, names: readonly string[]): Promise<readonly Diagnostic[]> {
  const locks = await Promise.all(names.map((name) => world.files.read(lockPathOf(name))));
  const doubtful = names.filter((_, i) => locks[i] === undefined);
  if (doubtful.length === 0) return [];
  const { value, diagnostics } = await world.modules.running(() => loadEnvironments(world));
  const told = diagnostics.filter(({ code }) => code !== 'no-environments');
  return selectEnvironments({ value, diagnostics: told }, doubtful).diagnostics.filter(({ code }) => code === 'environment-unknown');
}

function failAll(context: Context, failed: readonly Failed[]): Promise<ExitCode> {
  const diagnostics = failed.flatMap(({ of, failure: { code, message, help } }) =>
    of.environments.map((environment): Diagnostic => {
      const at = { file: lockPathOf(environment), environment };
      return { code, severity: 'error', message, at, ...(help === undefined ? {} : { help }) };
    }),
  );
  return fail(context, diagnostics, exitOfAll(failed.map(({ failure }) => failure)) ?? exitCodes.world);
}

async function fail(context: Context, diagnostics: readonly Diagnostic[], exit: ExitCode): Promise<ExitCode> {
  await tell(context, { result: { diagnostics }, diagnostics, environments: [], lines: [] });
  return exit;
}
