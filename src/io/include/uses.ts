import type { TemplateUse } from '../../model/inclusion.ts';
import type { TemplateFile } from './input.ts';

/** Functions of Helm's templates that give something else each time, or ask a cluster (Masterminds/sprig; helm, pkg/engine). */
const functions = [
  ...['randAlphaNum', 'randAlpha', 'randNumeric', 'randAscii', 'randBytes', 'randInt', 'uuidv4', 'shuffle'],
  ...['genCA', 'genCAWithKey', 'genPrivateKey', 'genSelfSignedCert', 'genSelfSignedCertWithKey', 'genSignedCert', 'genSignedCertWithKey'],
  ...['bcrypt', 'htpasswd', 'encryptAES', 'now', 'ago', 'getHostByName', 'lookup'],
];

/** Those that give another result in another second. */
const ofTime: ReadonlySet<string> = new Set(['now', 'ago']);

const action = /\{\{(?!-?\s*\/\*)((?:"(?:[^"\\]|\\.)*"|`[^`]*`|[^}"`]|\}(?!\}))*)\}\}/g;
const call = new RegExp(`(?<![\\w.$])(${functions.join('|')})(?![\\w])`, 'g');

/** Where templates use functions that may make a difference: each function once in each file. */
export function usesIn(templates: readonly TemplateFile[]): readonly TemplateUse[] {
  return templates.flatMap(({ path, text }) => {
    const found = new Map<string, TemplateUse>();
    for (const { 1: body = '', index } of text.matchAll(action)) {
      const code = body.replaceAll(/"(?:[^"\\]|\\.)*"|`[^`]*`/g, (quoted) => ' '.repeat(quoted.length));
      for (const [, name = ''] of code.matchAll(call)) {
        if (!found.has(name)) found.set(name, { name, file: path, line: text.slice(0, index).split('\n').length });
      }
    }
    return [...found.values()];
  });
}

/** Whether what is rendered may depend on the second in which it is. */
export function dependsOnTime(uses: readonly TemplateUse[]): boolean {
  return uses.some(({ name }) => ofTime.has(name));
}
