import { isObject, type Path } from '../model/json.ts';

/** A value that an author gave and that did not arrive. */
export interface Lost {
  readonly path: Path;
  readonly value: unknown;
}

/**
 * What of `before` is not in `after`. Classes that are generated from a schema rename fields (`clusterIp` to `clusterIP`,
 * `ref` to `$ref`) and unwrap IntOrString and Quantity (`{ value: 80 }` to 80): neither is a loss.
 */
export function lostValues(before: unknown, after: unknown, path: Path = []): readonly Lost[] {
  if (before === undefined || isUnwrapped(before, after)) return [];
  if (Array.isArray(before) && Array.isArray(after)) return before.flatMap((item, i) => lostValues(item, after[i], [...path, i]));
  if (isObject(before) && isObject(after)) {
    const renamed = keyFinder(after);
    return Object.entries(before).flatMap(([key, value]) => lostValues(value, after[renamed(key)], [...path, key]));
  }
  return before === after ? [] : [{ path, value: before }];
}

function isUnwrapped(before: unknown, after: unknown): boolean {
  return isObject(before) && Object.keys(before).length === 1 && before['value'] !== undefined && before['value'] === after;
}

/** Finds the key of `object` that stands for another spelling of it: itself, or one that differs in case and signs only. */
function keyFinder(object: object): (key: string) => string {
  let spelled: Map<string, string> | undefined;
  return (key) => {
    if (Object.hasOwn(object, key)) return key;
    spelled ??= new Map(Object.keys(object).map((own) => [bare(own), own]));
    return spelled.get(bare(key)) ?? key;
  };
}

function bare(key: string): string {
  return key.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}
