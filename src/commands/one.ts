import type { Context } from '../cli/context.ts';
import { formatReport } from '../cli/diagnostics.ts';
import { hasErrors } from '../model/diagnostic.ts';
import { type Rendering, renderEnvironments } from './render.ts';
import { tellErrors } from './tell.ts';

/** The rendering of one environment; undefined when there is something wrong with it, which was shown. */
export async function renderOne(context: Context, environment: string): Promise<Rendering | undefined> {
  const { value, diagnostics } = await renderEnvironments(context.world, [environment]);
  if (hasErrors(diagnostics)) {
    tellErrors(context, diagnostics);
    return undefined;
  }
  for (const line of formatReport(diagnostics, context.paint.say)) context.say(line);
  return value[0];
}
