import type { ChartDef, ChartFunction } from '../authoring/chart.ts';
import { isSliceName } from '../codec/index-check.ts';
import type { Diagnostic, Place } from '../model/diagnostic.ts';
import { shown } from './wording.ts';

/** The slice of the environment that the objects of `chart` belong to: its own word, or its owner; '' is what nobody owns. */
export function sliceOf(chart: ChartDef | ChartFunction): string {
  return typeof chart === 'function' ? '' : (chart.slice ?? chart.owner ?? '');
}

/** What is wrong with the slice of `chart`, which becomes part of a branch's name. */
export function sliceProblem({ slice, owner }: ChartDef, at: Place): readonly Diagnostic[] {
  const given: unknown = slice ?? owner ?? '';
  // An owner that is empty owns nothing. A slice that is empty was meant to be one.
  if ((typeof given === 'string' && isSliceName(given)) || (slice === undefined && given === '')) return [];
  const form = 'letters, digits and `-_./@`, each part with a letter or a digit at both ends, at most 63 characters';
  const [message, help] =
    slice === undefined
      ? [`the owner ${shown(owner)} cannot be the name of a slice`, `give the chart a \`slice\`, too: ${form}`]
      : [`${shown(slice)} cannot be the name of a slice`, `use ${form}`];
  return [{ code: 'slice-invalid', severity: 'error', message, at, help }];
}
