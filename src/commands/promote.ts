import type { Command, Context } from '../cli/context.ts';
import { formatPromotion, type PromotionChoice, type PromotionResult, promotionDue } from '../cli/promote.ts';
import { lockPathOf } from '../compile/given.ts';
import { imageChanges } from '../compile/promotion.ts';
import { isLower } from '../compile/version.ts';
import { counted } from '../model/count.ts';
import { type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import { type ExitCode, exitCodes, Failure } from '../model/failure.ts';
import type { ForgeType } from '../model/forge.ts';
import type { Lockfile } from '../model/lockfile.ts';
import type { Between, RenderedRepository, World } from '../ports.ts';
import { type Latest, readLatest } from '../publish/latest.ts';
import { unshallow } from '../publish/reviewed.ts';
import { type Changes, changesBetween, contentOf } from '../publish/tree.ts';
import { requireHealthy } from './healthy.ts';
import { lockText, overtaken, type ReadLock, readLock, replaceLock } from './locks.ts';
import { homeFor } from './places.ts';
import { exitOfAll, problemOf } from './problems.ts';
import { withPromotedSignatures } from './promote-signatures.ts';
import { planPromotion, withLock } from './promotion.ts';
import { type Rendering, renderEnvironments } from './render.ts';
import { foreignFolders, synthesize } from './synth.ts';
import { tell } from './tell.ts';

/** `lockstep promote`. */
export interface PromoteOptions extends PromotionChoice {
  readonly from: string;
  readonly to: string;
  /** Writes nothing, and tells what would be. */
  readonly check: boolean;
  /** A remote of the source where the lock is proposed, in place of being written here; true is `origin`. */
  readonly push?: string | true;
  /** What the remote of the source is at, where its host does not tell. */
  readonly forge?: ForgeType;
  readonly forgeUrl?: string;
  /** Whether it is proposed also where somebody declined it. */
  readonly reopen: boolean;
}

/** As many commits between two sources are told by their subjects. */
const shownCommits = 10;

/** Moves the source commit and the pins of one environment to another one, shows what that changes, and renders it. */
export const promote: Command<PromoteOptions> = async (context, options) => {
  const { from, to } = options;
  if (from === to) throw onItself(to);
  const locks = { from: await readLock(context.world.files, from), to: await readLock(context.world.files, to) };
  const unread = [...locks.from.diagnostics, ...locks.to.diagnostics];
  if (hasErrors(unread)) return fail(context, unread);
  const repository = await context.world.repository();
  try {
    const latest = await readLatest(await homeFor({ world: draft(context.world) }, repository, to), to, options.remote);
    const planned = await planPromotion({ world: draft(context.world), repository }, { ...options, locks });
    if (hasErrors(planned.diagnostics)) return fail(context, planned.diagnostics);
    if (options.whenHealthy)
      await requireHealthy({ ...context, world: draft(context.world), repository }, options, {
        before: locks.to.value,
        after: planned.value.lock,
      });
    const promoted = { to, before: locks.to.value, after: planned.value.lock, isWhole: options.only.length === 0 };
    const { lock: after, failed } = await withPromotedSignatures(
      { ...context, world: draft(context.world) },
      { ...promoted, insecureRegistry: options.insecureRegistry },
    );
    if (failed.length > 0) return fail(context, [...planned.diagnostics, ...failed.map((one) => problemOf(to, one))], exitOfAll(failed));
    return await carryOut(
      { ...context, repository },
      { options, lock: locks.to, latest, after, read: planned.value.read, found: planned.diagnostics },
    );
  } finally {
    await repository.close();
  }
};

/** A promotion that is decided, and what it starts from. */
interface Decided {
  readonly options: PromoteOptions;
  /** The lock that is to be another one. */
  readonly lock: ReadLock;
  /** What its branch holds; undefined when it was never published. */
  readonly latest: Latest | undefined;
  readonly after: Lockfile;
  readonly read: PromotionResult['read'];
  readonly found: readonly Diagnostic[];
}

/** Renders the environment as it is to be, and writes its lock and its tree when that can be done and may be. */
async function carryOut(
  context: Context & { readonly repository: RenderedRepository },
  { options, lock, latest, after, read, found }: Decided,
): Promise<ExitCode> {
  const { world, repository } = context;
  const { from, to, check } = options;
  const path = lockPathOf(to);
  const text = lockText(lock.text, after);
  const before = lock.value.source ?? latest?.source;
  const between =
    before === undefined || after.source === undefined ? undefined : await repository.between(before, after.source, shownCommits);
  const images = imageChanges(lock.value, after);
  const lowered = [
    ...(between?.relation === 'behind' ? [`the source goes back by ${counted(between.count, 'commit')}`] : []),
    ...images.flatMap(({ repository: image, was, now }) =>
      was !== undefined && now !== undefined && isLower(now.tag, was.tag) ? [`\`${image}\` goes from ${was.tag} to ${now.tag}`] : [],
    ),
  ];
  if (lowered.length > 0 && !options.allowDowngrade) throw isDowngrade(to, lowered);
  if (between?.relation === 'unknown' && !options.allowDowngrade) throw inUnknownOrder(to, await repository.isShallow());

  const rendered = await renderEnvironments(withLock(draft(world), path, text), [to]);
  const diagnostics = [
    ...found,
    ...(between?.relation === 'diverged' ? [diverged(to, between)] : []),
    ...rendered.diagnostics,
    ...(check || options.push !== undefined ? [] : await foreignFolders(world, [{ name: to }], { out })),
  ];
  const [rendering] = rendered.value;
  if (hasErrors(diagnostics) || rendering === undefined) return fail(context, diagnostics);
  const content = await contentOf(repository, rendering.tree.files);
  const objects: Changes = changesBetween(latest?.rendered.content ?? new Map(), content);
  const isChange = text !== lock.text;
  const decided: PromotionResult = {
    from,
    to,
    lock: path,
    read,
    source: { was: before, now: after.source, between },
    images,
    objects,
    isPublished: latest !== undefined,
    op: !isChange ? 'unchanged' : check ? 'due' : options.push === undefined ? 'promoted' : 'proposed',
    downgrades: lowered,
    diagnostics,
  };
  const proposal = await proposedBy(context, { options, result: decided, text, rendering, latest });
  const result: PromotionResult = proposal === undefined ? decided : { ...decided, proposal };
  const isWritten = !check && proposal === undefined;
  const unwritten = isWritten ? await write(world, { path, before: lock.text, text }, to) : [];
  if (unwritten.length > 0) return fail(context, unwritten);
  const differences = result.op === 'due' ? [promotionDue(result, options)] : [];
  await tell(context, { result, diagnostics, differences, environments: [to], lines: formatPromotion(result, options, context.paint.say) });
  return check && isChange ? exitCodes.difference : exitCodes.done;
}

/** Proposes a promotion, where that was asked for: the lock is committed on a branch of the source, and written nowhere else. */
async function proposedBy(
  ground: Context & { readonly repository: RenderedRepository },
  {
    options: { push, to, forge, forgeUrl, reopen },
    result,
    text,
    rendering,
    latest,
  }: {
    readonly options: PromoteOptions;
    readonly result: PromotionResult;
    readonly text: string;
    readonly rendering: Rendering;
    readonly latest: Latest | undefined;
  },
): Promise<PromotionResult['proposal']> {
  if (push === undefined) return undefined;
  const [{ askForSource }, { comparedWithBranches }, { promotionText, promotionTitle }] = await Promise.all([
    import('./proposing-source.ts'),
    import('./comparing.ts'),
    import('../cli/source-proposal.ts'),
  ]);
  const commits = new Map(latest === undefined ? [] : [[to, latest.rendered.commit] as const]);
  return askForSource(ground, {
    branch: `lockstep/promote-${to}`,
    push,
    files: new Map([[result.lock, text]]),
    isWhole: true,
    title: promotionTitle(result),
    place: rendering.place,
    told: { type: forge, url: forgeUrl },
    reopen,
    text: async () => promotionText(result, await comparedWithBranches(ground.repository, [rendering], commits)),
  });
}

/** Where trees are rendered. */
const out = 'dist';

/**
 * Writes a lock, and then the tree, which follows it. Where the tree cannot be written the lock is again as it was. Tells what kept them from
 * being written.
 */
async function write(
  world: World,
  lock: { readonly path: string; readonly before: string | undefined; readonly text: string },
  environment: string,
): Promise<readonly Diagnostic[]> {
  const { path, before, text } = lock;
  if (text !== before && !(await replaceLock(world.files, lock))) throw overtaken(path);
  const takeBack = async (): Promise<void> => {
    if (text === before || (await world.files.read(path)) !== text) return;
    await (before === undefined ? world.files.remove(path) : world.files.write(path, before));
  };
  try {
    const { exit, diagnostics } = await synthesize(world, { environments: [environment], out, cache: true });
    if (exit === exitCodes.done) return [];
    await takeBack();
    return diagnostics;
  } catch (thrown) {
    await takeBack();
    throw thrown;
  }
}

/** The same world, whose modules share nothing with those that are loaded to write what they make: all that these look at is followed. */
function draft(world: World): World {
  return { ...world, modules: world.modules.fresh() };
}

async function fail(context: Context, diagnostics: readonly Diagnostic[], exit: ExitCode = exitCodes.input): Promise<ExitCode> {
  await tell(context, { result: { diagnostics }, diagnostics, environments: [], lines: [] });
  return exit;
}

function onItself(name: string): Failure {
  return new Failure('promote-same', `\`${name}\` cannot be promoted to itself`, {
    help: 'name the environment before it: `lockstep promote staging prod`',
    exit: exitCodes.input,
  });
}

function isDowngrade(to: string, lowered: readonly string[]): Failure {
  return new Failure('promote-downgrade', `\`${to}\` would go back: ${lowered.join('; ')}`, {
    help: 'if that is meant, say `--allow-downgrade`; to take back what was published, `lockstep rollback` is quicker',
    exit: exitCodes.refused,
  });
}

function inUnknownOrder(to: string, isShallow: boolean): Failure {
  const cure = isShallow ? unshallow : 'the commit that it was rendered from is in no branch any more: see what changes with `--check`';
  return new Failure('history-missing', `it cannot be told whether the source of \`${to}\` would go back: the history is not here`, {
    help: `${cure}; when it is right, say \`--allow-downgrade\``,
    exit: exitCodes.refused,
  });
}

function diverged(to: string, { count }: Between): Diagnostic {
  return {
    code: 'promote-diverged',
    severity: 'warning',
    message: `the source of \`${to}\` is in no line with the one before it: ${count} ${count === 1 ? 'commit comes' : 'commits come'}, and others go`,
    at: { file: lockPathOf(to), environment: to },
    help: 'see that nothing is lost: a fix that was made on another branch, for one',
  };
}
