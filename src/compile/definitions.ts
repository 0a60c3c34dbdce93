import type { Environment } from '../authoring/environment.ts';
import type { Checked } from '../model/diagnostic.ts';
import { emptyLockfile } from '../model/lockfile.ts';
import type { Draft } from './draft.ts';
import type { Given } from './given.ts';
import { errorsOf } from './images.ts';
import { resolve } from './resolve.ts';
import { isDefinition } from './served.ts';
import { synth } from './synth.ts';

/**
 * The CustomResourceDefinitions of an environment, as its charts write them, with what is wrong in charts and values. Whether other
 * objects fit them is no matter here.
 */
export function definitionsOf(environment: Environment, given: Omit<Given, 'lock'>): Checked<readonly Draft[]> {
  const whole = { ...given, lock: emptyLockfile };
  const resolved = resolve(environment, whole);
  if (resolved.value === undefined) return { value: [], diagnostics: errorsOf(resolved.diagnostics, []) };
  const { value, diagnostics } = synth(resolved.value, whole);
  return {
    value: value.filter(({ manifest }) => isDefinition(manifest)),
    diagnostics: errorsOf([...resolved.diagnostics, ...diagnostics], value),
  };
}
