import type { FailureCode } from './code.ts';

/** What a command ends with. */
export const exitCodes = {
  done: 0,
  difference: 1,
  input: 2,
  world: 3,
  refused: 4,
  interrupted: 130,
} as const;

/** One of the numbers a command may end with. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/**
 * The world failed, or a person must decide: an outage, a missing program, a refused push. Thrown at the edge, caught by
 * the command runner and by the agent's loop. What a user wrote wrongly is a `Diagnostic`, never a `Failure`.
 */
export class Failure extends Error {
  override readonly name = 'Failure';
  /** Stable, for people and scripts: `git-push-refused`. `lockstep explain` tells more of it. */
  readonly code: FailureCode;
  readonly help: string | undefined;
  readonly exit: ExitCode;

  constructor(
    code: FailureCode,
    message: string,
    options: { readonly help?: string; readonly exit?: ExitCode; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.help = options.help;
    this.exit = options.exit ?? exitCodes.world;
  }
}

/** What was thrown, as a `Failure`: with `code` where it is none. */
export function asFailure(thrown: unknown, code: FailureCode): Failure {
  return thrown instanceof Failure ? thrown : new Failure(code, messageOf(thrown), { cause: thrown });
}

/** The message of anything that was thrown, for the end of a sentence. */
export function messageOf(thrown: unknown): string {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown);
  } catch {
    return 'something that has no words was thrown';
  }
}
