import type { FetchedCommit } from '../ports.ts';
import type { Paint } from './paint.ts';

/** A commit that environments are rendered from, and what was done for it. */
export interface FetchedSource extends Pick<FetchedCommit, 'isFetched'> {
  readonly commit: string;
  readonly environments: readonly string[];
  /** Whether its packages are those of the project, were installed for it before, or were installed just now. */
  readonly packages: 'shared' | 'kept' | 'installed';
}

const words: Readonly<Record<FetchedSource['packages'], string>> = {
  shared: 'with the packages of the project',
  kept: 'with packages of its own, which were here',
  installed: 'with packages of its own, installed now',
};

/** What was brought here, for people: a line for each commit, and one for environments that need none. */
export function formatFetched(
  { fetched, here }: { readonly fetched: readonly FetchedSource[]; readonly here: readonly string[] },
  paint: Paint,
): readonly string[] {
  const lines = fetched.map(({ commit, environments, isFetched, packages }) => {
    return `${environments.join(', ')}: ${commit.slice(0, 7)} ${isFetched ? 'was fetched' : 'is here'}, ${words[packages]}`;
  });
  const idle = here.map((name) => `${name}: no lock names a source for it, so the work tree is rendered`);
  if (fetched.length === 0 && here.length === 0) return ['no lock names a source: there is nothing to fetch'];
  const [first] = fetched;
  const next = first === undefined ? [] : [`next: ${paint.bold(`lockstep synth ${first.environments.join(' ')}`)}`];
  return [...lines, ...idle, ...next];
}
