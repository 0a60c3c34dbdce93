import type { SignatureClaim } from '../model/claim.ts';
import type { ImageReference } from '../model/image.ts';
import type { ChartReference, FoundTool, Printed, Rendering, RenderOutcome, RenderRequest, ToolName } from '../model/inclusion.ts';

/** Registries of container images. */
export interface Registry {
  /**
   * What the tag of `image` stands for now. Throws `Failure`: exit 2 where there is no such image, 3 where its registry gives no answer
   * that can be trusted.
   */
  find(image: ImageReference, signal: AbortSignal): Promise<FoundImage>;
  /**
   * The digest that the registry tells of the tag of `image` without being asked for its bytes: enough to say that it is the same, and
   * for nothing else. Undefined where it tells none. Throws `Failure` as `find` does.
   */
  digest(image: ImageReference, signal: AbortSignal): Promise<string | undefined>;
  /**
   * All tags of the repository of `image`, as the registry orders them, those of signatures and attestations included. Throws `Failure`
   * as `find` does.
   */
  tags(image: ImageReference, signal: AbortSignal): Promise<readonly string[]>;
  /**
   * What the repository of `image` keeps as signatures of a digest, each fetched when it is asked for; none of it was verified. Throws
   * `Failure` as `find` does.
   */
  signatures(image: ImageReference, digest: string, signal: AbortSignal): AsyncIterable<SignatureClaim>;
}

/** What a tag stands for. */
export interface FoundImage {
  /** `sha256:` and 64 hexadecimal digits: of the index where the image is multi-platform. */
  readonly digest: string;
  /** The platforms that it is for, sorted: `linux/arm64/v8`. */
  readonly platforms: readonly string[];
}

/** The programs of others that render what is included. */
export interface Renderer {
  /**
   * What comes of rendering `request`. `read` makes it of what a program printed; both are kept, so that the same is rendered once, and
   * answered without a program from then on. Throws `Failure` when it is interrupted.
   */
  render(request: RenderRequest, read: (printed: Printed) => Rendering): Promise<RenderOutcome>;
  /** The program that is installed here. Throws `Failure`. */
  find(tool: ToolName): Promise<FoundTool | undefined>;
}

/** Where Helm charts are fetched from. */
export interface ChartSource {
  /** The archive of a chart, as it was told by its digest where that is told. Throws `Failure`. */
  fetch(chart: ChartReference, signal: AbortSignal): Promise<Buffer>;
}
