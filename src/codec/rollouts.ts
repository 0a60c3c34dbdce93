import type { FailedRollout, Rollouts } from '../model/inventory.ts';
import { isObject, type Json, parseJson } from '../model/json.ts';
import { compareText } from '../model/ref.ts';

/** How revisions did, as text. Equal values give equal texts. */
export function writeRollouts({ healthy, ailing, failed }: Rollouts): string {
  const sorted = Object.fromEntries([...healthy].sort(([a], [b]) => compareText(a, b)));
  return JSON.stringify({ healthy: sorted, ailing: ailing.toSorted(compareText), failed });
}

/** What `writeRollouts` wrote. Of what is not understood nothing counts: then nothing goes back until a commit was healthy again. */
export function readRollouts(text: string): Rollouts | undefined {
  const found = parseJson(text);
  if (!isObject(found)) return undefined;
  const { healthy, ailing, failed } = found;
  if (!isObject(healthy) || !areTexts(Object.values(healthy)) || !areTexts(ailing)) return undefined;
  if (failed !== undefined && !isFailed(failed)) return undefined;
  return { healthy: new Map(Object.entries(healthy as Readonly<Record<string, string>>)), ailing, failed };
}

function isFailed(value: Json): value is Json & FailedRollout {
  return isObject(value) && typeof value['commit'] === 'string' && typeof value['message'] === 'string' && areTexts(value['slices']);
}

function areTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}
