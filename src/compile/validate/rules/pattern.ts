import { text } from './checks.ts';
import type { Rule } from './rule.ts';

/** What Go's regular expressions have, and JavaScript's do not: those are not judged here. */
const onlyInGo = /\(\?[imsUP-]|\\[AzQEC]|\[\[:|\\p|\\x\{|\\[0-7]{2}/;

/** What JavaScript's have, and Go's do not, since it would take more than linear time. */
const notInGo = /\(\?(?:=|!|<=|<!)|\\[1-9]|\\k</;

/** A regular expression of Go (RE2), as the `pattern` of a schema is one. */
export const pattern: Rule = text((value) => {
  const plain = value.replaceAll(/\\[\\.[\](){}^$|?*+/-]/g, '_').replaceAll(/\[\^?\]?[^\]]*\]/g, '_');
  if (notInGo.test(plain)) return 'it looks ahead, behind or back, which the API server cannot';
  return onlyInGo.test(value) || isExpression(value) ? undefined : 'it is no regular expression';
});

function isExpression(value: string): boolean {
  try {
    new RegExp(value);
    return true;
  } catch {
    return false;
  }
}
