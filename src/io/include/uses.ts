import type { TemplateUse } from '../../model/inclusion.ts';
import type { Json } from '../../model/json.ts';
import { isTemplate, type TemplateFile } from './input.ts';

/** Functions of Helm's templates that give something else each time, or ask a cluster (Masterminds/sprig; helm, pkg/engine). */
const functions = [
  ...['randAlphaNum', 'randAlpha', 'randNumeric', 'randAscii', 'randBytes', 'randInt', 'uuidv4', 'shuffle'],
  ...['genCA', 'genCAWithKey', 'genPrivateKey', 'genSelfSignedCert', 'genSelfSignedCertWithKey', 'genSignedCert', 'genSignedCertWithKey'],
  ...['bcrypt', 'htpasswd', 'encryptAES', 'now', 'ago', 'getHostByName', 'lookup', 'keys', 'values'],
];

/** Those that give another result in another second. */
const ofTime: ReadonlySet<string> = new Set(['now', 'ago']);

/** Those that go through a map, which has no order, and what makes no difference of that. */
const unordered: ReadonlySet<string> = new Set(['keys', 'values']);
const orderless = /(?<![\w.$])(?:sortAlpha|len|has|empty)(?!\w)/;

const action = /\{\{(?!-?\s*\/\*)((?:"(?:[^"\\]|\\.)*"|`[^`]*`|[^}"`]|\}(?!\}))*)\}\}/g;
const call = new RegExp(`(?<![\\w.$])(${functions.join('|')})(?![\\w])`, 'g');

/** What an action does, without what is only quoted in it. */
interface Action {
  readonly code: string;
  readonly line: number;
}

function actionsIn(text: string): readonly Action[] {
  return [...text.matchAll(action)].map(({ 1: body = '', index }) => ({
    code: body.replaceAll(/"(?:[^"\\]|\\.)*"|`[^`]*`/g, (quoted) => ' '.repeat(quoted.length)),
    line: text.slice(0, index).split('\n').length,
  }));
}

/**
 * Where the templates of a chart use functions that may make a difference: each function once in each file. Where a template makes others by
 * `tpl`, all files and values may be some.
 */
export function usesIn(files: readonly TemplateFile[], values: Json = {}): readonly TemplateUse[] {
  const templates = files.filter(({ path }) => isTemplate(path));
  const own = templates.flatMap(usesInFile);
  const makesMore = templates.some(({ text }) => actionsIn(text).some(({ code }) => /(?<![\w.$])tpl(?!\w)/.test(code)));
  if (!makesMore) return own;
  return [...own, ...files.filter(({ path }) => !isTemplate(path)).flatMap(usesInFile), ...usesInValue(values, 'values')];
}

function usesInFile({ path, text }: TemplateFile): readonly TemplateUse[] {
  // Values are explained by comments, with examples.
  const isCommented = !isTemplate(path) && /\.ya?ml$/.test(path);
  return usesInText(isCommented ? text.replaceAll(/^[ \t]*#.*$/gm, '') : text).map(({ name, line }) => ({ name, file: path, line }));
}

function usesInValue(value: Json | undefined, path: string): readonly TemplateUse[] {
  if (typeof value === 'string') return usesInText(value).map(({ name }) => ({ name, file: path }));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: readonly [string, Json | undefined]) => usesInValue(inner, `${path}.${key}`));
}

function usesInText(text: string): readonly { readonly name: string; readonly line: number }[] {
  if (!text.includes('{{')) return [];
  const actions = actionsIn(text);
  const isSorted = actions.some(({ code }) => /(?<![\w.$])sortAlpha(?!\w)/.test(code));
  const found = new Map<string, { readonly name: string; readonly line: number }>();
  for (const { code, line } of actions) {
    for (const [, name = ''] of code.matchAll(call)) {
      if (unordered.has(name) && (isSorted || orderless.test(code))) continue;
      if (!found.has(name)) found.set(name, { name, line });
    }
  }
  return [...found.values()];
}

/** Whether what is rendered may depend on the second in which it is. */
export function dependsOnTime(uses: readonly TemplateUse[]): boolean {
  return uses.some(({ name }) => ofTime.has(name));
}
