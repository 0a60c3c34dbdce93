import { readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import type { Rendering } from '../../model/inclusion.ts';
import { isObject } from '../../model/json.ts';
import { keepWhole } from '../whole.ts';

/** What nobody asked for in so many milliseconds is kept no longer. */
const keptFor = 30 * 86_400_000;

/** Milliseconds after which it is noted that somebody asked. */
const noted = 86_400_000;

/** What was rendered before under `key`; undefined where it is not kept, or was cut short. */
export function recall(folder: string, key: string): Rendering | undefined {
  const file = join(folder, `${key}.json`);
  try {
    const kept: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (!isObject(kept) || !Array.isArray(kept['objects'])) return undefined;
    if (Date.now() - statSync(file).mtimeMs > noted) utimesSync(file, new Date(), new Date());
    return kept as unknown as Rendering;
  } catch {
    return undefined;
  }
}

/** Keeps what was rendered. */
export function keep(folder: string, key: string, rendering: Rendering): void {
  try {
    const old = Date.now() - keptFor;
    for (const name of readdirSync(folder)) if (statSync(join(folder, name)).mtimeMs < old) rmSync(join(folder, name), { force: true });
  } catch {
    // There is none yet, or somebody else is at it.
  }
  keepWhole(join(folder, `${key}.json`), JSON.stringify(rendering));
}
