/** How many indexes `text` names, as `1,3-5`, of those below `completions`; or what is wrong with it, as a clause (batch validation, validateIndexesFormat). */
export function indexes(text: string, completions: number): number | string {
  if (text === '') return 0;
  let last = -1;
  let count = 0;
  for (const part of text.split(',')) {
    const [, first, end = first] = /^\+?([0-9]+)(?:-\+?([0-9]+))?$/.exec(part) ?? [];
    if (first === undefined) return `\`${part}\` is no index, and no range of indexes such as \`1-3\``;
    const [from, to] = [Number(first), Number(end)];
    if (to >= completions || from >= completions) return `there are ${completions} indexes, the last of which is ${completions - 1}`;
    if (from <= last || (part.includes('-') && from >= to)) return 'they are in order, and none is there twice';
    last = to;
    count += to - from + 1;
  }
  return count;
}
