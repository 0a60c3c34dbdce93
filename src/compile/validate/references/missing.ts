import type { Problem } from '../../../model/problem.ts';
import { compareText, type ObjectRef } from '../../../model/ref.ts';
import { externalEntry, quoted } from '../../external.ts';
import { meantAnd, quotedList } from '../../wording.ts';
import type { Fact, Known } from './known.ts';
import { keysOf, portsOf } from './parts.ts';
import type { Reference, Weight } from './reference.ts';

/** `who` refers to an object that nobody has. */
export function missing(who: string, reference: Reference, known: Known): Problem {
  const { to, path, weight } = reference;
  const names = known.names(to, to.namespace);
  const entry = externalEntry(to, partsOf(reference));
  const otherwise =
    weight === 'warning' ? `say that the cluster has it: ${entry}` : `make it in a chart, or say that somebody else does: ${entry}`;
  return {
    code: 'reference-missing',
    path,
    message: `\`${who}\` refers to the ${to.kind} \`${to.name}\`, ${absence(to, names)}${elsewhere(to, known)}`,
    help: meantAnd(otherwise, to.name, names),
    ...severityOf(weight, to, known),
  };
}

/** `who` refers to a key or a port that none of `facts` about the object knows. */
export function partMissing(who: string, reference: Reference, facts: readonly Fact[]): Problem | undefined {
  const { to, key, port } = reference;
  const part = key ?? port;
  if (part === undefined) return undefined;
  const names = facts.flatMap((fact) => [...(key === undefined ? portsOf(fact) : keysOf(fact))]);
  const what = key === undefined ? 'port' : 'key';
  const isTold = facts.some(({ by }) => by === 'external');
  const otherwise = isTold
    ? `add it to the \`${what}s\` of the ${to.kind} in \`external\``
    : `add it there, or say that somebody else does: ${externalEntry(to, partsOf(reference))}`;
  return {
    code: key === undefined ? 'port-missing' : 'key-missing',
    path: part.path,
    message: `\`${who}\` refers to the ${what} \`${part.name}\` of the ${to.kind} \`${to.name}\`, which has ${listed(names, 'none')}`,
    help: meantAnd(otherwise, String(part.name), names),
  };
}

function severityOf(weight: Weight, { namespace }: ObjectRef, { homes }: Known): Pick<Problem, 'severity'> {
  const isError = weight === 'error' || (weight === 'at-home' && homes.has(namespace));
  return isError ? {} : { severity: 'warning' };
}

function absence({ namespace }: ObjectRef, names: readonly string[]): string {
  if (namespace === '') return names.length === 0 ? 'and none is known' : `which is not known: ${thereAre(names)}`;
  const where = `the namespace \`${namespace}\``;
  return names.length === 0 ? `and none is known in ${where}` : `which is not known in ${where}: ${thereAre(names)}`;
}

function elsewhere(to: ObjectRef, { facts, homes }: Known): string {
  if (to.namespace === '') return '';
  const other = [...homes].find((namespace) => facts({ ...to, namespace }).some(({ by }) => by !== 'cluster'));
  return other === undefined ? '' : `; there is one in the namespace \`${other}\``;
}

/** Names that there are, for the end of a sentence. */
export function thereAre(names: readonly string[]): string {
  return `there ${new Set(names).size === 1 ? 'is' : 'are'} ${listed(names, 'none')}`;
}

/** The most names that a message lists. */
const maxListed = 6;

/** Names for a sentence, in order, or `otherwise` when there are none. */
export function listed(names: readonly string[], otherwise: string): string {
  if (names.length === 0) return otherwise;
  // Long lists are cut anyway.
  const all = [...new Set(names)];
  const sorted = all.length > 100 ? all : all.sort(compareText);
  const more = sorted.length - maxListed;
  return more <= 0 ? quotedList(sorted) : `${quotedList(sorted.slice(0, maxListed))} and ${more} more`;
}

/** What an entry of `external` must tell of the object, so that the reference leads somewhere. */
function partsOf({ key, port }: Reference): Readonly<Record<string, string>> {
  if (key !== undefined) return { keys: `[${quoted(key.name)}]` };
  if (port === undefined) return {};
  return { ports: `[${typeof port.name === 'number' ? port.name : quoted(port.name)}]` };
}
