import type { Checked, Diagnostic, Place } from '../model/diagnostic.ts';
import { defaultRegistry, homeOf, parseImage } from '../model/image.ts';
import { isObject } from '../model/json.ts';
import type { Layer } from './resolve.ts';
import type { Read } from './targets.ts';
import { shown } from './wording.ts';

/** What is said of a repository of images, or of all that are below a path. */
export interface RepositoryRule<T> {
  /** The repository as it is written: `ghcr.io/acme/web`, `postgres`, `ghcr.io/acme/*`. */
  readonly key: string;
  readonly value: T;
  /** The entry. */
  readonly at: Place;
  /** Whether the environment itself says it, and none of its bases, which other environments may stand on, too. */
  readonly isOwn: boolean;
}

/** A map from repositories that definitions may have, and what to make of what it holds. */
export interface RepositoryMap<T> {
  /** The option that holds it. */
  readonly option: 'upgrades' | 'signatures';
  readonly code: Diagnostic['code'];
  /** An entry, for whoever wrote none. */
  readonly form: string;
  readonly read: (given: unknown) => Read<T>;
}

/** What definitions say of repositories: of one that several speak of, what the nearest does. */
export function resolveRepositories<T>(layers: readonly Layer[], map: RepositoryMap<T>): Checked<readonly RepositoryRule<T>[]> {
  const read = layers.map((layer, i) => rulesIn(layer, { ...map, isOwn: i === layers.length - 1 }));
  const rules = new Map(read.flatMap(({ value }) => value).map((rule) => [placeOf(rule.key), rule]));
  return { value: [...rules.values()], diagnostics: read.flatMap(({ diagnostics }) => diagnostics) };
}

function rulesIn<T>(
  { definition, at }: Layer,
  { option, code, form, read, isOwn }: RepositoryMap<T> & Pick<RepositoryRule<T>, 'isOwn'>,
): Checked<readonly RepositoryRule<T>[]> {
  const given: unknown = definition[option] ?? {};
  const error = (pointer: string, message: string, help: string | undefined): Diagnostic => ({
    code,
    severity: 'error',
    message,
    at: { ...at, pointer },
    ...(help === undefined ? {} : { help }),
  });
  if (!isObject(given)) return { value: [], diagnostics: [error(option, `\`${option}\` is ${shown(given)}`, form)] };
  const value: RepositoryRule<T>[] = [];
  const diagnostics: Diagnostic[] = [];
  const taken = new Map<string, string>();
  for (const [key, entry] of Object.entries(given).filter(([, one]) => one !== undefined)) {
    const pointer = `${option}.${key}`;
    const outcome = read(entry);
    const place = placeOf(key);
    const twin = taken.get(place ?? '');
    if (place === undefined) diagnostics.push(error(pointer, `${shown(key)} is no repository of images`, keyForm));
    else if (twin !== undefined)
      diagnostics.push(error(pointer, `${shown(key)} is the same repository as ${shown(twin)}`, 'make one entry of the two'));
    else if (!outcome.ok) diagnostics.push(error(pointer, outcome.problem.message, outcome.problem.help));
    else value.push({ key, value: outcome.value, at: { ...at, pointer }, isOwn });
    if (place !== undefined && twin === undefined) taken.set(place, key);
  }
  return { value, diagnostics };
}

const keyForm = "write it as charts do, without a tag: `'ghcr.io/acme/web'`; `'ghcr.io/acme/*'` is all that is below";

/** The rule for an image: that of its repository, else that of the longest path above. However short either is written. */
export function ruleFor<T>(rules: readonly RepositoryRule<T>[], image: string): RepositoryRule<T> | undefined {
  const repository = parseImage(image)?.repository;
  if (repository === undefined || rules.length === 0) return undefined;
  const home = oneName(repository);
  const fitting = rules.flatMap((rule) => {
    const place = placeOf(rule.key) ?? '';
    const isFitting = place.endsWith('*') ? home.startsWith(place.slice(0, -1)) : place === home;
    return isFitting ? [{ rule, place }] : [];
  });
  // A repository of its own has no `*`, and is at least as long as all paths above.
  return fitting.toSorted((a, b) => specificity(b.place) - specificity(a.place))[0]?.rule;
}

function specificity(place: string): number {
  return place.endsWith('*') ? place.length - 1 : Number.POSITIVE_INFINITY;
}

/** Rules that the environment itself has and that none of `images` needs: most likely the repository is a typo. */
export function unusedRules<T>(
  rules: readonly RepositoryRule<T>[],
  images: readonly string[],
  code: Diagnostic['code'],
): readonly Diagnostic[] {
  const used = new Set(images.map((image) => ruleFor(rules, image)));
  return rules
    .filter((rule) => rule.isOwn && !used.has(rule))
    .map(({ key, at }) => ({
      code,
      severity: 'warning',
      message: `no image of the environment is of \`${key}\``,
      at,
      help: 'correct the repository, or remove the entry',
    }));
}

/** A repository with its registry: `docker.io/library/nginx`. */
export function wholeName(repository: string): string {
  const { registry, path } = homeOf(repository);
  return `${registry}/${path}`;
}

/** Other hosts that serve the images of the default registry. */
const defaultHosts: ReadonlySet<string> = new Set(['index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com']);

/**
 * A repository with its registry, the same for all ways to write it: `GHCR.IO/acme/web` and `ghcr.io:443/acme/web` are
 * `ghcr.io/acme/web`, `registry-1.docker.io/library/nginx` is `docker.io/library/nginx`. To compare by, not to ask for.
 */
export function oneName(repository: string): string {
  const { registry, path } = homeOf(repository);
  // A URL has hosts in lower case, addresses in their one form, and no port where it is that of the scheme.
  const host = URL.canParse(`https://${registry}`) ? new URL(`https://${registry}`).host : registry.toLowerCase();
  return host === defaultRegistry || defaultHosts.has(host) ? wholeName(`${defaultRegistry}/${path}`) : `${host}/${path}`;
}

/** What a key stands for, with its registry; a `*` at its end stands for all that is below. Undefined when it is none. */
function placeOf(key: string): string | undefined {
  if (key === '*') return key;
  const isPath = key.endsWith('/*');
  // What is below is a path of two names: one alone would be taken for an image of the default registry's library.
  const parsed = parseImage(isPath ? `${key.slice(0, -1)}x/x` : key);
  if (parsed === undefined || parsed.tag !== undefined || parsed.digest !== undefined) return undefined;
  const whole = oneName(parsed.repository);
  return isPath ? `${whole.slice(0, -'x/x'.length)}*` : whole;
}
