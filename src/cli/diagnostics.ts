import type { Diagnostic, Place, Severity } from '../model/diagnostic.ts';
import { formatRef } from '../model/ref.ts';
import type { Paint } from './paint.ts';

/** One note for people, dim, with its place on its line: it must not stand in the way of what matters more. */
function formatNote({ code, message, at, help }: Diagnostic, paint: Paint): string {
  const place = formatPlace(at);
  const lines = [`note[${code}]: ${message}${place === '' ? '' : ` (${place})`}`];
  if (help !== undefined) lines.push(...help.split('\n').map((line, i) => (i === 0 ? `  help: ${line}` : `        ${line}`)));
  return lines.map(paint.dim).join('\n');
}

/** One error or warning for people: what and why, where, and what to do next, a line each. */
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

/** All of `diagnostics`: notes, warnings, and errors last, since what is last stays on the screen; then how many there are. */
export function formatDiagnostics(diagnostics: readonly Diagnostic[], paint: Paint): readonly string[] {
  if (diagnostics.length === 0) return [];
  const of = (severity: Severity) => diagnostics.filter((diagnostic) => diagnostic.severity === severity);
  const [errors, warnings, notes] = [of('error'), of('warning'), of('note')];
  return [
    ...notes.map((note) => formatNote(note, paint)),
    ...[...warnings, ...errors].map((diagnostic) => formatDiagnostic(diagnostic, paint)),
    counted([
      [errors.length, 'error'],
      [warnings.length, 'warning'],
      [notes.length, 'note'],
    ]),
  ];
}

/** `2 errors, 1 warning`; nothing of what there is none of. */
function counted(counts: readonly (readonly [count: number, noun: string])[]): string {
  const some = counts.filter(([count]) => count > 0);
  return some.map(([count, noun]) => (count === 1 ? `1 ${noun}` : `${count} ${noun}s`)).join(', ');
}
