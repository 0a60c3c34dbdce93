import { isObject, type Json, type Path } from '../../../model/json.ts';

/**
 * Calls `enter` with `value` and everything in it, parents first. The path is the same list every time, since most values
 * are of no interest: who keeps it copies it.
 */
export function visit(value: Json | undefined, enter: (value: Json, path: Path) => void, path: (string | number)[] = []): void {
  if (value === undefined) return;
  enter(value, path);
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      path.push(i);
      visit(value[i], enter, path);
      path.pop();
    }
  } else if (isObject(value)) {
    for (const key in value) {
      path.push(key);
      visit(value[key], enter, path);
      path.pop();
    }
  }
}
