import type { Diagnostic, Place } from '../model/diagnostic.ts';
import { formatRef } from '../model/ref.ts';
import type { Paint } from './paint.ts';

/** One diagnostic for people: what and why, where, and what to do next, a line each. */
function formatDiagnostic({ severity, code, message, at, help }: Diagnostic, paint: Paint): string {
  const colour = severity === 'error' ? paint.red : paint.yellow;
  const lines = [`${colour(paint.bold(`${severity}[${code}]`))}: ${message}`];
  const place = formatPlace(at);
  if (place !== '') lines.push(`  ${paint.dim('at')} ${place}`);
  if (help !== undefined)
    lines.push(...help.split('\n').map((line, i) => (i === 0 ? `  ${paint.dim('help:')} ${line}` : `        ${line}`)));
  return lines.join('\n');
}

/** `environments/prod.ts:12:5 · prod · shop/web · Deployment/shop/web · /spec/replicas`, as far as it is known. */
function formatPlace({ file, line, column, environment, construct, object, pointer }: Place): string {
  const position = [file, line, column].filter((part) => part !== undefined).join(':');
  const parts = [position, environment, construct, object === undefined ? undefined : formatRef(object), pointer];
  return parts.filter((part) => part !== undefined && part !== '').join(' · ');
}

/** All of `diagnostics`, errors last, since what is last stays on the screen; then how many there are. */
export function formatDiagnostics(diagnostics: readonly Diagnostic[], paint: Paint): readonly string[] {
  if (diagnostics.length === 0) return [];
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error');
  const warnings = diagnostics.filter((diagnostic) => diagnostic.severity === 'warning');
  return [...[...warnings, ...errors].map((diagnostic) => formatDiagnostic(diagnostic, paint)), counted(errors.length, warnings.length)];
}

function counted(errors: number, warnings: number): string {
  const parts = [plural(errors, 'error'), plural(warnings, 'warning')];
  return parts.filter((part) => part !== undefined).join(', ');
}

function plural(count: number, noun: string): string | undefined {
  if (count === 0) return undefined;
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}
