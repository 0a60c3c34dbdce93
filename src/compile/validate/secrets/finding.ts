import type { Path } from '../../../model/json.ts';
import type { Problem } from '../../../model/problem.ts';

/** A secret in clear text inside an object. */
export interface Finding extends Problem {
  /** The pattern that recognised it. */
  readonly pattern?: string;
  /** The secret in every form that it stands in: what no message may hold, and what nothing but `mask.ts` may read. */
  readonly secrets: readonly string[];
}

/** What to do about a secret in clear text. */
export const secretHelp = helpWith('or make it outside and name it under `external`');

/** The same where there is no environment that names what is outside. */
export const secretHelpInFiles = helpWith('or make it outside');

function helpWith(otherwise: string): string {
  return `let an ExternalSecret or a SealedSecret make it, ${otherwise}, and refer to it; change it, too, where others could read it`;
}

/** The field at the end of `path`, for a message: the last key that is a name. */
export function fieldAt(path: Path): string {
  return `\`${path.findLast((key) => typeof key === 'string') ?? ''}\``;
}
