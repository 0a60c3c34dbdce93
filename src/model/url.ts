/** Parameters of URLs that say which text is meant. Any other one may be a token, or a signature that lets whoever has it in. */
const telling: ReadonlySet<string> = new Set([
  'at',
  'branch',
  'commit',
  'h',
  'inline',
  'path',
  'plain',
  'raw',
  'ref',
  'ref_type',
  'tag',
  'version',
]);

/** A URL, or what is meant to be one, as anybody may see it: without who asks, without a fragment, and of its parameters only those that tell which text is meant. */
export function shownUrl(text: string): string {
  const [, before = '', query] = /^([^?#]*)(?:\?([^#]*))?/.exec(text) ?? [];
  const place = before.replace(/\/\/[^/]*@/, '//').replace(/^[^/@:]+:[^/@]*@/, '');
  if (query === undefined) return place;
  const parameters = query.split('&');
  const kept = parameters.filter((one) => telling.has(one.replace(/=.*$/s, '')));
  const rest = kept.length < parameters.length ? ['…'] : [];
  return `${place}?${[...kept, ...rest].join('&')}`;
}
