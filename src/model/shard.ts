import { compareText } from './ref.ts';

/** One of several parts that work is divided into: the second of eight is `{ index: 2, count: 8 }`. */
export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly count: number;
}

/** The shard that `2/8` means; undefined where a text means none. At most 1,000 parts. */
export function parseShard(text: string): Shard | undefined {
  const [, index, count] = (/^([1-9]\d{0,3})\/([1-9]\d{0,3})$/.exec(text) ?? []).map(Number);
  if (index === undefined || count === undefined || index > count || count > 1_000) return undefined;
  return { index, count };
}

/**
 * Those of `environments` that belong to a shard, in their order. Every environment belongs to one, whatever their order, and those of
 * one cluster to the same: what they have in common is judged together. Clusters are dealt out, the largest first, to the shard that has
 * the fewest environments so far.
 */
export function shardOf<T extends { readonly cluster: string }>(environments: readonly T[], { index, count }: Shard): readonly T[] {
  const sizes = new Map<string, number>();
  for (const { cluster } of environments) sizes.set(cluster, (sizes.get(cluster) ?? 0) + 1);
  const loads = Array.from({ length: count }, () => 0);
  const mine = new Set<string>();
  for (const [cluster, size] of [...sizes].sort(([a, m], [b, n]) => n - m || compareText(a, b))) {
    const least = loads.indexOf(Math.min(...loads));
    loads[least] = (loads[least] ?? 0) + size;
    if (least === index - 1) mine.add(cluster);
  }
  return environments.filter(({ cluster }) => mine.has(cluster));
}
