import { type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import type { RenderedRepository, World } from '../ports.ts';
import { readLock } from './locks.ts';
import { compileFound } from './render.ts';
import { type FoundEnvironment, findEnvironments, followSource } from './sources.ts';

/** The line of TypeScript that makes an object, in the project at a commit; or why nobody can tell. */
export type Making =
  | { readonly file: string; readonly line?: number; readonly column?: number; readonly commit: string }
  | { readonly because: string; readonly help: string };

/** What is to be found. */
export interface Sought {
  readonly environment: string;
  readonly construct: string;
  /** The source commit that the object was rendered from. */
  readonly source: string | undefined;
}

/**
 * Finds the line that makes the object of a construct: its environment is compiled as the source commit has it. Code of a commit that is in
 * no history of what is checked out is not run: nobody may have reviewed it.
 */
export async function findMaking(world: World, repository: RenderedRepository, sought: Sought): Promise<Making> {
  const { source } = sought;
  if (source === undefined) return { because: 'the rendered commit names no source commit', help: 'publish the environment again' };
  try {
    const { commit: head, dirty } = await repository.state();
    if (source === head && dirty.length === 0) return await inWorkTree(world, { ...sought, source });
    return await atCommit(world, repository, { ...sought, source, head });
  } catch (thrown) {
    if (!(thrown instanceof Failure) || thrown.exit === exitCodes.interrupted) throw thrown;
    const checkOut = `check it out and install its packages: \`git checkout ${source.slice(0, 7)} && npm ci\``;
    return { because: thrown.message, help: thrown.code === 'source-packages' ? checkOut : (thrown.help ?? checkOut) };
  }
}

interface Known extends Sought {
  readonly source: string;
}

async function inWorkTree(world: World, sought: Known): Promise<Making> {
  const { value, diagnostics } = await findEnvironments(world, [sought.environment]);
  return placeIn(world, sought, { found: value[0], diagnostics });
}

/** The project at its source commit: the lock is of that, and may name another one that all else is of. */
async function atCommit(world: World, repository: RenderedRepository, sought: Known & { readonly head: string }): Promise<Making> {
  const { environment, source, head } = sought;
  const unknown = await unreviewed(repository, source, head);
  if (unknown !== undefined) return unknown;
  const { files } = await (await world.commits()).open(source);
  const { value: lock } = await readLock(files, environment);
  const commit = lock.source ?? source;
  const other = commit === source ? undefined : await unreviewed(repository, commit, head);
  if (other !== undefined) return other;
  const { value, diagnostics } = await followSource(world, commit, [environment]);
  return placeIn({ ...world, files }, sought, { found: value[0], diagnostics });
}

async function unreviewed(repository: RenderedRepository, commit: string, head: string): Promise<Making | undefined> {
  if (await repository.isAncestor(commit, head)) return undefined;
  const id = commit.slice(0, 7);
  if ((await repository.describe(commit)) === undefined)
    return { because: `its source commit \`${id}\` is not in this repository`, help: 'bring it here: `git fetch`' };
  return {
    because: `its source commit \`${id}\` is not in the history of what is checked out`,
    help: `check it out: \`git checkout ${id}\``,
  };
}

async function placeIn(
  world: World,
  { construct, source, environment }: Known,
  { found, diagnostics }: { readonly found: FoundEnvironment | undefined; readonly diagnostics: readonly Diagnostic[] },
): Promise<Making> {
  if (found === undefined) return unmade(diagnostics, `the source commit does not define \`${environment}\``);
  const results = await world.results();
  const { value: compiled } = await found.modules.running(() => results.follow(() => compileFound(world, found)));
  const { file, line, column } = compiled.value?.placeOf?.(construct) ?? {};
  if (file === undefined) {
    return unmade(
      [...diagnostics, ...compiled.diagnostics, ...(compiled.value?.diagnostics ?? [])],
      `the source commit makes no \`${construct}\``,
    );
  }
  const commit = found.commit ?? source;
  return { file, ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }), commit };
}

function unmade(diagnostics: readonly Diagnostic[], otherwise: string): Making {
  const wrong = hasErrors(diagnostics) ? diagnostics.find(({ severity }) => severity === 'error') : undefined;
  return { because: wrong?.message ?? otherwise, help: 'look for the construct by its name in the source' };
}
