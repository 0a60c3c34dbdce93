import { mergedPin, relocked, wantedBy } from '../compile/include/relock.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { type ChartReference, type Inclusion, type ToolName, type ToolPin, vendoredPath } from '../model/inclusion.ts';
import type { ChartPin, IncludedChange, Lockfile } from '../model/lockfile.ts';
import { sha256Of } from '../model/sha256.ts';
import type { World } from '../ports.ts';
import type { FoundEnvironment } from './sources.ts';

/** What pins what is included. */
export interface IncludedPinner {
  /** A lock that holds all that `inclusions` need, as far as it could be found; `from` is where the environment comes from. */
  lock(inclusions: readonly Inclusion[], lock: Lockfile, from: Origin): Promise<RelockedIncluded>;
}

/** Where an environment comes from: the archives of its charts are there, too. */
type Origin = Pick<FoundEnvironment, 'modules' | 'commit'>;

/** A lock, what has changed in it, and what keeps it from being whole. */
export interface RelockedIncluded {
  readonly lock: Lockfile;
  readonly changes: readonly IncludedChange[];
  readonly failures: readonly Failure[];
}

/** How what is included is pinned. */
interface Options {
  /** Whether the programs that are installed take the place of those in the lock. */
  readonly tools: boolean;
  /** Whether nothing is fetched or written. */
  readonly check: boolean;
  /** Registries that may do without TLS. */
  readonly insecureRegistry: readonly string[];
}

/** Finds programs and fetches charts, each of them once, for all environments. */
export function openIncludedPinner(world: World, options: Options, signal: AbortSignal): IncludedPinner {
  const fetched = new Map<string, Promise<string>>();
  const sha256Of = (key: string, chart: ChartReference, expected: string | undefined): Promise<string> => {
    const known = fetched.get(key) ?? fetchChart(world, { chart, expected, options, signal });
    fetched.set(key, known);
    return known;
  };
  const vendored = async (key: string, chart: ChartReference, before: string | undefined): Promise<string> => {
    const isThere = before !== undefined && (options.check || (await world.files.sha256(vendoredPath(chart))) === before);
    return isThere ? before : sha256Of(key, chart, before);
  };
  return {
    async lock(inclusions, lock, from) {
      const wanted = wantedBy(inclusions);
      const failures: Failure[] = [];
      const tools: Partial<Record<ToolName, ToolPin>> = {};
      for (const name of wanted.tools) {
        const pin = await orFailure(toolPin(world, { name, before: lock.tools?.[name], isAnew: options.tools }));
        if (pin instanceof Failure) failures.push(pin);
        else tools[name] = pin;
      }
      const charts = await Promise.all(
        [...wanted.charts].map(async ([key, chart]): Promise<readonly (readonly [string, ChartPin])[]> => {
          const before = lock.charts?.[key]?.sha256;
          const sha256 = await orFailure(
            from.commit === undefined ? vendored(key, chart, before) : committedChart(world, { chart, expected: before, ...from }),
          );
          if (!(sha256 instanceof Failure)) return [[key, { sha256 }]];
          failures.push(sha256);
          return before === undefined ? [] : [[key, { sha256: before }]];
        }),
      );
      return { ...relocked(lock, { tools, charts: Object.fromEntries(charts.flat()) }), failures };
    },
  };
}

async function orFailure<T>(result: Promise<T>): Promise<T | Failure> {
  try {
    return await result;
  } catch (thrown) {
    if (thrown instanceof Failure && thrown.code !== 'interrupted') return thrown;
    throw thrown;
  }
}

async function toolPin(
  world: Pick<World, 'renderer'>,
  { name, before, isAnew }: { readonly name: ToolName; readonly before: ToolPin | undefined; readonly isAnew: boolean },
): Promise<ToolPin> {
  if (before !== undefined && !isAnew) return before;
  const found = await (await world.renderer()).find(name);
  if (found !== undefined) return mergedPin(before, found);
  throw new Failure('tool-absent', `\`${name}\` is to be pinned and not in \`PATH\``, {
    help: `install it, or say by \`LOCKSTEP_${name.toUpperCase()}\` where it is`,
  });
}

interface Fetching {
  readonly chart: ChartReference;
  /** What the lock says already. */
  readonly expected: string | undefined;
  readonly options: Options;
  readonly signal: AbortSignal;
}

/** Fetches a chart into the project, and gives its sha256. What is locked is fetched as it is locked, or not at all. */
async function fetchChart(world: World, { chart, expected, options, signal }: Fetching): Promise<string> {
  const source = await world.charts({ insecure: options.insecureRegistry });
  const bytes = await source.fetch(chart, signal);
  const sha256 = sha256Of(bytes);
  requireExpected(chart, { sha256, expected });
  if (!options.check) await world.files.write(vendoredPath(chart), bytes);
  return sha256;
}

/** The sha256 of a chart of an environment that is rendered from a commit: that of the archive which the commit has. */
async function committedChart(
  world: Pick<World, 'files'>,
  { chart, expected, modules, commit = '' }: Pick<Fetching, 'chart' | 'expected'> & Origin,
): Promise<string> {
  const path = vendoredPath(chart);
  const sha256 = await world.files.sha256(`${modules.root}/${path}`);
  if (sha256 === undefined) {
    throw new Failure('source-without-chart', `the source commit \`${commit.slice(0, 7)}\` does not hold \`${path}\``, {
      help: 'commit the archive, and promote a commit that has it',
      exit: exitCodes.input,
    });
  }
  requireExpected(chart, { sha256, expected });
  return sha256;
}

function requireExpected(
  { url, version }: ChartReference,
  { sha256, expected }: { readonly sha256: string; readonly expected: string | undefined },
): void {
  if (expected === undefined || sha256 === expected) return;
  const what = `\`${url}\` ${version}`;
  throw new Failure('chart-damaged', `${what} is not what the lock says: its sha256 is ${sha256}, and ${expected} is expected`, {
    help: 'if the new one is meant, remove its entry from `charts` in the lock, and run it again',
  });
}
