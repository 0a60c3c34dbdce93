import type { Context } from '../cli/context.ts';
import { lockPathOf } from '../compile/given.ts';
import { signaturesOf } from '../compile/resolve.ts';
import { unverified, withNotesOf, withSignatures } from '../compile/signatures/pins.ts';
import type { Failure } from '../model/failure.ts';
import { type Lockfile, pinOf } from '../model/lockfile.ts';
import { readKeys } from './keys.ts';
import { lockText } from './locks.ts';
import { withLock } from './promotion.ts';
import { openVerifier } from './signatures.ts';
import { findEnvironments } from './sources.ts';

/** A lock that is to be written in the place of another one. */
export interface Promoted {
  readonly to: string;
  readonly before: Lockfile;
  readonly after: Lockfile;
  /** Whether all that the environment uses was promoted; else only what has become another one is looked at. */
  readonly isWhole: boolean;
  /** Registries that may do without TLS. */
  readonly insecureRegistry: readonly string[];
}

/**
 * The lock with notes of the signatures that the environment asks for with it. Those that neither lock has are looked for at registries:
 * another environment may ask for none, or for those of another key.
 */
export async function withPromotedSignatures(
  { world, signal }: Pick<Context, 'world' | 'signal'>,
  { to, before, after, isWhole, insecureRegistry }: Promoted,
): Promise<{ readonly lock: Lockfile; readonly failed: readonly Failure[] }> {
  const { value: found } = await findEnvironments(withLock(world, lockPathOf(to), lockText(undefined, after)), [to]);
  const [environment] = found;
  // What is wrong with the environment is told when it is rendered.
  if (environment === undefined) return { lock: after, failed: [] };
  const keys = await readKeys(world.files, environment.environment, environment.modules.root);
  const rules = signaturesOf(environment.environment, { file: environment.file, root: environment.modules.root, keys });
  const lock = withNotesOf(before, after, rules);
  const images = Object.keys(lock.images).filter((image) => isWhole || pinOf(before, image)?.digest !== pinOf(lock, image)?.digest);
  const wanted = unverified({ rules, images, lock: before, after: lock }, false);
  if (wanted.length === 0) return { lock, failed: [] };
  const registry = await world.registry({ insecure: insecureRegistry });
  const [verification] = await openVerifier({ world, signal, registry })([wanted]);
  const { signed = new Map(), failed = [] } = verification ?? {};
  return { lock: withSignatures({ lock: before, after: lock, changes: [] }, signed).after, failed };
}
