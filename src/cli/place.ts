import type { Place } from '../model/diagnostic.ts';
import { formatRef } from '../model/ref.ts';
import type { Finding } from './findings.ts';

/** How a commit is told where a file of it is: what stands there cannot be mended in the work tree. */
function formatSource({ commit }: Place): string | undefined {
  return commit === undefined ? undefined : `in the source commit ${commit.slice(0, 7)}`;
}

/** `environments/prod.ts:12:5 · prod · shop/web · Deployment/shop/web · /spec/replicas`, as far as it is known. */
export function formatPlace(finding: Finding): string {
  const { file, line, column } = finding.diagnostic.at;
  const position = [file, line, column].filter((part) => part !== undefined).join(':');
  const place = [position, formatSource(finding.diagnostic.at) ?? ''].filter((part) => part !== '').join(' ');
  return [place, formatSubject(finding)].filter((part) => part !== '').join(' · ');
}

/** What a finding is about, without the line of source: `prod · shop/web · Deployment/shop/web · /spec/replicas`. */
export function formatSubject({ diagnostic, environments }: Finding): string {
  const { construct, object, pointer }: Place = diagnostic.at;
  const parts = [environments.join(', '), construct, object === undefined ? undefined : formatRef(object), pointer];
  return parts.filter((part) => part !== undefined && part !== '').join(' · ');
}
