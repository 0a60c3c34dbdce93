import type { Context } from '../cli/context.ts';
import type { Found, FoundPin } from '../compile/repin.ts';
import type { SignatureClaim } from '../model/claim.ts';
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

/** Asks which digests images stand for, each once; of those that are pinned, first whether they still do. */
export function askForImages(asking: Asking, images: readonly string[], standing: Found): Promise<Answers<FoundPin>> {
  const { world, registry, signal } = asking;
  return askAll(asking, images, async (image, name) => {
    const before = standing.get(name);
    if (before !== undefined && (await registry.digest(image, signal)) === before.digest) return before;
    const { digest, platforms } = await registry.find(image, signal);
    return { digest, platforms, pinned: secondOf(world.clock.now()) };
  });
}

/** Asks which tags repositories have, each once. */
export function askForTags(asking: Asking, repositories: readonly string[]): Promise<Answers<readonly string[]>> {
  return askAll(asking, repositories, (image) => asking.registry.tags(image, asking.signal));
}

/** Asks what repositories keep as signatures of digests, each once. */
export function askForSignatures(asking: Asking, images: readonly string[]): Promise<Answers<readonly SignatureClaim[]>> {
  return askAll(asking, images, (image) => asking.registry.signatures(image, image.digest ?? '', asking.signal));
}

async function askAll<T>(
  { signal }: Asking,
  names: readonly string[],
  ask: (image: ImageReference, name: string) => Promise<T>,
): Promise<Answers<T>> {
  const waiting = [...new Set(names)];
  const found = new Map<string, T>();
  const failed = new Map<string, Failure>();
  const work = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined && !signal.aborted; name = waiting.shift()) {
      const reference = parseImage(name);
      if (reference === undefined) continue;
      try {
        found.set(name, await ask(reference, name));
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
