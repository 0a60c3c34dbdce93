import type { Context } from '../cli/context.ts';
import { formatReport } from '../cli/diagnostics.ts';
import { hasErrors } from '../model/diagnostic.ts';
import { type Rendering, renderEnvironments } from './render.ts';

/** The rendering of one environment; undefined when there is something wrong with it, which was shown. */
export async function renderOne(context: Context, environment: string): Promise<Rendering | undefined> {
  const { value, diagnostics } = await renderEnvironments(context.world, [environment]);
  if (context.output === 'json' && hasErrors(diagnostics)) context.out(JSON.stringify({ diagnostics }, undefined, 2));
  else {
    const paint = context.paint.say;
    for (const line of formatReport(diagnostics, paint)) context.say(line);
  }
  return hasErrors(diagnostics) ? undefined : value[0];
}
