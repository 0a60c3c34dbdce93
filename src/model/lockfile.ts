import type { ToolName, ToolPin } from './inclusion.ts';

/** What a tag stood for when it was pinned. */
export interface Pin {
  /** `sha256:` and 64 hexadecimal digits: of the image index where the image is multi-platform. */
  readonly digest: string;
  /** The tag that stands in for the one that the author writes: `1.27.5`. It is the one that is rendered. */
  readonly tag?: string;
  /** The platforms that the image is for, sorted: `linux/arm64/v8`. */
  readonly platforms?: readonly string[];
  /** When the digest was asked for at the registry: RFC 3339, in UTC, to the second. */
  readonly pinned?: string;
  /** A hash of this digest and of the key that was found to have signed it, where it has to be signed: `sha256:` and 64 hexadecimal digits. */
  readonly signed?: string;
}

/** `environments/<name>.lock.yaml`: what an environment is rendered with. */
export interface Lockfile {
  /** The commit of the source that the environment is rendered from, in full; without one it is what the work tree holds. */
  readonly source?: string;
  /** From image reference with a tag, as the author writes it (`nginx:1.27`), to its pin. */
  readonly images: { readonly [image: string]: Pin };
  /** The programs that render what is included. */
  readonly tools?: { readonly [Tool in ToolName]?: ToolPin };
  /** The charts that were fetched, by `chartKey`. */
  readonly charts?: { readonly [chart: string]: ChartPin };
}

/** The archive of a chart that was fetched. */
export interface ChartPin {
  /** 64 hexadecimal digits, of its bytes. */
  readonly sha256: string;
}

/** The pin of an image, as the author writes it; undefined where a lock has none. */
export function pinOf({ images }: Pick<Lockfile, 'images'>, image: string): Pin | undefined {
  return Object.hasOwn(images, image) ? images[image] : undefined;
}

/** What became of the pin of an image. */
export interface PinChange {
  readonly image: string;
  readonly status: 'new' | 'upgraded' | 'moved' | 'signed' | 'same' | 'unused';
  /** The tag that stands in for that of the image; undefined where none does. */
  readonly tag?: string | undefined;
  /** The tag that did. */
  readonly wasTag?: string | undefined;
  /** What it stands for now; undefined where nothing uses it. */
  readonly digest: string | undefined;
  /** What it stood for; undefined where it is new. */
  readonly was: string | undefined;
  readonly platforms: readonly string[];
}

/** What became of a program or a chart in a lock. */
export interface IncludedChange {
  /** `helm`, or the key of a chart. */
  readonly name: string;
  readonly status: 'new' | 'moved' | 'unused';
  /** What tells it from another one, for people. */
  readonly is: string | undefined;
  readonly was: string | undefined;
}

/** An image as it is run: the tag that is rendered, and what that stands for. */
export interface RunImage {
  readonly tag: string;
  readonly digest: string;
}

/** What a promotion does to an image of an environment. */
export interface ImageChange {
  /** Registry and repository: `ghcr.io/acme/web`. */
  readonly repository: string;
  readonly was: RunImage | undefined;
  readonly now: RunImage | undefined;
}

/** The lock of an environment that has none yet. */
export const emptyLockfile: Lockfile = { images: {} };
