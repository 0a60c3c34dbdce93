import { parseImage, repositoryOf } from '../model/image.ts';
import type { Inclusion, ToolName } from '../model/inclusion.ts';
import { type ImageChange, type Lockfile, type Pin, pinOf, type RunImage } from '../model/lockfile.ts';
import { compareText } from '../model/ref.ts';
import { wantedBy } from './include/relock.ts';
import { fitsImage } from './repin.ts';

/** The pins of an environment after a promotion, and what keeps them from being whole. */
export interface PromotedPins {
  readonly images: Lockfile['images'];
  /** Images that are used and that nobody has pinned. */
  readonly missing: readonly string[];
}

/**
 * The pins of an environment that uses `images`, promoted whole: those of the environment before it; an image that only this one uses
 * keeps its own. What it no longer uses has no pin any more.
 */
export function promoteAll(images: readonly string[], { from, to }: Locks): PromotedPins {
  const pins = images.map((image) => [image, pinOf(from, image) ?? pinOf(to, image)] as const);
  return {
    images: Object.fromEntries(pins.flatMap(([image, pin]) => (pin === undefined ? [] : [[image, pin]]))),
    missing: pins.flatMap(([image, pin]) => (pin === undefined ? [image] : [])),
  };
}

/** The programs and charts of a lock. */
export type Included = Required<Pick<Lockfile, 'tools' | 'charts'>>;

/** The programs and charts of an environment that includes these, promoted with its pins. What it no longer includes has no entry any more. */
export function promoteIncluded(inclusions: readonly Inclusion[], locks: Locks): Included {
  const { tools, charts } = includedIn(locks);
  const wanted = wantedBy(inclusions);
  return {
    tools: Object.fromEntries(Object.entries(tools).filter(([name]) => wanted.tools.has(name as ToolName))),
    charts: Object.fromEntries(Object.entries(charts).filter(([key]) => wanted.charts.has(key))),
  };
}

/** The programs and charts of the environment before, with those of the other one where it has none. */
export function includedIn({ from, to }: Locks): Included {
  return { tools: { ...to.tools, ...from.tools }, charts: { ...to.charts, ...from.charts } };
}

/** The locks of the environment that something is promoted from, and of the one that it is promoted to. */
export interface Locks {
  readonly from: Lockfile;
  readonly to: Lockfile;
}

/** The pins of an environment of which only some images are promoted, and what keeps that from being done. */
export interface PromotedSome {
  readonly images: Lockfile['images'];
  /** Names that mean no image of both environments. */
  readonly unmatched: readonly string[];
  /** Images of which the environment before has several, none of them under the same tag; with what it has. */
  readonly ambiguous: readonly { readonly image: string; readonly found: readonly string[] }[];
}

/**
 * The pins of an environment of which only the images that `names` mean are promoted. They are the same by their repositories; where the
 * author's code writes another tag, the promoted one stands in for it.
 */
export function promoteSome(names: readonly string[], { from, to }: Locks): PromotedSome {
  const named = Object.keys(from.images).filter((image) => names.some((name) => fitsImage(name, image)));
  const repositories = new Set(Object.keys(to.images).map(repositoryOf));
  const chosen = Object.entries(to.images).map(([image, pin]) => {
    const alike = named.filter((one) => repositoryOf(one) === repositoryOf(image));
    const found = alike.includes(image) ? [image] : alike;
    const [first] = found;
    if (first === undefined) return { image, pin, found: [] };
    const isOne = new Set(found.map((one) => JSON.stringify(runOf(one, from.images[one])))).size === 1;
    return isOne ? { image, pin: standIn(image, first, from.images[first] ?? pin), found: [] } : { image, pin, found };
  });
  return {
    images: Object.fromEntries(chosen.map(({ image, pin }) => [image, pin])),
    unmatched: names.filter((name) => !named.some((image) => fitsImage(name, image) && repositories.has(repositoryOf(image)))),
    ambiguous: chosen.filter(({ found }) => found.length > 0).map(({ image, found }) => ({ image, found })),
  };
}

/** What differs between two locks in the images that are run, by repository. Images of which there are several are matched by tag. */
export function imageChanges(before: Lockfile, after: Lockfile): readonly ImageChange[] {
  const [was, now] = [runsOf(before), runsOf(after)];
  const repositories = [...new Set([...was.keys(), ...now.keys()])].sort(compareText);
  return repositories.flatMap((repository): readonly ImageChange[] => {
    const [old, young] = [was.get(repository) ?? [], now.get(repository) ?? []];
    const gone = old.filter((one) => !young.some((other) => isSame(one, other)));
    const come = young.filter((one) => !old.some((other) => isSame(one, other)));
    if (gone.length === 1 && come.length === 1) return [{ repository, was: gone[0], now: come[0] }];
    return [
      ...come.map((one) => ({ repository, was: gone.find(({ tag }) => tag === one.tag), now: one })),
      ...gone.filter(({ tag }) => !come.some((one) => one.tag === tag)).map((one) => ({ repository, was: one, now: undefined })),
    ];
  });
}

/** The pin of `image` that makes it what `other` is elsewhere, by its pin there. */
function standIn(image: string, other: string, pin: Pin): Pin {
  const { tag } = runOf(other, pin);
  const { tag: _, ...rest } = pin;
  return tag === tagOf(image) ? rest : { ...rest, tag };
}

function tagOf(image: string): string {
  return parseImage(image)?.tag ?? '';
}

function runOf(image: string, pin: Pin | undefined): RunImage {
  return { tag: pin?.tag ?? tagOf(image), digest: pin?.digest ?? '' };
}

function runsOf({ images }: Lockfile): ReadonlyMap<string, readonly RunImage[]> {
  const runs = new Map<string, readonly RunImage[]>();
  for (const [image, pin] of Object.entries(images)) {
    const repository = repositoryOf(image);
    runs.set(repository, [...(runs.get(repository) ?? []), runOf(image, pin)]);
  }
  return runs;
}

function isSame(a: RunImage, b: RunImage): boolean {
  return a.tag === b.tag && a.digest === b.digest;
}

/** What of a lock that is to be differs from what the environment before is deployed with, in words: none where nothing does. */
export function unlikeDeployed(
  deployed: Lockfile,
  { before, after, isWhole }: { readonly before: Lockfile; readonly after: Lockfile; readonly isWhole: boolean },
): readonly string[] {
  const source =
    isWhole && after.source !== deployed.source
      ? [`it is rendered from \`${deployed.source?.slice(0, 7)}\`, not \`${after.source?.slice(0, 7)}\``]
      : [];
  const images = Object.keys(after.images).filter((image) => {
    const [now, there] = [pinOf(after, image)?.digest, pinOf(deployed, image)?.digest];
    // What only the environment itself has, the other one cannot show.
    return isWhole ? there !== undefined && there !== now : now !== pinOf(before, image)?.digest && now !== there;
  });
  const charts = Object.entries(after.charts ?? {}).flatMap(([chart, { sha256 }]) => {
    const there = deployed.charts?.[chart]?.sha256;
    return isWhole && there !== undefined && there !== sha256 ? [chart] : [];
  });
  return [...source, ...[...images, ...charts].map((one) => `it has another \`${one}\``)];
}
