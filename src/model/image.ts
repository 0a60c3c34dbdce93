/** The parts of an image reference. */
export interface ImageReference {
  /** Registry and repository: `ghcr.io/acme/web`. */
  readonly repository: string;
  readonly tag: string | undefined;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string | undefined;
}

const host = String.raw`(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[0-9a-fA-F:]+\])(?::\d+)?`;
const part = String.raw`[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*`;
const grammar = new RegExp(
  String.raw`^(?<repository>(?:${host}/)?${part}(?:/${part})*)(?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$`,
);

/** The parts of `text` by the grammar of container registries (github.com/distribution/reference), or undefined when it has none. */
export function parseImage(text: string): ImageReference | undefined {
  const { repository, tag, digest } = grammar.exec(text)?.groups ?? {};
  return repository === undefined ? undefined : { repository, tag, digest };
}

/** The registry and repository of an image, without tag and digest; the text itself where it is no reference. */
export function repositoryOf(image: string): string {
  return parseImage(image)?.repository ?? image;
}

/** Where a repository of images is. */
export interface ImageHome {
  /** The registry, with a port where one is written: `docker.io`, `localhost:5000`. */
  readonly registry: string;
  /** The repository as the registry calls it: `library/nginx`. */
  readonly path: string;
}

/** The registry of images that name none. */
export const defaultRegistry = 'docker.io';

/**
 * Where a repository is that is written short: `nginx` is `library/nginx` of the default registry. What stands before the first slash
 * is a registry only if it could be no part of a path: it has a dot, a port or an upper-case letter, or is `localhost`
 * (github.com/distribution/reference, normalize.go).
 */
export function homeOf(repository: string): ImageHome {
  const [first, rest] = split(repository);
  const isRegistry = namesRegistry(repository);
  const registry = isRegistry && first !== 'index.docker.io' ? first : defaultRegistry;
  const path = isRegistry ? rest : repository;
  return { registry, path: registry === defaultRegistry && !path.includes('/') ? `library/${path}` : path };
}

/** Whether a repository is written with its registry. */
export function namesRegistry(repository: string): boolean {
  const [first] = split(repository);
  return /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
}

function split(repository: string): readonly [first: string, rest: string] {
  const slash = repository.indexOf('/');
  return [repository.slice(0, Math.max(slash, 0)), repository.slice(slash + 1)];
}
