import { formats } from './libraries/format.ts';
import { kubernetesLists, moreLists, sets } from './libraries/lists.ts';
import { net } from './libraries/net.ts';
import { operators } from './libraries/operators.ts';
import { optionals } from './libraries/optionals.ts';
import { quantities } from './libraries/quantity.ts';
import { regex } from './libraries/regex.ts';
import { semvers } from './libraries/semver.ts';
import { standard } from './libraries/standard.ts';
import { strings } from './libraries/strings.ts';
import { times } from './libraries/time.ts';
import { urls } from './libraries/url.ts';
import { type Library, type Overload, overloadsOf } from './signature.ts';
import { tagOf, type Value } from './values.ts';

/** All functions of a name that are called in one way: as a method or not, with so many arguments. */
export interface FunctionFamily {
  readonly overloads: readonly Overload[];
  /** The first that takes values of these types, or undefined. */
  readonly find: (args: readonly Value[]) => Overload | undefined;
}

/** The functions of the API server (apiserver/pkg/cel/environment of Kubernetes 1.35), but its authorizer. */
const libraries: readonly Library[] = [
  { since: 23, rows: [...operators, ...standard, ...times, ...kubernetesLists, ...regex, ...urls, ...strings] },
  { since: 28, rows: [...optionals, ...quantities] },
  { since: 29, rows: sets },
  { since: 30, rows: net },
  { since: 31, rows: formats },
  { since: 33, rows: semvers },
  { since: 34, rows: moreLists },
];

const all = libraries.flatMap(overloadsOf);

const families: ReadonlyMap<string, FunctionFamily> = new Map(
  [...inFamilies()].map(([key, overloads]) => [key, { overloads, find: finder(overloads) }]),
);

function inFamilies(): ReadonlyMap<string, readonly Overload[]> {
  const found = new Map<string, Overload[]>();
  for (const overload of all) {
    const key = familyKey(overload.name, overload.isMethod, overload.params.length);
    const family = found.get(key);
    if (family === undefined) found.set(key, [overload]);
    else family.push(overload);
  }
  return found;
}

const names: ReadonlySet<string> = new Set(all.map(({ name }) => name));

/** The functions that a call may mean. `count` includes the receiver of a method. */
export function familyOf(name: string, isMethod: boolean, count: number): FunctionFamily | undefined {
  return families.get(familyKey(name, isMethod, count));
}

/** Whether there is any function of this name, in any version. */
export function isFunction(name: string): boolean {
  return names.has(name);
}

function familyKey(name: string, isMethod: boolean, count: number): string {
  return `${isMethod ? '.' : ''}${name}/${count}`;
}

function finder(overloads: readonly Overload[]): FunctionFamily['find'] {
  const [only] = overloads;
  const known = new Map<string, Overload | undefined>();
  return (args) => {
    const tags = args.map(tagOf);
    const key = tags.join();
    if (known.has(key)) return known.get(key);
    const fits = ({ params }: Overload): boolean => params.every(({ kind }, i) => kind === 'param' || kind === 'dyn' || kind === tags[i]);
    const found = overloads.length === 1 && only !== undefined ? (fits(only) ? only : undefined) : overloads.find(fits);
    known.set(key, found);
    return found;
  };
}
