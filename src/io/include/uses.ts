import type { TemplateUse } from '../../model/inclusion.ts';
import type { Json } from '../../model/json.ts';
import { type Action, actionsIn, type Operand, type Pipeline } from './actions.ts';
import { asksClock, type Variables, variablesIn } from './clock.ts';
import { isTemplate, type TemplateFile } from './input.ts';

/** What functions of Helm's templates ask that is another thing each time (Masterminds/sprig; helm, pkg/engine). The clock has rules of its own. */
const asked: Readonly<Record<string, TemplateUse['asks']>> = {
  ...asking('chance', ['randAlphaNum', 'randAlpha', 'randNumeric', 'randAscii', 'randBytes', 'randInt', 'uuidv4', 'shuffle']),
  ...asking('chance', ['genCA', 'genCAWithKey', 'genPrivateKey', 'genSelfSignedCert', 'genSelfSignedCertWithKey']),
  ...asking('chance', ['genSignedCert', 'genSignedCertWithKey', 'bcrypt', 'htpasswd', 'encryptAES', 'getHostByName']),
  ...asking('cluster', ['lookup']),
  ...asking('order', ['keys', 'values']),
};

function asking(asks: TemplateUse['asks'], names: readonly string[]): Readonly<Record<string, TemplateUse['asks']>> {
  return Object.fromEntries(names.map((name) => [name, asks]));
}

/** What goes through a map makes no difference where one of these is called, too: sorted anywhere in a file, or counted in the same action. */
const sorting = 'sortAlpha';
const orderless: ReadonlySet<string> = new Set([sorting, 'len', 'has', 'empty']);

/**
 * Where the templates of a chart use functions that may make a difference: each function once in each file. Where a template makes others by
 * `tpl`, all files and values may be some.
 */
export function usesIn(files: readonly TemplateFile[], values: Json = {}): readonly TemplateUse[] {
  const templates = files.filter(({ path }) => isTemplate(path)).map(({ path, text }) => ({ path, actions: actionsIn(text) }));
  const own = templates.flatMap(({ path, actions }) => usesInFile(path, actions));
  const makesMore = templates.some(({ actions }) => actions.some(({ pipeline }) => callsIn(pipeline).some(({ name }) => name === 'tpl')));
  if (!makesMore) return own;
  const others = files
    .filter(({ path }) => !isTemplate(path))
    .flatMap(({ path, text }) => usesInFile(path, actionsIn(uncommented(path, text))));
  return [...own, ...others, ...usesInValue(values, 'values')];
}

/** Values are explained by comments, with examples. */
function uncommented(path: string, text: string): string {
  return /\.ya?ml$/.test(path) ? text.replaceAll(/^[ \t]*#.*$/gm, '') : text;
}

function usesInFile(path: string, actions: readonly Action[]): readonly TemplateUse[] {
  return usesInActions(actions).map(({ name, asks, line }) => ({ name, asks, file: path, line }));
}

function usesInValue(value: Json | undefined, path: string): readonly TemplateUse[] {
  if (typeof value === 'string') return usesInActions(actionsIn(value)).map(({ name, asks }) => ({ name, asks, file: path }));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: readonly [string, Json | undefined]) => usesInValue(inner, `${path}.${key}`));
}

/** A use in a text. */
type Use = Pick<TemplateUse, 'name' | 'asks'> & { readonly line: number };

function usesInActions(actions: readonly Action[]): readonly Use[] {
  const called = actions.map(({ pipeline, line }) => ({ calls: callsIn(pipeline), line }));
  const isSorted = called.some(({ calls }) => calls.some(({ name }) => name === sorting));
  const variables = variablesIn(actions);
  const found = new Map<string, Use>();
  for (const { calls, line } of called) {
    const isOrderless = isSorted || calls.some(({ name }) => orderless.has(name));
    for (const call of calls) {
      const asks = askedBy(call, variables);
      if (asks === undefined || (asks === 'order' && isOrderless) || found.has(call.name)) continue;
      found.set(call.name, { name: call.name, asks, line });
    }
  }
  return [...found.values()];
}

function askedBy({ name, args }: Call, variables: Variables): TemplateUse['asks'] | undefined {
  if (asksClock(name, args, variables)) return 'time';
  return Object.hasOwn(asked, name) ? asked[name] : undefined;
}

/** A function that is called. */
interface Call {
  readonly name: string;
  /** The last of them may be what comes before it in its pipeline. */
  readonly args: () => readonly (Operand | Pipeline)[];
}

/** Commands before a function that it is told by. */
const reach = 64;

/** The functions that a pipeline calls, in their order. */
function callsIn({ commands }: Pipeline): readonly Call[] {
  return commands.flatMap((command, i) =>
    command.flatMap((operand, at): readonly Call[] => {
      if (operand.type === 'group') return callsIn(operand.pipeline);
      if (operand.type !== 'name') return [];
      const before = (): readonly Pipeline[] => (i === 0 ? [] : [{ variables: [], commands: commands.slice(Math.max(0, i - reach), i) }]);
      return [{ name: operand.name, args: () => (at === 0 ? [...command.slice(1), ...before()] : []) }];
    }),
  );
}

/** Whether what is rendered may depend on the second in which it is. */
export function dependsOnTime(uses: readonly TemplateUse[]): boolean {
  return uses.some(({ asks }) => asks === 'time');
}
