import type { Json, JsonObject } from '../model/json.ts';
import { compareText, formatRef, keyOf } from '../model/ref.ts';
import { type RenderedIndex, usualRules } from '../model/rendered.ts';
import { compareTrees, type ObjectChange } from './compare.ts';
import { rankOf } from './consequence.ts';
import { compareFields } from './fields.ts';
import { grantsOfAccess, grantWords, newGrants } from './grants.ts';
import type { Hiding } from './hide.ts';
import { type FoundObjects, type LiveSummary, liveSummary } from './live.ts';
import { placeOf } from './place.ts';
import { type ExpectedRefusal, refusalsOf } from './refusals.ts';
import { sceneOf } from './scene.ts';
import { type ToldChange, type ToldField, tellChanges } from './told.ts';
import type { ComparedTree } from './tree.ts';

/** What a tree is. */
export interface Origin {
  /** For people: `environments/prod at 3f2a91c`, `what is rendered now`. */
  readonly name: string;
  /** The rendered commit that it was read from; null where it is none. */
  readonly commit: string | null;
}

/** Two trees of an environment, and what they are. */
export interface Compared {
  readonly environment: string;
  readonly before: ComparedTree;
  readonly after: ComparedTree;
  readonly from: Origin;
  readonly to: Origin;
  /** Whether an agent would go from the one to the other: then it is told what it would refuse, and which rights it needs. */
  readonly isSuccessor: boolean;
  /** Where `before` is what a cluster holds: what was found there. */
  readonly found?: FoundObjects;
}

/** What is told of one environment beside its changes. */
export interface EnvironmentSummary {
  readonly environment: string;
  readonly from: Origin;
  readonly to: Origin;
  /** Objects, by what becomes of them. */
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  readonly renamed: number;
  readonly unchanged: number;
  /** Rights that the agent needs and did not need before, in words. */
  readonly rights: readonly string[];
  /** What the agent would refuse. */
  readonly refusals: readonly ExpectedRefusal[];
  /** What differs in the index: windows, approvals, how objects are treated. */
  readonly settings: readonly ToldField[];
  /** Of a comparison with a cluster: what was found there beside what an apply would change. */
  readonly live?: LiveSummary;
}

/** A change, told once for all environments that have it. */
export interface SharedChange extends ToldChange {
  readonly environments: readonly string[];
}

/** Everything that differs. This is the JSON of `lockstep diff`: fields are added to it, and none changes its meaning. */
export interface DiffReport {
  readonly environments: readonly EnvironmentSummary[];
  /** Worst first. */
  readonly changes: readonly SharedChange[];
}

/** Compares the trees of environments. Nothing of what comes out is a secret, as far as `hiding` knows them. */
export function diffReport(compared: readonly Compared[], hiding: Hiding): DiffReport {
  const found = compared.map((one) => {
    const changes = compareTrees(one.before, one.after);
    const scene = sceneOf(one.before, one.after, changes);
    const live = one.found === undefined ? {} : { live: liveSummary(one.found, changes, hiding) };
    const summary = { ...summaryOf(one, changes, hiding), refusals: one.isSuccessor ? refusalsOf(changes, scene) : [], ...live };
    return { summary, told: tellChanges(changes, scene, hiding) };
  });
  return { environments: found.map(({ summary }) => summary), changes: shared(found) };
}

/** Whether anything differs. */
export function isDifferent({ environments, changes }: DiffReport): boolean {
  const isOther = ({ rights, settings, live }: EnvironmentSummary): boolean =>
    rights.length > 0 || settings.length > 0 || (live !== undefined && live.problems.length > 0);
  return changes.length > 0 || environments.some(isOther);
}

function summaryOf(
  { environment, from, to, before, after, isSuccessor }: Compared,
  changes: readonly ObjectChange[],
  hiding: Hiding,
): Omit<EnvironmentSummary, 'refusals'> {
  const count = (op: ObjectChange['op']): number => changes.filter((change) => change.op === op).length;
  const [was, now] = [before, after].map(({ index }) => index.access.flatMap(grantsOfAccess));
  return {
    environment,
    from,
    to,
    added: count('add'),
    removed: count('remove'),
    changed: count('change'),
    renamed: count('rename'),
    unchanged: after.index.objects.length - count('add') - count('change') - count('rename'),
    rights: isSuccessor ? grantWords(newGrants(was ?? [], now ?? [])) : [],
    settings: settingsOf(before, after, hiding),
  };
}

/** The index without what is told otherwise. An object's rules stand under its name, where they are not as usual. */
function settingsOf(before: ComparedTree, after: ComparedTree, { withoutSecrets }: Hiding): readonly ToldField[] {
  const stays = (key: string): boolean => before.manifests.has(key) && after.manifests.has(key);
  const [was, now] = [before, after].map(({ index }) => plainIndex(index, stays));
  return compareFields(was ?? {}, now ?? {}, undefined).map((field): ToldField => {
    const [place, pointer] = [placeOf(field.steps), `/${field.path.map(String).join('/')}`].map(withoutSecrets) as [string, string];
    const told = (value: Json): Json =>
      JSON.parse(JSON.stringify(value), (_, one) => (typeof one === 'string' ? withoutSecrets(one) : one));
    return {
      op: field.op,
      place,
      pointer,
      ...('before' in field ? { before: told(field.before) } : {}),
      ...('after' in field ? { after: told(field.after) } : {}),
    };
  });
}

function plainIndex(index: RenderedIndex, stays: (key: string) => boolean): JsonObject {
  const { environment: _, objects, access: __, ...settings } = index;
  const rules = objects.flatMap(({ ref, rules: own }) => {
    const unusual = stays(keyOf(ref)) ? Object.entries(own).filter(([rule, value]) => JSON.stringify(value) !== usual.get(rule)) : [];
    return unusual.length === 0 ? [] : [[formatRef(ref), Object.fromEntries(unusual)] as const];
  });
  return JSON.parse(JSON.stringify({ ...settings, ...(rules.length === 0 ? {} : { objects: Object.fromEntries(rules) }) }));
}

const usual: ReadonlyMap<string, string> = new Map(Object.entries(usualRules).map(([rule, value]) => [rule, JSON.stringify(value)]));

/** The changes of all environments, equal ones together: by what matters, then by the objects. */
function shared(found: readonly { readonly summary: EnvironmentSummary; readonly told: readonly ToldChange[] }[]): readonly SharedChange[] {
  const groups = new Map<string, { readonly change: ToldChange; readonly environments: string[] }>();
  for (const { summary, told } of found) {
    for (const change of told) {
      const key = JSON.stringify(change);
      const group = groups.get(key) ?? { change, environments: [] };
      group.environments.push(summary.environment);
      groups.set(key, group);
    }
  }
  return [...groups.values()]
    .map(({ change, environments }) => ({ environments, ...change }))
    .toSorted((a, b) => rankOfChange(a) - rankOfChange(b) || compareText(keyOf(a.object), keyOf(b.object)));
}

/** The rank of the worst that a change does. */
export function rankOfChange({ consequences }: Pick<ToldChange, 'consequences'>): number {
  return Math.min(...consequences.map(({ type }) => rankOf(type)));
}
