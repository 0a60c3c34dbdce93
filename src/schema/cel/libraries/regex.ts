import { RE2JS } from 're2js';
import { messageOf } from '../../../model/failure.ts';
import type { Row } from '../signature.ts';
import { type List, listOf, NotEvaluated } from '../values.ts';

/** Regular expressions, by RE2's rules as Go has them: linear in time, and not JavaScript's. */
export const regex: readonly Row[] = [
  ['matches(string, string): bool', ([text, pattern]: [string, string]) => compiled(pattern).matcher(text).find()],
  ['string->matches(string): bool', ([text, pattern]: [string, string]) => compiled(pattern).matcher(text).find()],
  ['string->find(string): string', ([text, pattern]: [string, string]) => matches(pattern, text, 1)[0] ?? ''],
  ['string->findAll(string): list<string>', ([text, pattern]: [string, string]) => listOf(matches(pattern, text))],
  ['string->findAll(string, int): list<string>', findSome],
];

function findSome([text, pattern, limit]: [string, string, bigint]): List {
  return listOf(limit < 0n ? matches(pattern, text) : matches(pattern, text, Number(limit)));
}

const known = new Map<string, RE2JS>();

/** The pattern, compiled once. The API server refuses a rule with one that is none, unless it is only made when it is evaluated. */
function compiled(pattern: string): RE2JS {
  const before = known.get(pattern);
  if (before !== undefined) return before;
  const made = compile(pattern);
  if (known.size >= 1000) known.clear();
  known.set(pattern, made);
  return made;
}

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (thrown) {
    throw new NotEvaluated(`\`${pattern}\` is no regular expression that is known here: ${messageOf(thrown)}`);
  }
}

/** Up to `limit` matches. As in Go, an empty one does not count right behind another. */
function matches(pattern: string, text: string, limit = Number.POSITIVE_INFINITY): readonly string[] {
  const matcher = compiled(pattern).matcher(text);
  const found: string[] = [];
  let end = -1;
  while (found.length < limit && matcher.find()) {
    const isAgain = matcher.start() === matcher.end() && matcher.start() === end;
    end = matcher.end();
    if (!isAgain) found.push(matcher.group() ?? '');
  }
  return found;
}
