import { parseImage } from '../model/image.ts';
import type { Lockfile, Pin, PinChange } from '../model/lockfile.ts';
import { compareText } from '../model/ref.ts';

/** What is to be done with the pins of an environment. */
export interface PinPlan {
  /** Images that the registry is asked for, sorted. */
  readonly ask: readonly string[];
  /** Pins that nothing uses. */
  readonly unused: readonly string[];
}

/** Which pins are wanted anew. */
export interface PinRequest {
  /** The images that the environment uses. */
  readonly images: readonly string[];
  readonly lock: Lockfile;
  /** Only these, and these also where they are pinned; none is all that are not pinned yet. */
  readonly names: readonly string[];
  /** All of them, also those that are pinned: whether their tags have moved. */
  readonly isCheck: boolean;
}

/** Decides what is asked and what is dropped: what is pinned stays as it is unless it is named, since a pin was reviewed. */
export function planPins({ images, lock, names, isCheck }: PinRequest): PinPlan {
  const isNamed = (image: string): boolean => names.length === 0 || names.some((name) => fitsImage(name, image));
  const isPinned = (image: string): boolean => Object.hasOwn(lock.images, image);
  return {
    ask: images.filter((image) => isNamed(image) && (isCheck || names.length > 0 || !isPinned(image))),
    unused:
      names.length > 0
        ? []
        : Object.keys(lock.images)
            .filter((image) => !images.includes(image))
            .sort(compareText),
  };
}

/** Whether `name` means `image`: as it is written, without its tag, or the end of that after a slash; `*` is anything. */
export function fitsImage(name: string, image: string): boolean {
  const repository = parseImage(image)?.repository ?? image;
  const pattern = name.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return [image, repository].some((text) => new RegExp(`^(?:.*/)?${pattern}$`, 's').test(text));
}

/** What the registry said, by image. */
export type Found = ReadonlyMap<string, FoundPin>;

/** A pin of the tag that the author writes, made just now. */
export type FoundPin = Pin & Required<Pick<Pin, 'platforms' | 'pinned'>>;

/** What has changed by what the registry said, sorted by image. */
export function changesOf({ ask, unused }: PinPlan, found: Found, lock: Lockfile): readonly PinChange[] {
  const asked = ask.flatMap((image): readonly PinChange[] => {
    const pin = found.get(image);
    if (pin === undefined) return [];
    const was = Object.hasOwn(lock.images, image) ? lock.images[image]?.digest : undefined;
    const status = was === undefined ? 'new' : was === pin.digest ? 'same' : 'moved';
    return [{ image, status, digest: pin.digest, was, platforms: pin.platforms }];
  });
  const dropped = unused.map((image): PinChange => {
    const pin = lock.images[image];
    return { image, status: 'unused', digest: undefined, was: pin?.digest, platforms: pin?.platforms ?? [] };
  });
  return [...asked, ...dropped].toSorted((a, b) => compareText(a.image, b.image));
}

/** The lock after `changes`. A pin of the same digest keeps the day that it was made. */
export function repinned(lock: Lockfile, changes: readonly PinChange[], found: Found): Lockfile {
  const dropped = new Set(changes.filter(({ status }) => status === 'unused').map(({ image }) => image));
  const kept = Object.entries(lock.images).filter(([image]) => !dropped.has(image));
  const anew = changes.flatMap(({ image, status }): readonly (readonly [string, Pin])[] => {
    const pin = status === 'new' || status === 'moved' ? found.get(image) : undefined;
    return pin === undefined ? [] : [[image, pin]];
  });
  return { ...lock, images: Object.fromEntries([...kept, ...anew]) };
}
