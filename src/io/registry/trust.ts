import { readFileSync } from 'node:fs';
import * as tls from 'node:tls';

/**
 * The certificates that are trusted where a registry has authorities of its own, in PEM. What Node is told of authorities replaces those
 * that it has, which are therefore told, too: its own, and those in the file that `NODE_EXTRA_CA_CERTS` names. Undefined is what Node has.
 */
export function trusted(authorities: readonly string[], env: Readonly<Record<string, string | undefined>>): string[] | undefined {
  if (authorities.length === 0) return undefined;
  return [...ownRoots(), ...extraIn(env['NODE_EXTRA_CA_CERTS'] ?? ''), ...authorities];
}

/** Newer versions of Node may take those of the system. */
function ownRoots(): readonly string[] {
  const { getCACertificates } = tls as { readonly getCACertificates?: (type: 'default') => readonly string[] };
  return getCACertificates?.('default') ?? tls.rootCertificates;
}

/** Node passes over a file that it cannot read. */
function extraIn(path: string): readonly string[] {
  try {
    return path === '' ? [] : [readFileSync(path, 'utf8')];
  } catch {
    return [];
  }
}
