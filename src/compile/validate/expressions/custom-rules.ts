import type { Diagnostic } from '../../../model/diagnostic.ts';
import { at, listAt, type Path, stringAt } from '../../../model/json.ts';
import type { Manifest } from '../../../model/manifest.ts';
import type { Problem } from '../../../model/problem.ts';
import { type GroupKind, groupOf, keyOf, versionOf } from '../../../model/ref.ts';
import type { Rule } from '../../../schema/cel/rule.ts';
import { type Ruleset, rulesetOf } from '../../../schema/cel/ruleset.ts';
import { type Draft, problemsAbout } from '../../draft.ts';
import { definedKind, isDefinition } from '../../served.ts';
import { shownExpression } from './wording.ts';

/** The rules of a version of a kind, and the CustomResourceDefinition that they are from. */
interface DefinedRules {
  readonly definition: Draft;
  /** Where the schema stands in the definition. */
  readonly path: Path;
  readonly ruleset: Ruleset;
  /** Why rules could not be evaluated on some object. */
  readonly unevaluated: Map<Rule, string>;
}

/**
 * Judges custom resources by the rules (`x-kubernetes-validations`) of the CustomResourceDefinitions among `drafts`, and the rules
 * themselves. What a rule says of a change is not judged: nobody knows here what is in the cluster.
 */
export function judgeCustomRules(drafts: readonly Draft[], minor: number): readonly Diagnostic[] {
  const defined = new Map(drafts.filter(({ manifest }) => isDefinition(manifest)).flatMap((draft) => rulesOf(draft, minor)));
  const broken = drafts.flatMap((draft) => {
    const rules = defined.get(versionKey(draft.manifest));
    return rules === undefined ? [] : problemsAbout(draft, problemsIn(draft.manifest, rules));
  });
  return [...[...defined.values()].flatMap(aboutRules), ...broken];
}

function rulesOf(definition: Draft, minor: number): readonly (readonly [key: string, rules: DefinedRules])[] {
  const { manifest } = definition;
  const kind = definedKind(manifest);
  return listAt(manifest, 'spec', 'versions').flatMap((version, i) => {
    const dropsStatus = at(version, 'subresources', 'status') !== undefined;
    const ruleset = rulesetOf(at(version, 'schema', 'openAPIV3Schema'), { dropsStatus, minor });
    if (ruleset === undefined) return [];
    const path = ['spec', 'versions', i, 'schema', 'openAPIV3Schema'];
    return [[keyFor(kind, stringAt(version, 'name') ?? ''), { definition, path, ruleset, unevaluated: new Map() }] as const];
  });
}

function versionKey({ apiVersion, kind }: Manifest): string {
  const group = groupOf(apiVersion);
  return keyFor({ group, kind }, versionOf(apiVersion));
}

function keyFor({ group, kind }: GroupKind, version: string): string {
  return keyOf({ group, kind, namespace: '', name: version });
}

function problemsIn(manifest: Manifest, { definition, ruleset, unevaluated }: DefinedRules): readonly Problem[] {
  const { broken, unknown } = ruleset.judge(manifest);
  for (const { rule, because } of unknown) if (!unevaluated.has(rule)) unevaluated.set(rule, because);
  return broken.map(({ rule, path, message }) => {
    const help = `the rule is ${shownExpression(rule.source)}, in the CustomResourceDefinition \`${definition.manifest.metadata.name}\``;
    return { code: 'cel-rule-failed', message, path, help };
  });
}

/** What is wrong with the rules, and which of them say nothing: told once, and not of each object. */
function aboutRules({ definition, path, ruleset, unevaluated }: DefinedRules): readonly Diagnostic[] {
  const problems = ruleset.rules.flatMap(({ path: inSchema, rule }): readonly Problem[] => {
    const here = [...path, ...inSchema];
    if (rule.problem !== undefined) return [invalid(rule, rule.problem, here)];
    const because = rule.unknown ?? unevaluated.get(rule);
    if (because === undefined) return [];
    const message = `the rule ${shownExpression(rule.source)} is not judged: ${because}`;
    return [{ code: 'cel-rule-not-judged', severity: 'warning', message, path: [...here, 'rule'], help: serverJudges }];
  });
  return problemsAbout(definition, problems);
}

const serverJudges = 'nothing needs to be done: the API server judges it when the objects are applied';

function invalid(rule: Rule, problem: NonNullable<Rule['problem']>, path: Path): Problem {
  const what =
    problem.path[0] === 'messageExpression'
      ? `the message of the rule ${shownExpression(rule.source)}`
      : `the rule ${shownExpression(rule.source)}`;
  const help = 'correct it, or the CustomResourceDefinition is refused, and with it all objects of its kinds';
  return { code: 'cel-rule-invalid', message: `${what} cannot be evaluated: ${problem.message}`, path: [...path, ...problem.path], help };
}
