import type { Diagnostic } from '../../../model/diagnostic.ts';
import type { Problem } from '../../../model/problem.ts';
import type { Setting } from '../../../schema/cel/check.ts';
import { expressionOf } from '../../../schema/cel/expression.ts';
import { dyn, mapType, type Type } from '../../../schema/cel/types.ts';
import { type Draft, problemsAbout } from '../../draft.ts';
import { bytesOf } from '../rules/bytes.ts';
import { type Seen, type SelectingExpression, selectingExpressions } from './places.ts';
import { problemOf } from './problem.ts';
import { requestVariables } from './request.ts';
import { shownExpression } from './wording.ts';

/**
 * Judges expressions that only select something: `matchConditions` of webhooks, selectors of devices. Whether they could be evaluated is
 * told, and not what they give: the requests and the devices are not known here.
 */
export function judgeSelecting(drafts: readonly Draft[], minor: number): readonly Diagnostic[] {
  return drafts.flatMap((draft) =>
    problemsAbout(
      draft,
      selectingExpressions(draft.manifest).flatMap((one) => problemIn(one, { kind: draft.manifest.kind, minor })),
    ),
  );
}

/** The most bytes of a selector of devices, since Kubernetes 1.32 (resource/v1, CELSelectorExpressionMaxLength). */
const longestSelector = 10 * 1024;

interface Around {
  readonly kind: string;
  readonly minor: number;
}

function problemIn({ path, source, sees }: SelectingExpression, { kind, minor }: Around): readonly Problem[] {
  // That a condition is blank is told by the rules of its kind.
  if (sees === 'request' && source.trim() === '') return [];
  const isTooLong = sees === 'device' && minor >= 32 && bytesOf(source) > longestSelector;
  const problem = isTooLong
    ? `it has more than ${longestSelector} bytes`
    : problemOf(expressionOf(source, settings[sees](minor)), ['bool']);
  if (problem === undefined) return [];
  const message =
    source.trim() === '' ? 'the expression is empty' : `the expression ${shownExpression(source)} cannot be evaluated: ${problem}`;
  return [{ code: 'expression-invalid', message, path, help: `correct it, or the API server refuses the ${kind}` }];
}

const settings: Readonly<Record<Seen, (minor: number) => Setting>> = {
  request: (minor) => ({ variables: requestVariables(minor), minor }),
  device: (minor) => ({ variables: new Map([['device', deviceIn(minor)]]), minor, hasBind: true }),
};

/** The last minor of Kubernetes 1 of which it is known what a device has. */
const lastKnown = 35;

/**
 * What a selector sees of a device (dynamic-resource-allocation/cel). `allowMultipleAllocations` is there where a feature is on, which is
 * not known here.
 */
function deviceIn(minor: number): Type {
  if (minor > lastKnown) return dyn;
  const fields: readonly (readonly [string, Type])[] = [
    ['driver', { kind: 'string' }],
    ['attributes', mapType(mapType(dyn))],
    ['capacity', mapType(mapType({ kind: 'quantity' }))],
    ...(minor >= 34 ? [['allowMultipleAllocations', { kind: 'bool' }] as const] : []),
  ];
  return { kind: 'object', fields: new Map(fields) };
}
