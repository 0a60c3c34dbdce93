import { isObject, type Json, type JsonObject, type Path } from '../../../model/json.ts';
import { joined, type Problem } from '../../../model/problem.ts';

/**
 * What the API server demands of a value in code, and in no schema: all that is wrong with the value at `path`. What the
 * schema tells is not told here: unknown and missing fields, types, enums, entries of a list with equal keys. So a rule has
 * nothing to say about a value of another type than it is about, and takes what is absent for the server's default.
 *
 * The codes are few, since messages say the rest:
 * - `field-invalid`: a text of a form, or a value, that the field does not take;
 * - `field-range`: a number that is too small or too great;
 * - `field-required`: it must be set, always or beside what is set;
 * - `field-forbidden`: it must not be set, never or beside what is set;
 * - `field-conflict`: of several fields just one may be set, or two contradict each other;
 * - `field-duplicate`: two entries have the same name;
 * - `field-read-only`: it belongs to the API server, which ignores or refuses it;
 * - `object-too-large`: the API server or etcd would not take it in one request;
 * - `selector-mismatch`: a selector that does not select the object's own template;
 * - `mount-unknown`: a mount of a volume that the pod does not have;
 * - `schedule-invalid`: a schedule or a time zone that a CronJob cannot have.
 */
export type Rule = (value: Json, path: Path) => readonly Problem[];

/** What a rule says when nothing is wrong. */
export const fine: readonly Problem[] = [];

/** All that `rules` say. */
export function all(...rules: readonly Rule[]): Rule {
  return (value, path) => {
    let found = fine;
    for (let i = 0; i < rules.length; i++) {
      const more = rules[i]?.(value, path) ?? fine;
      if (more.length > 0) found = joined(found, more);
    }
    return found;
  };
}

/** Rules for the fields of an object that are set. `null` is what Kubernetes takes for not set. */
export function fields(rules: Readonly<Record<string, Rule>>): Rule {
  const byField = new Map(Object.entries(rules));
  return (value, path) => {
    if (!isObject(value)) return fine;
    let found = fine;
    // An object has few of the fields that there are rules for.
    for (const key in value) {
      const rule = byField.get(key);
      const field = value[key];
      if (rule === undefined || !isSet(field)) continue;
      const more = rule(field, [...path, key]);
      if (more.length > 0) found = joined(found, more);
    }
    return found;
  };
}

/** A rule for every entry of a list. One that is `null` is there, and empty. */
export function each(rule: Rule): Rule {
  return (value, path) => {
    if (!Array.isArray(value)) return fine;
    let found = fine;
    for (let i = 0; i < value.length; i++) {
      const more = ofEntry(rule, value[i], [...path, i]);
      if (more.length > 0) found = joined(found, more);
    }
    return found;
  };
}

/** What `rule` says of an entry: for `null`, of an object without fields, or of a text without characters. */
function ofEntry(rule: Rule, entry: Json, path: Path): readonly Problem[] {
  if (entry !== null) return rule(entry, path);
  const asObject = rule({}, path);
  return asObject.length > 0 ? asObject : rule('', path);
}

/** A rule for every value of a map. One that is `null` is there, and empty. */
export function eachValue(rule: Rule): Rule {
  return eachKey((_, value, path) => rule(value, path));
}

/** A rule for every value of a map, by its key. */
export function eachKey(rule: (key: string, value: Json, path: Path) => readonly Problem[]): Rule {
  return (value, path) => {
    if (!isObject(value)) return fine;
    let found = fine;
    for (const key in value) {
      const inner = value[key];
      if (inner !== undefined)
        found = joined(
          found,
          ofEntry((given, at) => rule(key, given, at), inner, [...path, key]),
        );
    }
    return found;
  };
}

/** A rule for an object. */
export function object(rule: (value: JsonObject, path: Path) => readonly Problem[]): Rule {
  return (value, path) => (isObject(value) ? rule(value, path) : fine);
}

/** A rule for objects that `applies` to. */
export function when(applies: (value: JsonObject) => boolean, rule: Rule): Rule {
  return (value, path) => (isObject(value) && applies(value) ? rule(value, path) : fine);
}

/** Whether a field is there at all: `null` is what Kubernetes takes for not set. */
export function isSet<T>(value: T | null | undefined): value is T {
  return value !== undefined && value !== null;
}

/** Whether a field is there with something in it: an empty text, list or map is the same as none where Go has no pointer. */
export function isFilled(value: Json | undefined): boolean {
  if (!isSet(value) || value === '') return false;
  return Array.isArray(value) ? value.length > 0 : !isObject(value) || Object.keys(value).length > 0;
}
