/** The minor that a source names, `1.35` of `kubernetes@1.35`; undefined for what is something else. */
export function kubernetesOf(source: string): string | undefined {
  return source.startsWith('kubernetes@') ? source.slice('kubernetes@'.length) : undefined;
}

/** What a source is, told by its name alone. */
export type SourceType = 'kubernetes' | 'url' | 'path' | 'environment';

/** A path has a slash, or the ending of a file; everything else is the name of an environment. */
export function sourceTypeOf(source: string): SourceType {
  if (kubernetesOf(source) !== undefined) return 'kubernetes';
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(source)) return 'url';
  return isPath(source) ? 'path' : 'environment';
}

/**
 * A name as the lock has it: equal paths have equal names, and a folder beside the lock stays told from an environment. No server is told the
 * fragment of a URL.
 */
export function sourceName(given: string): string {
  if (sourceTypeOf(given) === 'url') return given.replace(/#.*$/s, '');
  if (sourceTypeOf(given) !== 'path') return given;
  const plain = given
    .replaceAll(/\/+/g, '/')
    .replace(/^(?:\.\/)+(?=.)/, '')
    .replace(/(?<=.)\/$/, '');
  return isPath(plain) ? plain : `${plain}/`;
}

function isPath(name: string): boolean {
  return name.includes('/') || name.startsWith('.') || /\.(?:ya?ml|json)$/i.test(name);
}
