/** A command as it is typed in a shell: what a POSIX shell would read as something else stands in quotes. */
export function commandLine(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}

/** An option once for each of its values: `--only a --only b`. */
export function repeated(option: string, values: readonly string[]): readonly string[] {
  return values.flatMap((value) => [option, value]);
}
