import type { IncludedObject, InclusionProblem, TemplateUse } from '../../model/inclusion.ts';
import { isObject, type Json, type Path, pointer, sameJson } from '../../model/json.ts';
import { refOf } from '../../model/manifest.ts';
import { formatRef, keyOf } from '../../model/ref.ts';
import { quotedList } from '../wording.ts';
import { aboutHook, hookOf } from './hooks.ts';
import { placeOf } from './uses.ts';

/** As many fields and causes as are named of an object. */
const named = 3;

/**
 * What differs between two times that the same was rendered: such a chart would change the environment each time that it is compiled.
 * `uses` are the functions in its templates that may be to blame. No value is told: most are secrets.
 */
export function unstableObjects(
  first: readonly IncludedObject[],
  second: readonly IncludedObject[],
  uses: readonly TemplateUse[],
): readonly InclusionProblem[] {
  const again = byKey(second);
  const before = byKey(first);
  const changed = [...before].flatMap(([key, object]): readonly InclusionProblem[] => {
    const other = again.get(key);
    if (other === undefined) return [problem(object, 'is there one time and not the other', uses)];
    if (sameJson(object.manifest, other.manifest)) return [];
    const paths = differences(object.manifest, other.manifest);
    const more = paths.length > named ? ` and ${paths.length - named} more` : '';
    return [problem(object, `is rendered otherwise each time: ${quotedList(paths.slice(0, named).map(pointer))}${more}`, uses)];
  });
  const added = [...again]
    .filter(([key]) => !before.has(key))
    .map(([, object]) => problem(object, 'is there one time and not the other', uses));
  return [...changed, ...added];
}

/** The same object may be rendered twice, which is told elsewhere: here the last one counts. */
function byKey(objects: readonly IncludedObject[]): ReadonlyMap<string, IncludedObject> {
  return new Map(objects.map((object) => [keyOf(refOf(object.manifest)), object]));
}

function problem({ manifest, source }: IncludedObject, what: string, uses: readonly TemplateUse[]): InclusionProblem {
  const causes = likely(uses, source);
  const words = causes.map((use) => `\`${use.name}\` in ${placeOf(use)}`).join(', ');
  const help = 'give the chart what it makes up by its values, or leave the object out by one, and make it yourself';
  return {
    ...aboutHook(hookOf(manifest)),
    code: 'chart-unstable',
    severity: 'error',
    message: `\`${formatRef(refOf(manifest))}\` ${what}${causes.length === 0 ? '' : `, most likely by ${words}`}`,
    help,
  };
}

/** What stands in the template of an object itself comes first, then what other templates define for it, and what `tpl` makes one of. */
function likely(uses: readonly TemplateUse[], source: string | undefined): readonly TemplateUse[] {
  const blamed = uses.filter(({ asks }) => asks !== 'cluster');
  const own = blamed.filter(({ file }) => file === source);
  const shared = blamed.filter(({ file }) => file !== source && (!/(?:^|\/)templates\//.test(file) || /(?:^|\/)_[^/]*$|\.tpl$/.test(file)));
  return [...own, ...shared].slice(0, named);
}

function differences(a: Json | undefined, b: Json | undefined, path: Path = []): readonly Path[] {
  if (sameJson(a, b)) return [];
  if (Array.isArray(a) && Array.isArray(b) && a.length === b.length)
    return a.flatMap((item: Json, i) => differences(item, b[i] as Json, [...path, i]));
  if (isObject(a) && isObject(b)) {
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].sort().flatMap((key) => differences(a[key], b[key], [...path, key]));
  }
  return [path];
}
