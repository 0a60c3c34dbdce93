import { at, type JsonObject, type Path } from '../model/json.ts';
import type { Breach } from './constraints.ts';
import { dnsLabel, dnsLabel1035, formatProblem, pathSegment } from './formats.ts';

/** A text of an object that tells what it is called, and what is wrong with one: the end of `and must be such that …`. */
const identity: readonly { readonly path: Path; readonly problemOf: (text: string) => string | undefined }[] = [
  { path: ['apiVersion'], problemOf: (text) => (text === '' || text.split('/').length > 2 ? 'it is `group/version`' : undefined) },
  { path: ['kind'], problemOf: (text) => formatProblem(text.toLowerCase(), dnsLabel1035) },
  { path: ['metadata', 'name'], problemOf: (text) => (text === '' ? undefined : formatProblem(text, pathSegment)) },
  { path: ['metadata', 'generateName'], problemOf: (text) => (text === '' ? undefined : formatProblem(`${text}a`, pathSegment)) },
  { path: ['metadata', 'namespace'], problemOf: (text) => (text === '' ? undefined : formatProblem(text, dnsLabel)) },
];

/** What is wrong with the names of an object inside of another (apiserver/schema/objectmeta, validateEmbeddedResource). */
export function identityBreaches(value: JsonObject): readonly Breach[] {
  return identity.flatMap(({ path, problemOf }) => {
    const text = at(value, ...path);
    const problem = typeof text === 'string' ? problemOf(text) : undefined;
    return problem === undefined ? [] : [{ path, expected: `be such that ${problem}` }];
  });
}
