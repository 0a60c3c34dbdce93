import { metadata } from './metadata.ts';
import { ruleIn } from './minors.ts';
import { objectRules } from './objects.ts';
import { podRules } from './pods/kinds.ts';
import { readOnly } from './readonly.ts';
import { all, fields, type Rule } from './rule.ts';
import { size } from './size.ts';

const everyKind: Rule = all(fields({ metadata }), readOnly);

/** The rules of Kubernetes' own kinds, with those of every kind. */
const rules: ReadonlyMap<string, Rule> = new Map(
  Object.entries({ ...objectRules, ...podRules }).map(([kind, own]) => [kind, all(everyKind, own)]),
);

const otherKinds: Rule = all(everyKind, size);

/**
 * What the API server's code would refuse in an object of `kind` (`Deployment.apps`), whatever the schema says: that of `minor`, or
 * of any minor where it is not known.
 */
export function ruleOf(kind: string, minor: number | undefined): Rule {
  const rule = rules.get(kind) ?? otherKinds;
  const dated = minor === undefined ? undefined : ruleIn(minor, kind);
  return dated === undefined ? rule : all(rule, dated);
}
