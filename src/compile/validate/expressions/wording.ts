/** An expression, short enough for a line. */
export function shownExpression(source: string): string {
  const line = source.replaceAll(/\s+/g, ' ');
  return `\`${line.length > 80 ? `${line.slice(0, 79)}…` : line}\``;
}
