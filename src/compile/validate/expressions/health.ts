import type { Diagnostic } from '../../../model/diagnostic.ts';
import { healthExpressions } from '../../../model/health.ts';
import { at, isObject, type Json, listAt, objectAt, stringAt } from '../../../model/json.ts';
import { formatGroupKind, groupOf, versionOf } from '../../../model/ref.ts';
import { expressionOf } from '../../../schema/cel/expression.ts';
import { healthSetting } from '../../../schema/cel/health.ts';
import type { Draft } from '../../draft.ts';
import type { PlacedHealth } from '../../health.ts';
import { definedKind, isDefinition } from '../../served.ts';
import { meantOr } from '../../wording.ts';
import { problemOf } from './problem.ts';
import { shownExpression } from './wording.ts';

/**
 * Judges the expressions that tell the health of kinds: whether they can be evaluated, and, where the CustomResourceDefinition of the kind is
 * among `drafts`, whether it has the fields that they name.
 */
export function judgeHealth(drafts: readonly Draft[], health: readonly PlacedHealth[]): readonly Diagnostic[] {
  return health.flatMap((one) => healthExpressions.flatMap((name) => problemIn(name, one, drafts)));
}

function problemIn(name: (typeof healthExpressions)[number], one: PlacedHealth, drafts: readonly Draft[]): readonly Diagnostic[] {
  const source = one[name];
  if (source === undefined) return [];
  const at = { ...one.at, pointer: `${one.at.pointer}.${name}` };
  const of = `\`${name}\` of the health of \`${formatGroupKind(one)}\``;
  const error = (message: string, help: string): readonly Diagnostic[] => [
    { code: 'health-expression', severity: 'error', message, at, help },
  ];
  const read = expressionOf(source, healthSetting());
  const problem = problemOf(read, [name === 'message' ? 'string' : 'bool']) ?? read.unknown;
  if (problem !== undefined) {
    const help = 'correct it: it is CEL, and sees `self`, `metadata`, `spec`, `status` and `data`';
    return error(source.trim() === '' ? `${of} is empty` : `${of}, ${shownExpression(source)}, cannot be evaluated: ${problem}`, help);
  }
  for (const schema of schemasOf(one, drafts)) {
    const { missing } = expressionOf(source, healthSetting(schema));
    if (missing === undefined) continue;
    const message = `${of}, ${shownExpression(source)}, names \`${missing}\`, which is no field there`;
    return error(message, meantOr('look at the CustomResourceDefinition', missing, fieldsIn(schema)));
  }
  return [];
}

/** The schemas of the versions in which the objects of a kind are written, where their CustomResourceDefinition is known. */
function schemasOf({ group, kind }: PlacedHealth, drafts: readonly Draft[]): readonly Json[] {
  const used = new Set(
    drafts.flatMap(({ manifest: { apiVersion, kind: other } }) =>
      groupOf(apiVersion) === group && other === kind ? [versionOf(apiVersion)] : [],
    ),
  );
  const definition = drafts.find(({ manifest }) => {
    if (!isDefinition(manifest)) return false;
    const defined = definedKind(manifest);
    return defined.group === group && defined.kind === kind;
  });
  return listAt(definition?.manifest, 'spec', 'versions').flatMap((version) => {
    const schema = at(version, 'schema', 'openAPIV3Schema');
    return schema !== undefined && used.has(stringAt(version, 'name') ?? '') ? [schema] : [];
  });
}

/** The names of all fields in a schema. */
function fieldsIn(schema: Json | undefined): readonly string[] {
  const below = Object.entries(objectAt(schema, 'properties'));
  const inner = [...below.map(([, one]) => one), at(schema, 'items'), at(schema, 'additionalProperties')];
  return [...new Set([...below.map(([name]) => name), ...inner.flatMap((one) => (isObject(one) ? fieldsIn(one) : []))])];
}
