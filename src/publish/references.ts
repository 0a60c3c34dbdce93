import { parseJson } from '../model/json.ts';
/** A commit of another repository that led to a source commit: the code change behind a new image, for one. */
export interface Reference {
  readonly author?: string;
  readonly date?: string;
  readonly subject?: string;
  readonly body?: string;
  readonly sha?: string;
  readonly repoURL?: string;
}

/** A commit's body taken apart. */
export interface ReferencedBody {
  /** What the trailers say; undefined when there is none. They can name one commit; of two equal trailers the last counts. */
  readonly reference: Reference | undefined;
  /** The body without the trailers that were understood. */
  readonly body: string;
}

/**
 * Reads the trailers `Argocd-reference-commit-…` that CI puts on source commits, as Argo CD's hydrator does: names are
 * case-sensitive, and a line whose value is not well-formed stays in the body.
 */
export function readReference(body: string): ReferencedBody {
  const found: { -readonly [key in keyof Reference]: Reference[key] } = {};
  const rest = body.split('\n').filter((line) => {
    const [, name = '', value = ''] = /^Argocd-reference-commit-([a-z]+): (.*)$/.exec(line) ?? [];
    const trailer = trailers.get(name);
    const read = trailer?.read(value.trim());
    if (trailer === undefined || read === undefined) return true;
    found[trailer.field] = read;
    return false;
  });
  return { reference: Object.keys(found).length > 0 ? found : undefined, body: rest.join('\n').trim() };
}

interface Trailer {
  readonly field: keyof Reference;
  /** The value, or undefined when it is not well-formed. */
  readonly read: (value: string) => string | undefined;
}

const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

const trailers: ReadonlyMap<string, Trailer> = new Map<string, Trailer>([
  ['author', { field: 'author', read: (value) => accept(value, /^[^<>]*<[^<>\s@]+@[^<>\s@]+>$|^[^<>\s@]+@[^<>\s@]+$/.test(value)) }],
  ['date', { field: 'date', read: (value) => accept(value, rfc3339.test(value) && !Number.isNaN(Date.parse(value))) }],
  ['subject', { field: 'subject', read: (value) => accept(value, value !== '') }],
  ['body', { field: 'body', read: readJsonString }],
  ['sha', { field: 'sha', read: (value) => accept(value, /^[0-9a-f]{5,40}$/.test(value)) }],
  ['repourl', { field: 'repoURL', read: (value) => accept(value, URL.canParse(value) && !holdsCredentials(value)) }],
]);

/** Whether a URL has a password in it, or a user name where that may be a token. */
export function holdsCredentials(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, username, password } = new URL(url);
  return password !== '' || (username !== '' && protocol !== 'ssh:');
}

function accept(value: string, wellFormed: boolean): string | undefined {
  return wellFormed ? value : undefined;
}

function readJsonString(value: string): string | undefined {
  const read = parseJson(value);
  return typeof read === 'string' ? read : undefined;
}
