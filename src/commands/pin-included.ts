import { mergedPin, relocked, wantedBy } from '../compile/include/relock.ts';
import { Failure } from '../model/failure.ts';
import { chartOfKey, type Inclusion, type ToolName, type ToolPin, vendoredPath } from '../model/inclusion.ts';
import type { ChartPin, IncludedChange, Lockfile } from '../model/lockfile.ts';
import type { World } from '../ports.ts';
import { committedChart, type FoundChart, type Origin, openVendor, type VendorOptions } from './pin-vendor.ts';

/** What pins what is included. */
export interface IncludedPinner {
  /** A lock that holds all that `inclusions` need, as far as it could be found, and nothing else; `from` is where the environment comes from. */
  lock(inclusions: readonly Inclusion[], lock: Lockfile, from: Origin): Promise<RelockedIncluded>;
}

/** A lock, what has changed in it, and what keeps it from being whole. */
export interface RelockedIncluded {
  readonly lock: Lockfile;
  readonly changes: readonly IncludedChange[];
  readonly failures: readonly Failure[];
  /** Whether the archives of all charts are where they are rendered from, as far as it was looked at. */
  readonly isHere: boolean;
  /** The archives in the project that it needs. */
  readonly archives: readonly string[];
  /** Those that it needed, and needs no more. */
  readonly left: readonly Archive[];
}

/** The archive of a chart in the project. */
export interface Archive {
  readonly path: string;
  /** As the lock has it. */
  readonly sha256: string;
}

/** How what is included is pinned. */
interface Options extends VendorOptions {
  /** Whether the programs that are installed take the place of those in the lock. */
  readonly tools: boolean;
}

/** Finds programs and fetches charts, each of them once, for all environments. */
export function openIncludedPinner(world: World, options: Options, signal: AbortSignal): IncludedPinner {
  const vendored = openVendor(world, options, signal);
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
      const isOwn = from.commit === undefined;
      const found = await Promise.all(
        [...wanted.charts].map(async ([key, chart]): Promise<readonly (readonly [string, FoundChart])[]> => {
          const before = lock.charts?.[key]?.sha256;
          const one = await orFailure(isOwn ? vendored(chart, from) : committedChart(world, { chart, expected: before, ...from }));
          if (!(one instanceof Failure)) return [[key, one]];
          failures.push(one);
          return before === undefined ? [] : [[key, { sha256: before, isHere: false }]];
        }),
      );
      const charts = new Map(found.flat());
      const pins = Object.fromEntries([...charts].map(([key, { sha256 }]): readonly [string, ChartPin] => [key, { sha256 }]));
      return {
        ...relocked(lock, { tools, charts: pins }),
        failures,
        isHere: [...charts.values()].every(({ isHere }) => isHere),
        archives: isOwn ? [...wanted.charts.values()].map(vendoredPath) : [],
        left: isOwn ? archivesIn(lock).filter(({ key }) => !wanted.charts.has(key)) : [],
      };
    },
  };
}

function archivesIn({ charts = {} }: Lockfile): readonly (Archive & { readonly key: string })[] {
  return Object.entries(charts).flatMap(([key, { sha256 }]) => {
    const chart = chartOfKey(key);
    return chart === undefined ? [] : [{ key, path: vendoredPath(chart), sha256 }];
  });
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
