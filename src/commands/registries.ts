import type { Context } from '../cli/context.ts';
import type { Found, FoundPin } from '../compile/repin.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { type ImageReference, parseImage } from '../model/image.ts';
import { secondOf } from '../model/time.ts';
import type { Registry } from '../ports/supply.ts';

/** Answers of registries, and of what there is none, by what was asked for. */
export interface Answers<T> {
  readonly found: ReadonlyMap<string, T>;
  readonly failed: ReadonlyMap<string, Failure>;
}

/** Whom to ask, and until when. */
export type Asking = Pick<Context, 'signal'> & { readonly world: Pick<Context['world'], 'clock'>; readonly registry: Registry };

/** Registries are asked for so many things at once. */
const atOnce = 8;

/** Asks which digests images stand for, each once, also if asked for again; of those that are pinned, first whether they still do. */
export function openImageQuestions(asking: Asking): (images: readonly string[], standing: Found) => Promise<Answers<FoundPin>> {
  const { world, registry, signal } = asking;
  const [found, failed] = [new Map<string, FoundPin>(), new Map<string, Failure>()];
  return async (images, standing) => {
    const anew = references(images.filter((name) => !found.has(name) && !failed.has(name)));
    const answers = await askAll(asking, anew, async (image, name) => {
      const before = standing.get(name);
      if (before !== undefined && (await registry.digest(image, signal)) === before.digest) return before;
      const { digest, platforms } = await registry.find(image, signal);
      return { digest, platforms, pinned: secondOf(world.clock.now()) };
    });
    for (const [name, pin] of answers.found) found.set(name, pin);
    for (const [name, failure] of answers.failed) failed.set(name, failure);
    return { found, failed };
  };
}

/** Asks which tags repositories have, each once. */
export function askForTags(asking: Asking, repositories: readonly string[]): Promise<Answers<readonly string[]>> {
  return askAll(asking, references(repositories), (image) => asking.registry.tags(image, asking.signal));
}

function references(names: readonly string[]): ReadonlyMap<string, ImageReference> {
  return new Map(
    names.flatMap((name) => {
      const reference = parseImage(name);
      return reference === undefined ? [] : [[name, reference]];
    }),
  );
}

/** Asks registries for all that is wanted, some at once. Throws `Failure` when that is interrupted. */
export async function askAll<Q, T>(
  { signal }: Asking,
  wanted: ReadonlyMap<string, Q>,
  ask: (one: Q, name: string) => Promise<T>,
): Promise<Answers<T>> {
  const waiting = [...wanted];
  const found = new Map<string, T>();
  const failed = new Map<string, Failure>();
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined && !signal.aborted; next = waiting.shift()) {
      const [name, one] = next;
      try {
        found.set(name, await ask(one, name));
      } catch (thrown) {
        if (signal.aborted) return;
        if (!(thrown instanceof Failure)) throw thrown;
        failed.set(name, thrown);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  if (signal.aborted)
    throw new Failure('interrupted', 'not all registries were asked, and nothing was written', { exit: exitCodes.interrupted });
  return { found, failed };
}
