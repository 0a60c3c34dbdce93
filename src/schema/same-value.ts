import { isObject, type Json } from '../model/json.ts';
import { quantityOf } from '../model/quantity.ts';

/**
 * Whether the API server's `found` is what a manifest's `wanted` becomes: the server leaves out what is empty, writes quantities in one form
 * and base64 in one line, and adds defaults.
 */
export function isSameValue(wanted: Json, found: Json | undefined): boolean {
  if (wanted === found) return true;
  if (typeof wanted === 'string' && wanted.replaceAll(/[\r\n]/g, '') === found) return true;
  if (isEmpty(wanted) && isEmpty(found)) return true;
  if (Array.isArray(wanted) && Array.isArray(found))
    return wanted.length === found.length && wanted.every((item, i) => isSameValue(item, found[i]));
  if (isObject(wanted)) {
    // What the server adds inside a value are its defaults.
    return isObject(found) && Object.entries(wanted).every(([key, value]) => value === undefined || isSameValue(value, found[key]));
  }
  return isSameQuantity(wanted, found);
}

function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === false || value === 0 || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.values(value).every(isEmpty);
}

/** Texts without a digit are no matter: the server writes none of its quantities so. */
function isSameQuantity(a: Json, b: Json | undefined): boolean {
  const [left, right] = [quantityOf(a), quantityOf(b)];
  return left !== undefined && left === right && /\d/.test(String(b));
}
