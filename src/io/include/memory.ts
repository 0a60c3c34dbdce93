import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rendering } from '../../model/inclusion.ts';
import { isObject } from '../../model/json.ts';

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

/** Keeps what was rendered, for nobody but the user: it may hold secrets. One that cannot be written costs time and nothing else. */
export function keep(folder: string, key: string, rendering: Rendering): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const old = Date.now() - keptFor;
    for (const name of readdirSync(folder)) if (statSync(join(folder, name)).mtimeMs < old) rmSync(join(folder, name), { force: true });
    const unfinished = join(folder, `${key}.${randomUUID()}`);
    writeFileSync(unfinished, JSON.stringify(rendering), { mode: 0o600 });
    renameSync(unfinished, join(folder, `${key}.json`));
  } catch {}
}
