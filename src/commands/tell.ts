import type { Context } from '../cli/context.ts';
import { formatReport } from '../cli/diagnostics.ts';
import { fromWorkspace } from '../cli/workspace.ts';
import type { Diagnostic } from '../model/diagnostic.ts';

/** What a command found out about environments. */
export interface Told {
  /** The value that JSON shows. */
  readonly result: unknown;
  readonly diagnostics: readonly Diagnostic[];
  /** What a check found to be due, for forms that have a place for diagnostics alone: `lines` and `result` say it themselves. */
  readonly differences?: readonly Diagnostic[];
  /** The environments that came out well. */
  readonly environments: readonly string[];
  /** What is said after the diagnostics. */
  readonly lines: readonly string[];
}

/** Writes what was found in the form that was asked for, and says it in words where no form does. */
export async function tell(context: Context, told: Told): Promise<void> {
  const { diagnostics, lines } = told;
  for (const line of await documentOf(context, told)) context.out(line);
  if (context.output === 'json') return;
  const paint = context.paint.say;
  // Workflow commands stand in the log among what is said: they say it themselves.
  const findings = context.output === 'github' ? [] : formatReport(diagnostics, paint);
  for (const line of [...findings, ...lines]) context.say(line);
}

/** Shows what is wrong, to whoever gets nothing else. */
export function tellErrors(context: Context, diagnostics: readonly Diagnostic[]): void {
  if (context.output === 'json') context.out(json({ diagnostics }));
  else for (const line of formatReport(diagnostics, context.paint.say)) context.say(line);
}

async function documentOf(context: Context, { result, environments, ...told }: Told): Promise<readonly string[]> {
  const { output, version, world, workspace } = context;
  const diagnostics = [...told.diagnostics, ...(told.differences ?? [])];
  switch (output) {
    case 'text':
    case 'markdown':
    case 'html':
      return [];
    case 'json':
      return [json(result)];
    case 'sarif': {
      const [{ sarifLog }, { explanationOf }] = await Promise.all([import('../cli/sarif.ts'), import('./explanations.ts')]);
      const found = fromWorkspace(diagnostics, world.modules.root, workspace);
      return [json(sarifLog(found.diagnostics, { version, root: found.root, explanationOf }))];
    }
    case 'github':
      return (await import('../cli/github.ts')).formatGithub(fromWorkspace(diagnostics, world.modules.root, workspace).diagnostics);
    case 'junit':
      return [(await import('../cli/junit.ts')).formatJunit(diagnostics, environments)];
  }
}

function json(value: unknown): string {
  return JSON.stringify(value, undefined, 2);
}
