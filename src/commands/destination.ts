import type { RenderedPlace } from '../model/rendered-place.ts';
import { shownUrl } from '../model/url.ts';
import { usualRemote } from '../publish/latest.ts';

/** Where a command writes a rendered branch. */
export interface DestinationOptions {
  readonly direct: boolean;
  /** A remote; true is `origin`; undefined is the project's own repository. */
  readonly push?: string | true;
}

/** The options as they were given, for the next command; '' where none was. */
export function destinationWords({
  push,
  slice,
}: {
  readonly push?: DestinationOptions['push'] | undefined;
  readonly slice?: string;
}): string {
  const remote = push === undefined ? [] : push === true ? ['--push'] : [`--push ${shownUrl(push)}`];
  return [...(slice === undefined ? [] : [`--slice ${slice}`]), ...remote].join(' ');
}

/** The remote that the options name, that where the rendered branches are where they name none, or undefined for the project's own repository. */
export function remoteOf({ push }: Pick<DestinationOptions, 'push'>, place?: RenderedPlace): string | undefined {
  return namedRemote(push, place);
}

/** The remote that an option names: where it names none, that of the rendered branches, else `origin`; undefined where it was not given. */
export function namedRemote(given: string | true | undefined, place?: RenderedPlace): string | undefined {
  return given === true ? (place?.remote ?? usualRemote) : given;
}
