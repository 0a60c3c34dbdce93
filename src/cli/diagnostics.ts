import { counted } from '../model/count.ts';
import type { Diagnostic, Severity } from '../model/diagnostic.ts';
import { type Finding, findingsOf, folded } from './findings.ts';
import type { Paint } from './paint.ts';
import { formatPlace } from './place.ts';

/** All of `diagnostics`, each problem once: notes, warnings, and errors last, since what is last stays on the screen; then how many there are. */
export function formatDiagnostics(diagnostics: readonly Diagnostic[], paint: Paint): readonly string[] {
  const findings = findingsOf(diagnostics);
  return [...findings.map((finding) => formatFinding(finding, paint)), ...totalOf(findings)];
}

/** The same for the end of a command: what one line of source made many times is folded, and where more can be read is said once. */
export function formatReport(diagnostics: readonly Diagnostic[], paint: Paint): readonly string[] {
  const findings = findingsOf(diagnostics);
  const lines = folded(findings).flatMap(({ shown, more }) => [
    ...shown.map((finding) => formatFinding(finding, paint)),
    ...(more === 0 ? [] : [paint.dim(`  … and ${more} more like it`)]),
  ]);
  const last = findings.at(-1)?.diagnostic;
  const hint = last?.severity === 'error' ? [paint.dim(`\`lockstep explain ${last.code}\` tells more`)] : [];
  return [...lines, ...totalOf(findings), ...hint];
}

function formatFinding(finding: Finding, paint: Paint): string {
  return finding.diagnostic.severity === 'note' ? formatNote(finding, paint) : formatProblem(finding, paint);
}

/** One note for people, dim, with its place on its line: it must not stand in the way of what matters more. */
function formatNote(finding: Finding, paint: Paint): string {
  const { code, message } = finding.diagnostic;
  const place = formatPlace(finding);
  const lines = [`note[${code}]: ${message}${place === '' ? '' : ` (${place})`}`, ...helpLines(finding, 'help:')];
  return lines.map(paint.dim).join('\n');
}

/** One error or warning for people: what and why, where, and what to do next, a line each. */
function formatProblem(finding: Finding, paint: Paint): string {
  const { severity, code, message } = finding.diagnostic;
  const colour = severity === 'error' ? paint.red : paint.yellow;
  const place = formatPlace(finding);
  return [
    `${colour(paint.bold(`${severity}[${code}]`))}: ${message}`,
    ...(place === '' ? [] : [`  ${paint.dim('at')} ${place}`]),
    ...helpLines(finding, paint.dim('help:')),
  ].join('\n');
}

function helpLines({ diagnostic, environments, sameHelp }: Finding, label: string): readonly string[] {
  const { help } = diagnostic;
  if (help === undefined) return [];
  const others = sameHelp ? [] : [`and likewise for ${environments.slice(1).join(', ')}`];
  return [...help.split('\n'), ...others].map((line, i) => (i === 0 ? `  ${label} ${line}` : `        ${line}`));
}

/** `2 errors, 1 warning`; nothing of what there is none of. */
function totalOf(findings: readonly Finding[]): readonly string[] {
  const severities: readonly Severity[] = ['error', 'warning', 'note'];
  const counts = severities.flatMap((severity) => {
    const count = findings.filter(({ diagnostic }) => diagnostic.severity === severity).length;
    return count === 0 ? [] : [counted(count, severity)];
  });
  return counts.length === 0 ? [] : [counts.join(', ')];
}
