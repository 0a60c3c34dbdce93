import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Plugin } from 'esbuild';
import type { Rule } from '../../src/compile/validate/rules/rule.ts';

/** How often a rule found something, and how often it found nothing. */
interface Asked {
  found: number;
  quiet: number;
}

const rules = new Map<string, Asked>();
const problems = new Map<string, number>();

/** Makes a rule of others, or of a table of others. */
type Compose = (...parts: readonly unknown[]) => Rule;

/** `compose`, of whose parts each notes under `place` what it says. */
export function probed(place: string, compose: Compose): Compose {
  // One that takes no value is there for its name only.
  const isRule = (part: unknown): part is Rule => typeof part === 'function' && part.length > 0;
  const watch = (name: string | number, part: unknown): unknown => (isRule(part) ? noting(`${place} ${name}`, part) : part);
  return (...parts) =>
    compose(
      ...parts.map((part, i) =>
        typeof part === 'object' && part !== null
          ? Object.fromEntries(Object.entries(part).map(([key, rule]) => [key, watch(key, rule)]))
          : watch(i, part),
      ),
    );
}

function noting(name: string, rule: Rule): Rule {
  const asked = rules.get(name) ?? { found: 0, quiet: 0 };
  rules.set(name, asked);
  return (value, path) => {
    const said = rule(value, path);
    asked[said.length > 0 ? 'found' : 'quiet']++;
    return said;
  };
}

/** `value`, by which a problem is made at `place`: this is noted when it is read. */
export function made<T>(place: string, value: T): T {
  problems.set(place, (problems.get(place) ?? 0) + 1);
  return value;
}

/** The places of rules that no case broke, or that no case kept, and of problems that no case made. */
export function untested(): readonly string[] {
  return [
    ...[...rules].flatMap(([name, { found, quiet }]) => [
      ...(found === 0 ? [`${name}: nothing breaks it`] : []),
      ...(quiet === 0 ? [`${name}: nothing keeps it`] : []),
    ]),
    ...[...problems].filter(([, times]) => times === 0).map(([place]) => `${place}: nothing makes this problem`),
  ].sort();
}

/** Where rules are composed of others, and where problems are made. */
const composing = /(?<![.\w])(?<!function )(fields|all|each|eachValue)\(/g;
const making = /(?<![.\w])(?<!function )(missing|forbidden|invalid|invalidKey|outOfRange|duplicate)\(/g;
const literal = /(?<=\bcode: )'[a-z-]+'/g;

/** Lays probes into the modules of rules that esbuild bundles, by their text. */
export const probes: Plugin = {
  name: 'probes',
  setup(build) {
    build.onLoad({ filter: /\/src\/compile\/validate\/rules\/.*\.ts$/ }, ({ path }) => {
      // What composes rules is watched where it is called.
      if (path.endsWith('/rule.ts')) return undefined;
      const name = relative('src/compile/validate/rules', path);
      const lines = readFileSync(path, 'utf8')
        .split('\n')
        .map((line, i) => (/^\s*(?:\*|\/)/.test(line) ? line : probedLine(line, `${name}:${i + 1}`)));
      return { contents: `import { made, probed } from '${import.meta.url}';\n${lines.join('\n')}`, loader: 'ts' };
    });
    build.onResolve({ filter: /^file:/ }, ({ path }) => ({ path, external: true }));
  },
};

function probedLine(line: string, place: string): string {
  let count = 0;
  const here = (): string => {
    const label = count++ === 0 ? place : `${place} (${count})`;
    problems.set(label, 0);
    return label;
  };
  return line
    .replaceAll(composing, (_, compose: string) => `probed('${place} ${compose}', ${compose})(`)
    .replaceAll(making, (_, make: string) => `made('${here()}', ${make})(`)
    .replaceAll(literal, (code) => `made('${here()}', ${code})`);
}
