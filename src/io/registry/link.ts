/**
 * The query of the next page, which a `Link` names (RFC 8288). No more than that is taken of it: behind a proxy, a registry often does
 * not know its own host, and nothing is asked of another one.
 */
export function nextQuery(link: string): string | undefined {
  const target = /<([^>]*)>\s*;[^,<]*?\brel\s*=\s*"?next\b/i.exec(link)?.[1];
  if (target === undefined || !URL.canParse(target, 'https://registry.invalid/')) return undefined;
  const { search } = new URL(target, 'https://registry.invalid/');
  return search === '' ? undefined : search;
}
