import { readIndex } from '../codec/index-file.ts';
import { lockPathOf } from '../compile/given.ts';
import { type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import { Failure } from '../model/failure.ts';
import { branchesOf, indexPath, type RenderedIndex } from '../model/rendered.ts';
import { instantOf } from '../model/signature.ts';
import type { Commits, RenderedRepository, SourceCommit, World } from '../ports.ts';
import { ownersFile } from '../publish/owners.ts';
import { type Provenance, provenanceFiles } from '../publish/provenance.ts';
import type { RenderedAgain } from '../publish/proving.ts';
import { requireReviewed } from '../publish/reviewed.ts';
import { lockText, readLock } from './locks.ts';
import { withLock } from './promotion.ts';
import { renderEnvironments } from './render.ts';

/** What is rendered again. */
export interface AgainOptions {
  readonly environment: string;
  /** The commit of the source that has the lock. */
  readonly source: string;
  /** The version that rendered it, as the tree says; undefined where it does not. */
  readonly recorded: string | undefined;
  /** This version. */
  readonly version: string;
  /** The remote that has commits which are not here. */
  readonly remote: string;
  /** Branches whose commits may be a source, beside those that are known to be reviewed. */
  readonly reviewed: readonly string[];
}

/** The tree of an environment as its source renders now, or why nobody can tell. */
export type Again =
  | (RenderedAgain & { readonly ok: true; readonly index: RenderedIndex })
  | { readonly ok: false; readonly why: string; readonly help?: string | undefined };

interface Ground {
  readonly world: World;
  readonly repository: RenderedRepository;
}

/**
 * Renders an environment from a commit of the source, with the lock of that commit, by the version that rendered it before: this one, or the
 * one among the packages of that commit. What keeps it from that is told.
 */
export async function renderAgain(ground: Ground, options: AgainOptions): Promise<Again> {
  try {
    return await tryAgain(ground, options);
  } catch (thrown) {
    if (!(thrown instanceof Failure) || thrown.code === 'interrupted') throw thrown;
    return { ok: false, why: thrown.message, help: thrown.help };
  }
}

async function tryAgain({ world, repository }: Ground, options: AgainOptions): Promise<Again> {
  const { environment, source, version } = options;
  await bring({ world, repository }, source, options);
  const state = await repository.describe(source);
  if (state === undefined) return { ok: false, why: `the commit \`${source.slice(0, 7)}\` is not here` };
  const commits = await world.commits();
  const { files } = await commits.open(source);
  const { value: lock, text, diagnostics: unread } = await readLock(files, environment);
  if (hasErrors(unread)) return unrenderable(source, unread);
  const from = lock.source;
  if (from !== undefined) await bring({ world, repository }, from, options);
  if (options.recorded !== undefined && options.recorded !== version) return byEarlier(commits, options, options.recorded);
  const there = withLock(
    { ...world, files, clock: stoppedAt(world.clock, state) },
    lockPathOf(environment),
    // What has no other source is rendered from where its lock is.
    lockText(text, { ...lock, source: from ?? source }),
  );
  const { value, diagnostics } = await renderEnvironments(there, [environment]);
  const [rendering] = value;
  if (hasErrors(diagnostics) || rendering === undefined) return unrenderable(source, diagnostics);
  const provenance: Provenance = {
    environment,
    branches: branchesOf(environment, { shared: rendering.place.branch }),
    source: { ...state, dirty: [], prefix: '' },
    repoURL: rendering.source,
    version,
  };
  const told = from === undefined ? [undefined] : [await repository.describe(from), { commit: from }];
  const { files: rendered, index } = rendering.tree;
  // Which forge it was published to is not known here: owners are told to it in one of two forms.
  const owners = (['github', 'gitea'] as const).map((forge) => ownersFile(index.objects, rendering.place.owners, forge));
  const added = told.flatMap((one) =>
    owners.map((file) => [...provenanceFiles({ ...provenance, from: one }), ...(file === undefined ? [] : [file])]),
  );
  return { ok: true, files: rendered, index, provenance: added };
}

/** What the version of then renders. What it added of provenance is its own, and not compared. */
async function byEarlier(commits: Commits, { environment, source, version }: AgainOptions, recorded: string): Promise<Again> {
  const files = await commits.renderBy(recorded, { commit: source, environment });
  if (files === undefined) {
    const why = `it was rendered by lockstep/${recorded}, this is lockstep/${version}, and the packages of its source hold another version, or none`;
    return { ok: false, why, help: `verify it by lockstep/${recorded}` };
  }
  const index = readIndex(files.find(({ path }) => path === indexPath)?.text ?? '');
  if (!index.ok) return { ok: false, why: `lockstep/${recorded} renders an index that cannot be read: ${index.message}` };
  return { ok: true, files, index: index.value, provenance: [] };
}

/** Brings a commit here with its packages, unless nobody has reviewed it: its code is going to be run. */
async function bring({ world, repository }: Ground, commit: string, { environment, remote, reviewed }: AgainOptions): Promise<void> {
  await requireReviewed(repository, commit, { environment, remote, branches: reviewed });
  const commits = await world.commits();
  const { packages } = await commits.fetch(commit, remote);
  if (packages === 'lacking') await commits.install(commit);
}

/** An exception whose last day is over by now was in force when the source was committed. */
function stoppedAt(clock: World['clock'], { committer }: SourceCommit): World['clock'] {
  const moment = instantOf(committer);
  return { sleep: (ms, signal) => clock.sleep(ms, signal), random: () => clock.random(), now: () => moment };
}

function unrenderable(source: string, diagnostics: readonly Diagnostic[]): Again {
  const first = diagnostics.find(({ severity }) => severity === 'error');
  const why = first === undefined ? '' : `: ${first.message} (${first.code})`;
  return { ok: false, why: `its source \`${source.slice(0, 7)}\` does not render${why}`, help: first?.help };
}
