import { at, type Json, listAt, type Path, stringAt } from '../../../../model/json.ts';
import { type Expression, expressionOf } from '../../../../schema/cel/expression.ts';
import { dyn, isCertain, type Type } from '../../../../schema/cel/types.ts';
import type { Draft } from '../../../draft.ts';

/** An expression of a policy, and where it stands. */
export interface PlacedExpression {
  readonly path: Path;
  readonly source: string;
  readonly expression: Expression;
}

/** A condition that objects have to fulfil. */
export interface Validation extends PlacedExpression {
  readonly message: string;
  /** Makes the message. */
  readonly told?: PlacedExpression;
}

/** A ValidatingAdmissionPolicy, ready to be evaluated. */
export interface Policy {
  readonly draft: Draft;
  readonly name: string;
  readonly constraints: Json | undefined;
  readonly paramKind?: { readonly apiVersion: string; readonly kind: string };
  /** Whether an error of an expression denies. */
  readonly isStrict: boolean;
  readonly conditions: readonly PlacedExpression[];
  readonly variables: readonly (PlacedExpression & { readonly name: string })[];
  readonly validations: readonly Validation[];
  /** Expressions that the API server does not take. */
  readonly problems: readonly { readonly path: Path; readonly source: string; readonly problem: string }[];
}

/** What expressions of policies see. Of objects no schema is used, as in the API server. */
const inputs: readonly string[] = [
  'object',
  'oldObject',
  'request',
  'namespaceObject',
  'params',
  'authorizer',
  'authorizer.requestResource',
];

/** Reads a ValidatingAdmissionPolicy. */
export function policyOf(draft: Draft, minor: number): Policy {
  const { manifest } = draft;
  const apiVersion = stringAt(manifest, 'spec', 'paramKind', 'apiVersion');
  const kind = stringAt(manifest, 'spec', 'paramKind', 'kind');
  const given = inputs.filter((name) => name !== 'params' || kind !== undefined);
  const known = new Map<string, Type>(given.map((name) => [name, dyn]));
  const conditions = placed(manifest, 'matchConditions', { variables: known, minor });
  const variables = variablesOf(manifest, known, minor);
  const setting = { variables: known, minor };
  const validations = placed(manifest, 'validations', setting).map((one, i): Validation => {
    const validation = at(manifest, 'spec', 'validations', i);
    const source = stringAt(validation, 'messageExpression')?.trim() ?? '';
    const path = ['spec', 'validations', i, 'messageExpression'];
    const told = source === '' ? undefined : { path, source, expression: expressionOf(source, setting) };
    return { ...one, message: stringAt(validation, 'message')?.trim() ?? '', ...(told === undefined ? {} : { told }) };
  });
  return {
    draft,
    name: manifest.metadata.name,
    constraints: at(manifest, 'spec', 'matchConstraints'),
    ...(apiVersion === undefined || kind === undefined ? {} : { paramKind: { apiVersion, kind } }),
    isStrict: stringAt(manifest, 'spec', 'failurePolicy') !== 'Ignore',
    conditions,
    variables,
    validations,
    problems: [
      ...problemsIn(conditions, 'bool'),
      ...problemsIn(variables, undefined),
      ...problemsIn(validations, 'bool'),
      ...problemsIn(
        validations.flatMap(({ told }) => told ?? []),
        'string',
      ),
    ],
  };
}

interface Setting {
  readonly variables: ReadonlyMap<string, Type>;
  readonly minor: number;
}

function placed(manifest: Json, field: string, setting: Setting): readonly PlacedExpression[] {
  return listAt(manifest, 'spec', field).map((one, i) => {
    const source = stringAt(one, 'expression')?.trim() ?? '';
    return { path: ['spec', field, i, 'expression'], source, expression: expressionOf(source, setting) };
  });
}

/** A variable sees those before it: they are added to `known` as they are read. */
function variablesOf(manifest: Json, known: Map<string, Type>, minor: number): Policy['variables'] {
  return listAt(manifest, 'spec', 'variables').map((one, i) => {
    const name = stringAt(one, 'name') ?? '';
    const source = stringAt(one, 'expression')?.trim() ?? '';
    const expression = expressionOf(source, { variables: new Map(known), minor });
    known.set(`variables.${name}`, expression.type ?? dyn);
    return { name, path: ['spec', 'variables', i, 'expression'], source, expression };
  });
}

function problemsIn(expressions: readonly PlacedExpression[], wanted: 'bool' | 'string' | undefined): Policy['problems'] {
  return expressions.flatMap(({ path, source, expression: { problem, type, unknown } }) => {
    if (source === '') return [];
    const isOther = wanted !== undefined && type !== undefined && unknown === undefined && isCertain(type) && type.kind !== wanted;
    const found = problem ?? (isOther ? `its type is \`${type.kind}\`, and not \`${wanted}\`` : undefined);
    return found === undefined ? [] : [{ path, source, problem: found }];
  });
}
