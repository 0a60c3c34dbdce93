import type { Place } from '../model/diagnostic.ts';
import { formatRef } from '../model/ref.ts';
import type { Finding } from './findings.ts';

/** `environments/prod.ts:12:5 · prod · shop/web · Deployment/shop/web · /spec/replicas`, as far as it is known. */
export function formatPlace(finding: Finding): string {
  const { file, line, column } = finding.diagnostic.at;
  const position = [file, line, column].filter((part) => part !== undefined).join(':');
  return [position, formatSubject(finding)].filter((part) => part !== '').join(' · ');
}

/** What a finding is about, without the line of source: `prod · shop/web · Deployment/shop/web · /spec/replicas`. */
export function formatSubject({ diagnostic, environments }: Finding): string {
  const { construct, object, pointer }: Place = diagnostic.at;
  const parts = [environments.join(', '), construct, object === undefined ? undefined : formatRef(object), pointer];
  return parts.filter((part) => part !== undefined && part !== '').join(' · ');
}
