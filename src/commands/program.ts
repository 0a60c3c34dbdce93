import { Command, CommanderError, Option } from 'commander';
import type { Context, Output } from '../cli/context.ts';
import { type ExitCode, exitCodes } from '../model/failure.ts';
import { branchCommands } from './usage/branches.ts';
import { clusterCommands } from './usage/cluster.ts';
import type { Definition } from './usage/definition.ts';
import { projectCommands } from './usage/project.ts';

/** What every command is told beside its own options. */
export interface CommonOptions {
  readonly output: Output;
}

/** Makes the context that a command runs in. */
export type MakeContext = (options: CommonOptions) => Context;

/** Where help and complaints about options go. */
export interface Streams {
  readonly out: (text: string) => void;
  readonly say: (text: string) => void;
}

/** What the arguments ask for, carried out. `version` is that of the package. */
export async function runProgram(
  argv: readonly string[],
  { version, makeContext, streams }: { readonly version: string; readonly makeContext: MakeContext; readonly streams: Streams },
): Promise<ExitCode> {
  let exit: ExitCode = exitCodes.done;
  const program = new Command('lockstep')
    .description('GitOps from typed TypeScript to the cluster.')
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: streams.out, writeErr: streams.say })
    .showSuggestionAfterError()
    .addHelpText('after', epilogue);

  /** A command whose `run` gets its options, together with its arguments under their names. */
  const add = (definition: Definition): void => {
    const command = program.command(definition.usage).description(definition.description);
    for (const option of definition.options ?? []) command.addOption(option);
    command.addOption(
      new Option('--output <format>', 'what standard output gets').choices(definition.outputs ?? ['text', 'json']).default('text'),
    );
    command.addOption(new Option('--no-color', 'no colour, as with NO_COLOR=1'));
    command.addHelpText('after', `\nExamples:\n${definition.examples.map((example) => `  $ ${example}`).join('\n')}\n`);
    command.action(async (...given: unknown[]) => {
      const options = command.opts();
      const names = command.registeredArguments.map((argument) => argument.name());
      const args = Object.fromEntries(names.map((name, i) => [name, given[i]]));
      const all = { ...options, ...args } as Readonly<Record<string, unknown>>;
      // `to` is an option elsewhere, and no name.
      const named = {
        environment: all['environment'],
        namespace: all['namespace'],
        agentNamespace: all['agentNamespace'],
        from: args['from'],
        to: args['to'],
      };
      for (const [name, value] of Object.entries(named)) refuseName(command, name, value);
      // Commander types no options: the definition's own are what it was told to parse.
      exit = await definition.run(makeContext(options as CommonOptions), all as never);
    });
  };
  for (const definition of definitions) add(definition);

  try {
    await program.parseAsync(argv.length === 0 ? ['help'] : [...argv], { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    return thrown.exitCode === 0 ? exitCodes.done : exitCodes.input;
  }
  return exit;
}

const epilogue = `
Exit codes: 0 done, 1 a difference, 2 wrong input, 3 the world failed, 4 refused by a guard, 130 interrupted.
`;

const definitions: readonly Definition[] = [...projectCommands, ...branchCommands, ...clusterCommands];

/** Environments and namespaces are DNS labels: anything else would end up in URLs and names that nobody meant. */
function refuseName(command: Command, name: string, value: unknown): void {
  if (value === undefined || (typeof value === 'string' && /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(value))) return;
  const what = /namespace$/i.test(name) ? "agent's namespace" : 'environment';
  command.error(`error: \`${String(value)}\` cannot be the name of an ${what}: use lower-case letters, digits and \`-\``);
}
