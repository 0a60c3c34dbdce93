import { failureJson } from '../../src/cli/failure.ts';
import { painter } from '../../src/cli/paint.ts';
import { runProgram } from '../../src/commands/program.ts';
import { type ExitCode, Failure } from '../../src/model/failure.ts';
import type { World } from '../../src/ports.ts';

/** How a command line ended, and the lines that it wrote to standard output and to standard error. */
export interface Ended {
  readonly exit: ExitCode;
  readonly out: string;
  readonly said: string;
}

/** Runs a command line in this process, in plain text. Of a world only what the command asks for need be there. */
export async function runCommand(
  world: Partial<World>,
  args: readonly string[],
  signal: AbortSignal = new AbortController().signal,
): Promise<Ended> {
  const [said, out]: [string[], string[]] = [[], []];
  const lines = { out: (text: string) => void out.push(text), say: (text: string) => void said.push(text.trimEnd()) };
  const paint = { out: painter(false), say: painter(false) };
  const ended = (exit: ExitCode): Ended => ({ exit, out: out.join('\n'), said: said.join('\n') });
  try {
    return ended(
      await runProgram(args, {
        version: '0',
        streams: lines,
        makeContext: ({ output }) => ({ world: world as World, version: '0', signal, output, paint, show: () => {}, ...lines }),
      }),
    );
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    const { error } = failureJson(thrown, thrown.exit);
    said.push(`error[${error.code}]: ${error.message}${error.help === undefined ? '' : `\n  help: ${error.help}`}`);
    return ended(thrown.exit);
  }
}
