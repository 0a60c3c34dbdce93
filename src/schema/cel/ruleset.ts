import { isObject, type Json, type JsonObject, type Path } from '../../model/json.ts';
import { Misfit, valueUnder } from './convert.ts';
import { objectWithDefaults } from './defaults.ts';
import { type Rule, ruleOf } from './rule.ts';
import { rootOf, type Structure, structureOf, typeOf } from './structure.ts';

/** All rules of a schema. */
export interface Ruleset {
  /** The rules, with where they stand in the schema. */
  readonly rules: readonly PlacedRule[];
  /** What an object breaks of them when it is created. The API server sets the defaults of the schema first. */
  readonly judge: (object: JsonObject) => Judgement;
}

/** What a schema does not tell. */
export interface Options {
  /** The minor of Kubernetes 1 that it is for. */
  readonly minor: number;
  /** Whether status is a subresource: then it is not written with the object. */
  readonly dropsStatus: boolean;
}

/** A rule and its place in the schema. */
export interface PlacedRule {
  readonly path: Path;
  readonly rule: Rule;
}

/** What the rules say of an object. */
export interface Judgement {
  readonly broken: readonly { readonly rule: Rule; readonly path: Path; readonly message: string }[];
  /** Rules that could not be evaluated on it. */
  readonly unknown: readonly { readonly rule: Rule; readonly because: string }[];
}

/** Reads the rules of a schema of a CustomResourceDefinition, or undefined when it has none. */
export function rulesetOf(schema: Json | undefined, options: Options): Ruleset | undefined {
  const structure = structureOf(schema);
  if (!structure.hasRules) return undefined;
  const root = nodeOf(rootOf(structure), [], options.minor);
  return {
    rules: placedRules(root),
    judge: (object) => {
      const { status, ...others } = objectWithDefaults(object, structure);
      return judge(root, options.dropsStatus || status === undefined ? others : { ...others, status });
    },
  };
}

/** A schema that has rules, or that has them further below. */
interface Node {
  readonly structure: Structure;
  readonly rules: readonly PlacedRule[];
  readonly properties: ReadonlyMap<string, Node>;
  readonly additional?: Node;
  readonly items?: Node;
}

function nodeOf(structure: Structure, path: Path, minor: number): Node {
  const type = typeOf(structure);
  const rules = structure.rules.flatMap((json, i): readonly PlacedRule[] => {
    const rule = type === undefined ? undefined : ruleOf(json, { self: type, minor });
    return rule === undefined ? [] : [{ path: [...path, 'x-kubernetes-validations', i], rule }];
  });
  const below = (one: Structure | undefined, key: Path): Node | undefined =>
    one?.hasRules ? nodeOf(one, [...path, ...key], minor) : undefined;
  const properties = [...(structure.properties ?? [])].map(([name, one]) => [name, below(one, ['properties', name])] as const);
  const additional = below(structure.additional, ['additionalProperties']);
  const items = below(structure.items, ['items']);
  return {
    structure,
    rules,
    properties: new Map(properties.filter((entry): entry is readonly [string, Node] => entry[1] !== undefined)),
    ...(additional === undefined ? {} : { additional }),
    ...(items === undefined ? {} : { items }),
  };
}

function placedRules({ rules, properties, additional, items }: Node): readonly PlacedRule[] {
  const below = [...properties.values(), additional, items].filter((node) => node !== undefined);
  return [...rules, ...below.flatMap(placedRules)];
}

function judge(root: Node, object: Json): Judgement {
  const found = { broken: [] as Judgement['broken'][number][], unknown: [] as Judgement['unknown'][number][] };
  try {
    visit(root, object, [], found);
  } catch (thrown) {
    if (!(thrown instanceof Misfit)) throw thrown;
    return { broken: [], unknown: [] };
  }
  return found;
}

type Found = { readonly [Key in keyof Judgement]: Judgement[Key][number][] };

/** Null has no rules: what may be null is judged from around it. */
function visit(node: Node, json: Json, path: Path, found: Found): void {
  if (json === null) return;
  if (node.rules.length > 0) evaluate(node, json, path, found);
  if (Array.isArray(json)) {
    const { items } = node;
    if (items !== undefined) for (const [i, item] of json.entries()) visit(items, item, [...path, i], found);
    return;
  }
  if (!isObject(json)) return;
  for (const [key, value] of Object.entries(json)) {
    const child = node.properties.get(key) ?? (node.structure.properties?.has(key) ? undefined : node.additional);
    if (child !== undefined && value !== undefined) visit(child, value, [...path, key], found);
  }
}

function evaluate({ rules, structure }: Node, json: Json, path: Path, found: Found): void {
  const self = valueUnder(json, structure);
  if (self === undefined) return;
  for (const { rule } of rules) {
    const verdict = rule.problem === undefined && rule.unknown === undefined ? rule.judge(self) : 'kept';
    if (verdict === 'kept') continue;
    if ('broken' in verdict) found.broken.push({ rule, path: [...path, ...verdict.path], message: verdict.broken });
    else found.unknown.push({ rule, because: verdict.unknown });
  }
}
