import type { IConstruct } from 'constructs';
import { type ManageRules, managementOf } from '../authoring/manage.ts';
import { isFieldPointer } from '../codec/index-check.ts';
import { partOfLabel } from '../model/applyset.ts';
import type { Checked, Diagnostic } from '../model/diagnostic.ts';
import { isObject, pointer } from '../model/json.ts';
import { refOf } from '../model/manifest.ts';
import { lostByReplacing } from '../model/protected.ts';
import { compareText, formatRef } from '../model/ref.ts';
import { type ObjectRules, usualRules } from '../model/rendered.ts';
import { type Draft, errorAbout } from './draft.ts';
import { unknownOptions } from './options.ts';
import type { Tree } from './tree.ts';
import { shown } from './wording.ts';

/** How the agent treats the object of a construct. */
export type RulesOf = (construct: IConstruct) => ObjectRules;

/** The rules of the objects in a tree, from what was said by `manage`: of a construct and of all around it, the nearest first. */
export function rulesIn(tree: Tree): Checked<RulesOf> {
  const rules = new Map<IConstruct, ObjectRules>();
  const diagnostics: Diagnostic[] = [];
  for (const construct of [tree.app, ...tree.constructs]) {
    const { scope } = construct.node;
    let own = (scope === undefined ? undefined : rules.get(scope)) ?? usualRules;
    for (const said of managementOf(construct)) {
      const problems = problemsIn(said.rules);
      diagnostics.push(...problems.map((problem) => ({ ...problem, at: { ...tree.placeOf(construct, said.at), ...problem.at } })));
      if (problems.length === 0) own = refined(own, said.rules);
    }
    rules.set(construct, own);
  }
  return { value: (construct) => rules.get(construct) ?? usualRules, diagnostics };
}

/** Objects that are to be replaced although nobody could bring back what they hold. */
export function judgeReplacing(drafts: readonly Draft[]): readonly Diagnostic[] {
  return drafts.flatMap((draft) => {
    const lost = draft.rules.replace ? lostByReplacing(draft.manifest) : undefined;
    if (lost === undefined) return [];
    const message = `\`${formatRef(refOf(draft.manifest))}\` is to be replaced when it cannot be changed, and ${lost}`;
    const help = "leave out `replace` for it, or say `manage(…, { replace: 'never' })` of it";
    return [errorAbout(draft, { code: 'replace-loses-data', message, help })];
  });
}

function refined(above: ObjectRules, { ignore = [], replace, keep, ownership, progressDeadline }: ManageRules): ObjectRules {
  return {
    ignore: [...new Set([...above.ignore, ...ignore])].sort(compareText),
    replace: replace === undefined ? above.replace : replace === 'onImmutableChange',
    keep: keep ?? above.keep,
    ownership: ownership ?? above.ownership,
    deadline: progressDeadline ?? above.deadline,
  };
}

/** What each option takes. */
interface Form {
  readonly fits: (value: unknown) => boolean;
  readonly name: string;
}

const forms: Readonly<Record<keyof ManageRules, Form>> = {
  ignore: { fits: isTextList, name: "a list of JSON pointers, such as `['/spec/replicas']`" },
  replace: { fits: (value) => value === 'onImmutableChange' || value === 'never', name: "`'onImmutableChange'` or `'never'`" },
  keep: { fits: (value) => typeof value === 'boolean', name: '`true` or `false`' },
  ownership: { fits: (value) => value === 'strict' || value === 'shared', name: "`'strict'` or `'shared'`" },
  progressDeadline: { fits: (value) => Number.isSafeInteger(value) && Number(value) > 0, name: 'a whole number of seconds, 1 or more' },
};

/** What is wrong with the rules that `manage` is given. The places tell only where in the rules. */
function problemsIn(rules: unknown): readonly Diagnostic[] {
  if (!isObject(rules)) {
    const help = "write `manage(construct, { ignore: ['/spec/replicas'] })`";
    return [{ code: 'rule-invalid', severity: 'error', message: `\`manage\` is given ${shown(rules)}, which are no rules`, at: {}, help }];
  }
  const misfits = Object.entries(forms).filter(([option, { fits }]) => rules[option] !== undefined && !fits(rules[option]));
  const invalid = misfits.map(([option, { name }]): Diagnostic => {
    const message = `\`${option}\` is ${shown(rules[option])}: expected ${name}`;
    return { code: 'rule-invalid', severity: 'error', message, at: { pointer: option } };
  });
  const { ignore } = rules;
  return [...unknownOptions(rules, 'rules', {}), ...invalid, ...(isTextList(ignore) ? ignore.flatMap(pointerProblem) : [])];
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** Fields that make an object this one and this environment's: the agent could not find it again without them. */
const identity = [['apiVersion'], ['kind'], ['metadata', 'name'], ['metadata', 'namespace'], ['metadata', 'labels', partOfLabel]].map(
  pointer,
);

function pointerProblem(ignored: string, i: number): readonly Diagnostic[] {
  const at = { pointer: `ignore[${i}]` };
  if (!isFieldPointer(ignored)) {
    const help = 'write it like `/spec/replicas`; in the name of a field, `~1` stands for `/` and `~0` for `~`';
    return [{ code: 'ignore-invalid', severity: 'error', message: `${shown(ignored)} is no JSON pointer to a field`, at, help }];
  }
  const held = identity.find((field) => `${field}/`.startsWith(`${ignored}/`) || ignored.startsWith(`${field}/`));
  if (held === undefined) return [];
  const what = held === ignored ? 'tells' : `holds \`${held}\`, which tells`;
  const message = `\`${ignored}\` cannot be left to others: it ${what} which object it is, and whose`;
  return [{ code: 'ignore-identity', severity: 'error', message, at, help: 'name the fields that others set' }];
}
