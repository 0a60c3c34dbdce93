import { type CheckChoice, type CheckedEnvironment, formatCheck, formatCheckedFiles } from '../cli/check.ts';
import type { Command } from '../cli/context.ts';
import { type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import { type ExitCode, exitCodes, Failure } from '../model/failure.ts';
import { newestKubernetes } from '../model/kubernetes.ts';
import type { World } from '../ports.ts';
import type { FilesTarget } from './check-files.ts';
import { showingProgress } from './progress.ts';
import type { RenderOptions } from './render.ts';
import type { RenderingPlace } from './reproducible.ts';
import { tell } from './tell.ts';
import { withTypes } from './types.ts';
import { isWatchable, unwatchable } from './watch.ts';

/** `lockstep check`. */
export interface CheckOptions extends FilesOptions, CheckChoice {
  /** Environments by name, all of them when there is none; or files and folders. */
  readonly what: readonly string[];
  /** Checks again after every change. */
  readonly watch: boolean;
  /** Only for the process that watches: compiles once, when it is asked. */
  readonly whenAsked: boolean;
  /** Renders twice, in two places, and compares. */
  readonly reproducible: boolean;
  /** Only for a process that renders for another one: in which place it is. */
  readonly rendering?: RenderingPlace;
}

/** By what files are judged; each only where it is told. */
interface FilesOptions extends Partial<Omit<FilesTarget, 'policies'>> {
  /** Names of built-in packs, with commas between them. */
  readonly policies?: string;
}

/** What came of a check of environments. */
export interface CheckResult {
  /** Those that could be rendered. */
  readonly environments: readonly CheckedEnvironment[];
  readonly diagnostics: readonly Diagnostic[];
  readonly exit: ExitCode;
}

/** Tells what is wrong with environments or with files of manifests, and writes nothing. */
export const check: Command<CheckOptions> = async (context, options) => {
  const { what, environment, kubernetes, complete, policies } = options;
  const paths = what.filter(isPath);
  if (paths.length > 0 && paths.length < what.length) throw mixed(what);
  const idle = Object.entries({ environment, kubernetes, complete, policies }).filter(([, given]) => given !== undefined);
  const { shard, reproducible } = options;
  if (paths.length > 0 && (shard !== undefined || reproducible)) throw onlyForEnvironments(reproducible ? '--reproducible' : '--shard');
  if (paths.length === 0 && idle.length > 0) throw withoutFiles(idle.map(([name]) => name));
  if (options.whenAsked) return (await import('./check-worker.ts')).answerWithCheck(context, options);
  if (options.rendering !== undefined)
    return (await import('./reproducible.ts')).answerWithTrees(context, { what, rendering: options.rendering });
  if (options.watch) {
    if (paths.length > 0 || !isWatchable(context)) throw unwatchable();
    return (await import('./check-watch.ts')).watchChecks(context, options);
  }
  return paths.length > 0 ? checkPaths(context, options) : checkEnvironments(context, options);
};

const checkEnvironments: Command<CheckOptions> = async (context, options) => {
  const { what, shard, reproducible } = options;
  const result = await (reproducible
    ? (await import('./reproducible.ts')).checkReproducible(context, what)
    : showingProgress(context, (onProgress) => checkProject(context.world, { names: what, shard, onProgress }, context.signal)));
  const environments = result.environments.map(({ name }) => name);
  const lines = result.exit === exitCodes.done ? formatCheck(result.environments, options, context.paint.say) : [];
  await tell(context, { result, diagnostics: result.diagnostics, environments, lines });
  return result.exit;
};

const checkPaths: Command<CheckOptions> = async (context, { what, environment, kubernetes, complete, policies }) => {
  const { checkFiles } = await import('./check-files.ts');
  const names = (policies ?? '').split(',').map((name) => name.trim());
  const checked = await checkFiles(context.world, what, {
    environment,
    kubernetes: kubernetes ?? newestKubernetes,
    complete: complete ?? false,
    policies: names.filter((name) => name !== ''),
  });
  const exit = hasErrors(checked.diagnostics) ? exitCodes.input : exitCodes.done;
  const lines = exit === exitCodes.done ? formatCheckedFiles(checked, context.paint.say) : [];
  await tell(context, { result: { ...checked, exit }, diagnostics: checked.diagnostics, environments: [], lines });
  return exit;
};

/** Whether an argument means files: environments have no such names. */
function isPath(argument: string): boolean {
  return /[/\\]|^\.\.?$|^-$|\.(?:ya?ml|json)$/i.test(argument);
}

function mixed(what: readonly string[]): Failure {
  return new Failure('check-mixed', 'environments and files cannot be checked together', {
    help: `check ${what.filter((one) => !isPath(one)).join(' ')} by themselves`,
    exit: exitCodes.input,
  });
}

function onlyForEnvironments(option: string): Failure {
  return new Failure('check-with-files', `\`${option}\` is for environments, and files were named`, {
    help: 'leave it out, or name environments',
    exit: exitCodes.input,
  });
}

function withoutFiles(options: readonly string[]): Failure {
  const names = options.map((name) => `\`--${name}\``).join(', ');
  return new Failure('check-without-files', `${names} is for files, and an environment says that itself`, {
    help: 'name files or folders (`./rendered`), or leave it out',
    exit: exitCodes.input,
  });
}

/** Everything that is wrong with environments, and with the types of the project. Throws `Failure`. */
export async function checkProject(
  world: Pick<World, 'clock' | 'commits' | 'files' | 'modules' | 'renderer' | 'results' | 'types'>,
  { names, ...options }: RenderOptions & { readonly names: readonly string[] },
  signal: AbortSignal,
): Promise<CheckResult> {
  // TypeScript runs in a process of its own, beside the compiler.
  const [types, { value, diagnostics }] = await Promise.all([
    world.types.check(signal),
    import('./render.ts').then(({ renderEnvironments }) => renderEnvironments(world, names, options)),
  ]);
  const found = withTypes(diagnostics, types);
  return {
    environments: value.map(({ tree }) => ({ name: tree.environment, objects: tree.index.objects.length })),
    diagnostics: found,
    exit: hasErrors(found) ? exitCodes.input : exitCodes.done,
  };
}
