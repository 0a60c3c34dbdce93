import { RE2JS } from 're2js';

const matchers = new Map<string, ((text: string) => boolean) | undefined>();

/**
 * Whether a text has a match of a regular expression of Go (RE2, syntax of the package regexp), in time linear in the text;
 * undefined for what is no such expression.
 */
export function matcherOf(pattern: string): ((text: string) => boolean) | undefined {
  if (!matchers.has(pattern)) matchers.set(pattern, compile(pattern));
  return matchers.get(pattern);
}

function compile(pattern: string): ((text: string) => boolean) | undefined {
  try {
    const compiled = RE2JS.compile(pattern);
    return (text) => compiled.matcher(text).find();
  } catch {
    return undefined;
  }
}
