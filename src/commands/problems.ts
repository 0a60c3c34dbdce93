import type { Diagnostic } from '../model/diagnostic.ts';
import type { ExitCode, Failure } from '../model/failure.ts';

/** What is told of something that failed for an environment, among what is told of it. */
export function problemOf(
  environment: string,
  { code, message, help }: Pick<Diagnostic, 'code' | 'message'> & { readonly help?: string | undefined },
): Diagnostic {
  return { code, severity: 'error', message, at: { environment }, ...(help === undefined ? {} : { help }) };
}

/** The exit code of several failures: the highest. Undefined where there is none. */
export function exitOfAll(failures: readonly Failure[]): ExitCode | undefined {
  return failures.map(({ exit }) => exit).toSorted((a, b) => b - a)[0];
}
