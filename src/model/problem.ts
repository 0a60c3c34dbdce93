import type { Diagnostic, Severity } from './diagnostic.ts';
import type { Path } from './json.ts';

/**
 * What is wrong inside an object, found by a rule that does not know where the object comes from. `path` leads to the value,
 * or to where a missing one belongs; messages name the field by its last key, since the place beside them has the whole path.
 */
export interface Problem extends Pick<Diagnostic, 'code' | 'message' | 'help'> {
  readonly path: Path;
  /** Default: error. */
  readonly severity?: Exclude<Severity, 'error'>;
}

/** Both. Most objects have no problems, so nothing is made where one of the two has none. */
export function joined(found: readonly Problem[], more: readonly Problem[]): readonly Problem[] {
  if (more.length === 0) return found;
  return found.length === 0 ? more : [...found, ...more];
}
