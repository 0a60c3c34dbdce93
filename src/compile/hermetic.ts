import { placeOf } from '../authoring/place.ts';
import type { Diagnostic, Place } from '../model/diagnostic.ts';
import { type Asked, everyVariable, type Looked } from '../model/looked.ts';

/**
 * What the project's own code asks for that makes the same commit render otherwise the next time, or elsewhere. `roots` are the folders
 * that it was loaded from. What packages ask for by themselves, as they are loaded, is no matter as long as it shows nowhere.
 */
export function judgeHermetic(
  { variables, unsure }: Pick<Looked, 'variables' | 'unsure'>,
  { roots, environment }: { readonly roots: readonly string[]; readonly environment?: string },
): readonly Diagnostic[] {
  const placeIn = (asked: Asked): Place =>
    roots.map((root) => placeOf(asked, root)).find(({ file }) => file !== undefined) ?? placeBeside(asked, roots);
  const at = (asked: Asked): Place => ({ ...placeIn(asked), ...(environment === undefined ? {} : { environment }) });
  const isOwn = ({ stack }: Asked): boolean => stack !== undefined;
  const own = variables.filter(isOwn);
  // Who asks for all of them asks for each.
  const all = own.filter(({ name }) => name === everyVariable);
  return [
    ...(all.length > 0 ? all : own).map((asked): Diagnostic => {
      const what = asked.name === everyVariable ? 'all variables of the process are' : `the variable \`${asked.name}\` is`;
      const help = `declare it where it is read: \`input('${asked.name === everyVariable ? 'NAME' : asked.name}', z.string())\``;
      return { code: 'variable-undeclared', severity: 'error', message: `${what} read, and no \`input\` declares it`, at: at(asked), help };
    }),
    ...unsure.filter(isOwn).map((asked): Diagnostic => {
      const message = `what is rendered may depend on ${asked.name}: the same commit may give something else the next time`;
      const help = 'give it as a value of the environment, or as an `input`, or leave it out';
      return { code: 'not-reproducible', severity: 'warning', message, at: at(asked), help };
    }),
  ];
}

/** The place of what stands beside a project, as members of its workspace do. Its file is told from the project: `../words/index.ts`. */
function placeBeside(asked: Asked, roots: readonly string[]): Place {
  const folders = roots.map((root) => root.split('/'));
  // The nearest first: far enough up everything is beside everything.
  for (let up = 1; folders.some(({ length }) => up < length - 1); up++) {
    for (const folder of folders.filter(({ length }) => up < length - 1)) {
      const { file, ...place } = placeOf(asked, folder.slice(0, -up).join('/'));
      if (file !== undefined) return { file: `${'../'.repeat(up)}${file}`, ...place };
    }
  }
  return {};
}
