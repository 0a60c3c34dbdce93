import { exitCodes, Failure } from '../../src/model/failure.ts';
import type { TypeCheck, TypeChecker } from '../../src/ports.ts';

/** A type checker that says what it is told to say: by default, that nothing is wrong. */
export function fakeTypes(said: TypeCheck = { ok: true, text: '' }): TypeChecker {
  return {
    async check(signal) {
      if (signal.aborted) throw new Failure('interrupted', 'aborted', { exit: exitCodes.interrupted });
      return said;
    },
  };
}
