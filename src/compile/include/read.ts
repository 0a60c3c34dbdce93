import type { InclusionProblem, Printed, Rendering, TemplateUse } from '../../model/inclusion.ts';
import { readText } from './templates.ts';
import { unstableObjects } from './unstable.ts';

/** Reads what a program printed the two times that it rendered the same. */
export function readRendering({ first, second, uses }: Printed): Rendering {
  const { objects, problems } = readText(first);
  const unstable = first === second ? [] : unstableObjects(objects, readText(second).objects, uses);
  return { objects, problems: [...problems, ...unstable, ...lookups(uses)] };
}

/** What a template looks up in the cluster is not there where there is none. */
function lookups(uses: readonly TemplateUse[]): readonly InclusionProblem[] {
  const places = uses.filter(({ name }) => name === 'lookup').map(({ file, line }) => `\`${file}:${line}\``);
  if (places.length === 0) return [];
  const message = `templates ask the cluster by \`lookup\`, which finds nothing where a chart is rendered without one: ${places.slice(0, 3).join(', ')}`;
  const help = 'see whether what is rendered is what you want, and give by values what would be looked up';
  return [{ code: 'chart-lookup', severity: 'warning', message, help }];
}
