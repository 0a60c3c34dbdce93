/** Names that generated modules import: nothing else there is called so. */
export const importedNames: readonly string[] = ['ApiObject', 'Construct', 'ObjectMeta'];

/** `text` as a part of the name of a type: `keystores` becomes `Keystores`, `x-http` becomes `XHttp`. */
export function pascal(text: string): string {
  const words = text.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

/** What a version adds to the names of types: `V1Beta1`. */
export function versionSuffix(version: string): string {
  return pascal(version.replaceAll(/(alpha|beta)/g, '-$1'));
}

/** Takes the first of `candidates` that is not in `taken`; the last one gets a number when all are. */
export function takeName(candidates: readonly string[], taken: Set<string>): string {
  const last = candidates.at(-1) ?? '';
  let name = candidates.find((candidate) => !taken.has(candidate));
  for (let count = 2; name === undefined; count++) if (!taken.has(`${last}${count}`)) name = `${last}${count}`;
  taken.add(name);
  return name;
}

/** `text` as a literal in single quotes. */
export function literal(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner}'`;
}
