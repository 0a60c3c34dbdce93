import type { Context } from '../cli/context.ts';
import { type FoundImages, imagesOf } from '../compile/images.ts';
import { type Checked, type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import type { Failure } from '../model/failure.ts';
import { dayOf } from '../model/time.ts';
import type { World } from '../ports.ts';
import { withIncluded } from './inclusions.ts';
import { readKeys } from './keys.ts';
import { type ReadLock, readLock } from './locks.ts';
import type { PinOptions } from './pin.ts';
import type { Locked } from './pin-decide.ts';
import { openIncludedPinner, type RelockedIncluded } from './pin-included.ts';
import { problemOf } from './problems.ts';
import { type FoundEnvironment, findEnvironments, toldFrom } from './sources.ts';

/** What is known of environments before registries are asked for images, and what is wrong with them. */
export interface ReadForPins extends Checked<readonly Locked[]> {
  /** Environments whose images are not known yet: charts of theirs were fetched to be looked at, and not written. */
  readonly unrendered: readonly Pick<Locked, 'name' | 'included'>[];
  /** What kept what is included from being locked. */
  readonly failures: readonly Failure[];
}

/** The environments of which nothing is wrong that has to do with their images, with what is included locked. */
export async function readForPins({ world, signal }: Pick<Context, 'world' | 'signal'>, options: PinOptions): Promise<ReadForPins> {
  const { value: begun, diagnostics } = await beginAll(world, options.environments);
  const pinner = openIncludedPinner(world, options, signal);
  const found: Diagnostic[] = [...diagnostics];
  const failures: Failure[] = [];
  const value: Locked[] = [];
  const unrendered: Pick<Locked, 'name' | 'included'>[] = [];
  for (const one of begun) {
    const { name, found: from, lock } = one;
    const relocked = await pinner.lock(one.images.pending?.inclusions ?? [], lock.value, from);
    failures.push(...relocked.failures);
    const images = await rendered(world, one, relocked);
    const problems = [
      ...lock.diagnostics,
      ...relocked.failures.map((failure) => problemOf(name, failure)),
      ...toldFrom({ commit: from.commit, environment: name }, images.diagnostics),
    ];
    found.push(...problems);
    if (hasErrors(problems)) continue;
    const { changes: included, lock: after, archives, left } = relocked;
    if (images.pending !== undefined) unrendered.push({ name, included });
    else value.push({ name, lock: after, text: lock.text, ...images.value, included, archives, left });
  }
  return { value, unrendered, diagnostics: found, failures };
}

/**
 * The images of an environment with those that stand in what it includes. Where that cannot be rendered it is pending still, and all that is
 * wrong with the rest is told.
 */
async function rendered(
  world: World,
  { name, found: { modules }, images }: Begun,
  { lock, failures, isHere }: RelockedIncluded,
): Promise<FoundImages> {
  const { pending } = images;
  if (pending === undefined) return images;
  // What could not be locked is told already: that it cannot be rendered, either, says nothing more.
  if (failures.length > 0 || !isHere) return modules.running(async () => ({ ...pending.withRendered(new Map()), pending }));
  return modules.running(() => withIncluded({ ...world, modules }, pending, { name, lock }));
}

interface Begun {
  readonly name: string;
  readonly found: FoundEnvironment;
  readonly lock: ReadLock;
  readonly images: FoundImages;
}

async function beginAll(
  world: Pick<World, 'clock' | 'commits' | 'files' | 'modules'>,
  names: readonly string[],
): Promise<Checked<readonly Begun[]>> {
  const { value: selected, diagnostics } = await findEnvironments(world, names);
  const today = dayOf(world.clock.now());
  const value: Begun[] = [];
  for (const found of selected) {
    const { environment, file, modules } = found;
    const lock = await readLock(world.files, environment.name);
    const keys = await readKeys(world.files, environment, modules.root);
    const images = await modules.running(async () => imagesOf(environment, { today, root: modules.root, file, keys }));
    value.push({ name: environment.name, found, lock, images });
  }
  return { value, diagnostics };
}
