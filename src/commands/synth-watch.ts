import type { Command } from '../cli/context.ts';
import { exitCodes } from '../model/failure.ts';
import { type SynthOptions, type SynthResult, toldOf } from './synth.ts';
import { askOnce, compilerDied, watchProject } from './watch.ts';

/** What a process that renders for another one tells it. */
export interface Synthesized {
  readonly result: SynthResult;
  /** The files of the author that it looked at, absolute. */
  readonly looked: readonly string[];
}

const died: Synthesized = { result: { environments: [], gone: [], diagnostics: [compilerDied], exit: exitCodes.input }, looked: [] };

/** Renders the environments again that a change touches, until interrupted. */
export const watchSynth: Command<SynthOptions> = async (context, options) =>
  watchProject(context, {
    worker: [
      ...['synth', ...options.environments, '--out', options.out, '--when-asked'],
      ...(options.cache ? [] : ['--no-cache']),
      ...(options.shard === undefined ? [] : ['--shard', `${options.shard.index}/${options.shard.count}`]),
    ],
    look: async (worker) => {
      const { result, looked } = (await askOnce<Synthesized>(worker)) ?? died;
      return { told: toldOf(result, options, context.paint.say), looked };
    },
  });
