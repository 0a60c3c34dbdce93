import type { Json, JsonObject, Path } from '../../../model/json.ts';
import type { Problem } from '../../../model/problem.ts';
import { fine } from './rule.ts';

/** That something has more than `most` bytes; `help` says where else they could be. */
export function tooManyBytes(
  path: Path,
  { bytes, most, help }: { readonly bytes: number; readonly most: number; readonly help: string },
): readonly Problem[] {
  if (bytes <= most) return fine;
  return [{ code: 'field-range', path, message: `it has ${bytes} bytes, and ${most} are allowed`, help }];
}

/** How many bytes a text is, in UTF-8, or when it is decoded from base64. What is no text has none. */
export function bytesOf(value: Json | undefined, encoding: 'utf8' | 'base64' = 'utf8'): number {
  return typeof value === 'string' ? Buffer.byteLength(value, encoding) : 0;
}

/** How many bytes the keys and texts of a map are together. */
export function bytesOfMap(map: JsonObject): number {
  return Object.entries(map).reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + bytesOf(value), 0);
}
