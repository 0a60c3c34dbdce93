import { type ChartReference, chartKey, type Inclusion, type ToolName, type ToolPin } from '../../model/inclusion.ts';
import type { ChartPin, IncludedChange, Lockfile } from '../../model/lockfile.ts';
import { compareText } from '../../model/ref.ts';

/** What an environment needs that its lock has to hold. */
export interface Wanted {
  /** By their keys in the lock. */
  readonly charts: ReadonlyMap<string, ChartReference>;
  readonly tools: ReadonlySet<ToolName>;
}

/** What `inclusions` need of the lock. */
export function wantedBy(inclusions: readonly Inclusion[]): Wanted {
  const references = inclusions.flatMap((one) => (one.tool === 'helm' && 'url' in one.chart ? [one.chart] : []));
  return {
    charts: new Map(references.map((chart) => [chartKey(chart), chart])),
    tools: new Set(inclusions.map(({ tool }) => tool)),
  };
}

/** The pin of a program that was found: beside those of other platforms, where the version is the same. */
export function mergedPin(
  before: ToolPin | undefined,
  { version, platform, sha256 }: { readonly version: string; readonly platform: string; readonly sha256: string },
): ToolPin {
  return { version, sha256: { ...(before?.version === version ? before.sha256 : {}), [platform]: sha256 } };
}

/** A lock with what is included as it is now: what is needed no more leaves it. With what has changed. */
export function relocked(
  before: Lockfile,
  { tools, charts }: { readonly tools: Readonly<Partial<Record<ToolName, ToolPin>>>; readonly charts: Readonly<Record<string, ChartPin>> },
): { readonly lock: Lockfile; readonly changes: readonly IncludedChange[] } {
  const { tools: _, charts: __, ...rest } = before;
  const lock = {
    ...rest,
    ...(Object.keys(tools).length === 0 ? {} : { tools }),
    ...(Object.keys(charts).length === 0 ? {} : { charts }),
  };
  return { lock, changes: changesBetween(entriesOf(before), entriesOf({ tools, charts })) };
}

/** All that stands in a lock beside images, each with what tells it from another one. */
function entriesOf({ tools = {}, charts = {} }: Pick<Lockfile, 'tools' | 'charts'>): ReadonlyMap<string, string> {
  const programs = Object.entries(tools).map(
    ([name, { version, sha256 }]) =>
      [
        name,
        `${version} (${Object.keys(sha256)
          .sort()
          .map((platform) => `${platform} ${sha256[platform]?.slice(0, 12)}`)
          .join(', ')})`,
      ] as const,
  );
  return new Map([...programs, ...Object.entries(charts).map(([key, { sha256 }]) => [key, `sha256:${sha256.slice(0, 12)}`] as const)]);
}

function changesBetween(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): readonly IncludedChange[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort(compareText);
  return names.flatMap((name): readonly IncludedChange[] => {
    const [was, is] = [before.get(name), after.get(name)];
    if (was === is) return [];
    return [{ name, status: was === undefined ? 'new' : is === undefined ? 'unused' : 'moved', is, was }];
  });
}
