/** How a server wants to be asked: a scheme, and what it says of it. */
export interface Challenge {
  /** In lower case: `bearer`, `basic`. */
  readonly scheme: string;
  /** By names in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** A token (RFC 9110, section 5.6). */
const token = String.raw`[!#$%&'*+.^_\x60|~0-9A-Za-z-]+`;
const piece = new RegExp(
  String.raw`[\s,]*(?:(${token})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|(${token}))|(${token})(?=[\s,]|$)(?!\s*=)|[A-Za-z0-9._~+/-]+=*(?=\s*(?:,|$)))`,
  'y',
);

/** The challenges in a `WWW-Authenticate` (RFC 9110, section 11.6.1), as far as they can be read. */
export function readChallenges(header: string): readonly Challenge[] {
  const found: { readonly scheme: string; readonly parameters: Map<string, string> }[] = [];
  piece.lastIndex = 0;
  for (let match = piece.exec(header); match !== null; match = piece.exec(header)) {
    const [, name, quoted, plain, scheme] = match;
    if (scheme !== undefined) found.push({ scheme: scheme.toLowerCase(), parameters: new Map() });
    else if (name !== undefined) found.at(-1)?.parameters.set(name.toLowerCase(), quoted?.replaceAll(/\\(.)/g, '$1') ?? plain ?? '');
  }
  return found;
}
