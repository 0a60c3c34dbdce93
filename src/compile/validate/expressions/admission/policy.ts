import { at, type Json, listAt, type Path, stringAt } from '../../../../model/json.ts';
import { type Expression, expressionOf } from '../../../../schema/cel/expression.ts';
import { dyn, open, type Type } from '../../../../schema/cel/types.ts';
import type { Draft } from '../../../draft.ts';
import { problemOf } from '../problem.ts';
import { authorizer, requestVariables } from '../request.ts';

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

/** Reads a ValidatingAdmissionPolicy. */
export function policyOf(draft: Draft, minor: number): Policy {
  const { manifest } = draft;
  const apiVersion = stringAt(manifest, 'spec', 'paramKind', 'apiVersion');
  const kind = stringAt(manifest, 'spec', 'paramKind', 'kind');
  const known = new Map(requestVariables(minor));
  if (kind !== undefined) known.set('params', open);
  const conditions = placed(manifest, 'matchConditions', { variables: known, minor });
  const variables = variablesOf(manifest, known, minor);
  const setting = { variables: known, minor };
  const telling = { variables: new Map([...known].filter(([name]) => !authorizer.includes(name))), minor };
  const validations = placed(manifest, 'validations', setting).map((one, i): Validation => {
    const validation = at(manifest, 'spec', 'validations', i);
    const source = stringAt(validation, 'messageExpression')?.trim() ?? '';
    const path = ['spec', 'validations', i, 'messageExpression'];
    const told = source === '' ? undefined : { path, source, expression: expressionOf(source, telling) };
    return { ...one, message: stringAt(validation, 'message')?.trim() ?? '', ...(told === undefined ? {} : { told }) };
  });
  const annotations = placed(manifest, 'auditAnnotations', setting, 'valueExpression');
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
      ...problemsIn(conditions, ['bool']),
      ...problemsIn(variables, []),
      ...problemsIn(validations, ['bool']),
      ...problemsIn(
        validations.flatMap(({ told }) => told ?? []),
        ['string'],
      ),
      ...problemsIn(annotations, ['string', 'null']),
    ],
  };
}

interface Setting {
  readonly variables: ReadonlyMap<string, Type>;
  readonly minor: number;
}

function placed(manifest: Json, field: string, setting: Setting, key = 'expression'): readonly PlacedExpression[] {
  return listAt(manifest, 'spec', field).map((one, i) => {
    const source = stringAt(one, key)?.trim() ?? '';
    return { path: ['spec', field, i, key], source, expression: expressionOf(source, setting) };
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

function problemsIn(expressions: readonly PlacedExpression[], wanted: readonly string[]): Policy['problems'] {
  return expressions.flatMap(({ path, source, expression }) => {
    const problem = source === '' ? undefined : problemOf(expression, wanted);
    return problem === undefined ? [] : [{ path, source, problem }];
  });
}
