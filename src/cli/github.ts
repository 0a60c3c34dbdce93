import type { Diagnostic, Severity } from '../model/diagnostic.ts';
import { findingsOf, folded } from './findings.ts';
import { formatPlace, formatSubject } from './place.ts';

const commands: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', note: 'notice' };

/**
 * `diagnostics` as workflow commands of GitHub Actions, which shows them beside the lines of a pull request. Errors stand first:
 * only the first ten of each kind of command are shown there.
 */
export function formatGithub(diagnostics: readonly Diagnostic[]): readonly string[] {
  const findings = findingsOf(diagnostics);
  const ofSeverity = (severity: Severity) => findings.filter(({ diagnostic }) => diagnostic.severity === severity);
  return folded([...ofSeverity('error'), ...ofSeverity('warning'), ...ofSeverity('note')]).flatMap(({ shown, more }) =>
    shown.map((finding, i) => {
      const { severity, code, message, help, at } = finding.diagnostic;
      // Lines of a commit are not those that GitHub shows.
      const isHere = at.commit === undefined;
      const properties = { ...(isHere ? { file: at.file, line: at.line, col: at.column } : {}), title: code };
      const subject = isHere ? formatSubject(finding) : formatPlace(finding);
      const lines = [message, ...(subject === '' ? [] : [`at ${subject}`]), ...(help === undefined ? [] : [`help: ${help}`])];
      const others = more > 0 && i === shown.length - 1 ? [`… and ${more} more like it`] : [];
      return `::${commands[severity]} ${propertyList(properties)}::${escapedData([...lines, ...others].join('\n'))}`;
    }),
  );
}

function propertyList(properties: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(properties)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${escapedProperty(String(value))}`]))
    .join(',');
}

/** The escapes of the Actions runner; of others it knows none, so that every other character stands for itself. */
function escapedData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** In a property a colon or a comma would end it. */
function escapedProperty(text: string): string {
  return escapedData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
