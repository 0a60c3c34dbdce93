import { withoutMatches } from '../compile/validate/secrets/find.ts';
import { exitCodes, Failure, messageOf } from '../model/failure.ts';

/** What is told of something that was thrown where nobody waits for it; nothing secret, whatever modules of a project say. */
export function failedAside(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  const [, place] =
    /\n\s+at (?:[^\n]*\()?(?!node:)(?:file:\/\/)?([^\n()]+:\d+:\d+)\)?/.exec((thrown instanceof Error && thrown.stack) || '') ?? [];
  const where = place === undefined ? '' : `, at ${place}`;
  return new Failure('failed-aside', `something failed that nobody waited for${where}: ${withoutMatches(messageOf(thrown))}`, {
    help: 'wait for promises where they are made, at the top of a module, and start no timers',
    exit: exitCodes.input,
    cause: thrown,
  });
}
