import type { IncludedObject, InclusionProblem, Printed, Rendering, TemplateUse } from '../../model/inclusion.ts';
import { aboutHook, hookOf } from './hooks.ts';
import { readText } from './templates.ts';
import { unstableObjects } from './unstable.ts';
import { placeOf } from './uses.ts';

/** Reads what a program printed the two times that it rendered the same. */
export function readRendering({ first, second, uses }: Printed): Rendering {
  const { objects, problems } = readText(first);
  const unstable = first === second ? [] : unstableObjects(objects, readText(second).objects, uses);
  // What only hooks are to blame for says nothing of the rest.
  const suspected = unstable.some(({ hook }) => hook === undefined) ? [] : told(uncertain, uses, objects);
  return { objects, problems: [...problems, ...unstable, ...told(lookups, uses, objects), ...suspected] };
}

/** What is told of functions in templates, if anything. */
type Told = (uses: readonly TemplateUse[]) => InclusionProblem | undefined;

/** What there is to tell of templates that give nothing but hooks is told of these: where they are left out, it is no matter. */
function told(of: Told, uses: readonly TemplateUse[], objects: readonly IncludedObject[]): readonly InclusionProblem[] {
  const hooks = new Map(uses.map(({ file }) => [file, onlyHooks(objects.filter(({ source }) => source === file))]));
  return [...new Set(hooks.values())].flatMap((hook) => {
    const problem = of(uses.filter(({ file }) => hooks.get(file) === hook));
    return problem === undefined ? [] : [{ ...problem, ...aboutHook(hook) }];
  });
}

/** The events of `objects`, where all of them are hooks. */
function onlyHooks(objects: readonly IncludedObject[]): string | undefined {
  const events = objects.map(({ manifest }) => hookOf(manifest));
  return events.length > 0 && events.every((said) => said !== undefined) ? [...new Set(events)].join() : undefined;
}

/** As many places as are named. */
const named = 3;

/** What a template looks up in the cluster is not there where there is none. */
function lookups(uses: readonly TemplateUse[]): InclusionProblem | undefined {
  const places = uses.filter(({ asks }) => asks === 'cluster').map(placeOf);
  if (places.length === 0) return undefined;
  const message = `templates ask the cluster by \`lookup\`, which finds nothing where a chart is rendered without one: ${places.slice(0, named).join(', ')}`;
  const help = 'see whether what is rendered is what you want, and give by values what would be looked up';
  return { code: 'chart-lookup', severity: 'warning', message, help };
}

/** What may be stable by chance: a day is as long as many renderings, and maps have few orders. */
function uncertain(uses: readonly TemplateUse[]): InclusionProblem | undefined {
  const suspects = uses.filter(({ asks }) => asks === 'time' || asks === 'order');
  if (suspects.length === 0) return undefined;
  const places = suspects.slice(0, named).map((use) => `\`${use.name}\` in ${placeOf(use)}`);
  const more = suspects.length > named ? ` and ${suspects.length - named} more` : '';
  return {
    code: 'chart-uncertain',
    severity: 'warning',
    message: `templates ask for the time, or take a map in no order: what is rendered was the same twice, and may be another thing tomorrow (${places.join(', ')}${more})`,
    help: 'see what becomes of it, and give by values what is asked for',
  };
}
