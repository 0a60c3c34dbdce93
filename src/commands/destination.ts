/** Where a command writes a rendered branch. */
export interface DestinationOptions {
  readonly direct: boolean;
  /** A remote; true is `origin`; undefined is the project's own repository. */
  readonly push?: string | true;
}

/** The remote that the options name, or undefined for the project's own repository. */
export function remoteOf({ push }: DestinationOptions): string | undefined {
  return push === true ? 'origin' : push;
}
