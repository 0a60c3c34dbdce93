import { printable } from '../diff/printable.ts';
import type { FailureCode } from '../model/code.ts';
import { type ExitCode, exitCodes, Failure, messageOf } from '../model/failure.ts';
import type { Paint } from './paint.ts';

/** The code of what was thrown and is no `Failure`. */
const internal: FailureCode = 'internal';

/** What is shown of something that was thrown, and how the program ends. A stack is never shown: it helps nobody but us. */
export function formatFailure(
  thrown: unknown,
  { paint, interrupted }: { readonly paint: Paint; readonly interrupted: boolean },
): { readonly lines: readonly string[]; readonly exit: ExitCode } {
  if (interrupted) return { lines: [paint.dim('interrupted')], exit: exitCodes.interrupted };
  if (thrown instanceof Failure) {
    const lines = [`${paint.red(paint.bold(`error[${thrown.code}]`))}: ${visible(thrown.message)}`];
    if (thrown.help !== undefined) lines.push(`  ${paint.dim('help:')} ${visible(thrown.help)}`);
    return { lines, exit: thrown.exit };
  }
  return {
    lines: [
      `${paint.red(paint.bold(`error[${internal}]`))}: ${visible(messageOf(thrown))}`,
      `  ${paint.dim('help:')} this is a mistake in Lockstep: please report it with the command and this message`,
    ],
    exit: exitCodes.world,
  };
}

/** Names of a branch, of a cluster or of a server may stand in it, with which somebody could repaint the terminal. Its lines stay lines. */
function visible(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** What is told when the process ends although the command is not done. */
export function endedEarly(): Failure {
  return new Failure('ended-early', 'the process ended before the command was done', {
    help: 'look for `exit` in modules and charts, and for an `await` that has no end',
    exit: exitCodes.input,
  });
}

/** The same for programs: what `--output json` writes in place of a result. */
export function failureJson(
  thrown: unknown,
  exit: ExitCode,
): { readonly error: { readonly code: FailureCode; readonly message: string; readonly help?: string }; readonly exit: ExitCode } {
  const code = thrown instanceof Failure ? thrown.code : internal;
  const help = thrown instanceof Failure ? thrown.help : undefined;
  return { error: { code, message: messageOf(thrown), ...(help === undefined ? {} : { help }) }, exit };
}
