import type { Environment } from '../authoring/environment.ts';
import type { Checked, Diagnostic } from '../model/diagnostic.ts';
import { emptyLockfile } from '../model/lockfile.ts';
import type { Draft } from './draft.ts';
import type { Given } from './given.ts';
import { pin, taggedImages } from './pin.ts';
import { resolve } from './resolve.ts';
import { synth } from './synth.ts';
import { withoutSecrets } from './validate/secrets/mask.ts';
import { findSecrets, secretsOf } from './validate/secrets/secrets.ts';

/**
 * The images of an environment that need a pin, as its charts write them, sorted; with what is wrong in charts, values and images, and
 * nothing else: what only matters when the environment is rendered is no matter here.
 */
export function imagesOf(environment: Environment, given: Omit<Given, 'lock'>): Checked<readonly string[]> {
  const whole = { ...given, lock: emptyLockfile };
  const resolved = resolve(environment, whole);
  if (resolved.value === undefined) return { value: [], diagnostics: errorsOf(resolved.diagnostics, []) };
  const synthesized = synth(resolved.value, whole);
  const { images: fields } = resolved.value;
  const unfit = pin(synthesized.value, { lock: emptyLockfile, environment: environment.name, fields }).diagnostics;
  return {
    value: taggedImages(synthesized.value, fields),
    diagnostics: errorsOf(
      [...resolved.diagnostics, ...synthesized.diagnostics, ...unfit.filter(({ code }) => code !== 'image-not-pinned')],
      synthesized.value,
    ),
  };
}

/** The errors among `diagnostics`, which show no secret of `drafts`. */
export function errorsOf(diagnostics: readonly Diagnostic[], drafts: readonly Draft[]): readonly Diagnostic[] {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  return withoutSecrets(errors, errors.length === 0 ? new Map() : secretsOf(findSecrets(drafts)));
}
