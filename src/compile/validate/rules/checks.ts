import { isObject, type Json, type Path } from '../../../model/json.ts';
import type { Problem } from '../../../model/problem.ts';
import { formatProblem, type TextFormat } from '../../../schema/formats.ts';
import { meantOr, quotedList, shown } from '../../wording.ts';
import { fine, isFilled, isSet, object, type Rule } from './rule.ts';

/** The field that `path` leads to, as a message calls it: its last key that is no index. */
export function fieldName(path: Path): string {
  return String(path.findLast((key) => typeof key === 'string') ?? 'object');
}

/** A rule for a text: what `problemOf` says of it, as a clause after `cannot be …:`. */
export function text(problemOf: (text: string) => string | undefined): Rule {
  return (value, path) => {
    if (typeof value !== 'string') return fine;
    const problem = problemOf(value);
    return problem === undefined ? fine : [invalid(path, value, problem)];
  };
}

/** A text of `format`. */
export function formatted(format: TextFormat): Rule {
  return text((value) => formatProblem(value, format));
}

/** A text of `format`; an empty one is the same as none. */
export function formattedIfAny(format: TextFormat): Rule {
  return text((value) => (value === '' ? undefined : formatProblem(value, format)));
}

/** A text of `format`, which may not be empty: then it is missing. */
export function named(format: TextFormat): Rule {
  return (value, path) => (value === '' ? filled(value, path) : formatted(format)(value, path));
}

/** A map whose keys are of `format`. */
export function keyed(format: TextFormat): Rule {
  return object((map, path) => {
    const found: Problem[] = [];
    for (const key in map) {
      const problem = formatProblem(key, format);
      if (problem !== undefined) found.push(invalidKey(path, key, problem));
    }
    return found;
  });
}

/** One of the texts that the code knows, where the schema has no enum. */
export function oneOf(...allowed: readonly string[]): Rule {
  return (value, path) => {
    if (typeof value !== 'string' || allowed.includes(value)) return fine;
    const help = meantOr(`write one of ${quotedList(allowed)}`, value, allowed);
    return [{ ...invalid(path, value, `it is ${allowed.length === 1 ? '' : 'one of '}${quotedList(allowed)}`), help }];
  };
}

/** A number from `min` to `max`. */
export function between(min: number, max: number): Rule {
  return (value, path) =>
    typeof value !== 'number' || (value >= min && value <= max) ? fine : [outOfRange(path, value, `between ${min} and ${max}`)];
}

/** A number of at least `min`. */
export function atLeast(min: number): Rule {
  return (value, path) => (typeof value !== 'number' || value >= min ? fine : [outOfRange(path, value, `at least ${min}`)]);
}

/** A text, list or map with something in it. */
export const filled: Rule = (value, path) =>
  isFilled(value)
    ? fine
    : [
        {
          code: 'field-required',
          message: `\`${fieldName(path)}\` is empty, and must not be`,
          path,
          help: `fill in \`${fieldName(path)}\``,
        },
      ];

/** An object with something in each of the fields `keys`. */
export function required(...keys: readonly string[]): Rule {
  return object((value, path) => keys.filter((key) => !isFilled(value[key])).map((key) => missing([...path, key])));
}

/** At most `max` entries. */
export function atMostEntries(max: number): Rule {
  return (value, path) => {
    const count = Array.isArray(value) ? value.length : isObject(value) ? Object.keys(value).length : 0;
    if (count <= max) return fine;
    const message = `\`${fieldName(path)}\` has ${count} entries, and ${max} are allowed`;
    return [{ code: 'field-range', message, path }];
  };
}

/** An object with at most one of the fields `keys`. */
export function atMostOne(...keys: readonly string[]): Rule {
  return object((value, path) => {
    const [first, second] = keys.filter((key) => isSet(value[key]));
    if (first === undefined || second === undefined) return fine;
    const message = `\`${first}\` and \`${second}\` are set, and only one of them may be`;
    return [{ code: 'field-conflict', message, path: [...path, second], help: `keep \`${first}\` or \`${second}\`` }];
  });
}

/** An object with just one of the fields `keys`. */
export function exactlyOne(...keys: readonly string[]): Rule {
  const once = atMostOne(...keys);
  return object((value, path) => {
    if (keys.some((key) => isSet(value[key]))) return once(value, path);
    const message = `\`${fieldName(path)}\` has none of ${quotedList(keys)}, and needs one`;
    return [{ code: 'field-required', message, path, help: `set one of ${quotedList(keys)}` }];
  });
}

/** An object without the fields `keys`; `why` is a clause that says when they may not be set. */
export function without(keys: readonly string[], why: string): Rule {
  return object((value, path) => keys.filter((key) => isSet(value[key])).map((key) => forbidden([...path, key], why)));
}

/** That a value is not what its field takes; `why` is a clause. */
export function invalid(path: Path, value: Json, why: string): Problem {
  return { code: 'field-invalid', message: `\`${fieldName(path)}\` cannot be ${shown(value, path.at(-1))}: ${why}`, path };
}

/** That `key` is none that the map at `path` takes; `why` is a clause. */
export function invalidKey(path: Path, key: string, why: string): Problem {
  return { code: 'field-invalid', message: `\`${key}\` cannot be a key of \`${fieldName(path)}\`: ${why}`, path: [...path, key] };
}

/** That a number is out of its range, which is told as `at least 1`. */
export function outOfRange(path: Path, value: Json, range: string): Problem {
  return { code: 'field-range', message: `\`${fieldName(path)}\` is ${shown(value, path.at(-1))}, and must be ${range}`, path };
}

/** That a field is missing; `why` is a clause that says when it is needed. */
export function missing(path: Path, why?: string): Problem {
  const message = `\`${fieldName(path)}\` is missing${why === undefined ? '' : `: ${why}`}`;
  return { code: 'field-required', message, path, help: `set \`${fieldName(path)}\`` };
}

/** That a field may not be set; `why` is a clause that says when. */
export function forbidden(path: Path, why: string): Problem {
  const name = fieldName(path);
  return { code: 'field-forbidden', message: `\`${name}\` may not be set: ${why}`, path, help: `remove \`${name}\`` };
}

/** That several entries have the same name; `what` is what they are, in the plural. */
export function duplicate(path: Path, value: Json, what: string): Problem {
  return { code: 'field-duplicate', message: `two ${what} are called ${shown(value)}`, path, help: 'give one of them another name' };
}
