import { withoutMatches } from '../compile/validate/secrets/find.ts';
import { secretName } from '../compile/validate/secrets/names.ts';
import { secretFinder } from '../compile/validate/secrets/scan.ts';
import type { Hiding } from '../diff/hide.ts';

/** What the compiler knows of secrets, for whoever shows objects. */
export function compilersHiding(): Hiding {
  return { secretsIn: secretFinder(), isSecretName: (name) => secretName(name) !== undefined, withoutSecrets: withoutMatches };
}
