import type { Command } from '../cli/context.ts';
import { writeYaml } from '../codec/yaml-write.ts';
import { bootstrapObjects } from '../compile/bootstrap.ts';
import { applySetId, parentOf } from '../model/applyset.ts';
import { exitCodes } from '../model/failure.ts';
import { renderOne } from './one.ts';

/** `lockstep bootstrap`. */
export interface BootstrapOptions {
  readonly environment: string;
  readonly namespace: string;
}

/** Prints the objects that an administrator applies once, so that the agent of an environment may work. */
export const bootstrap: Command<BootstrapOptions> = async (context, { environment, namespace }) => {
  const rendering = await renderOne(context, environment);
  if (rendering === undefined) return exitCodes.input;
  const objects = bootstrapObjects(rendering.tree.index, { namespace, setId: applySetId(parentOf(environment, namespace)) });
  if (context.output === 'json') context.out(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }, undefined, 2));
  else
    context.out(
      objects
        .map((object) => writeYaml(object))
        .join('---\n')
        .trimEnd(),
    );
  return exitCodes.done;
};
