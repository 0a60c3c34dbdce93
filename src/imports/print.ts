import { docLines } from './docs.ts';
import { literal } from './names.ts';
import type { Declaration, Field } from './types.ts';

/** A class of a generated module, with the interfaces that belong to it. */
export interface ClassText {
  readonly name: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly description?: string | undefined;
  readonly deprecation?: string | undefined;
  /** That of its properties comes first. */
  readonly declarations: readonly Declaration[];
}

/** A generated module. */
export interface ModuleText {
  /** What it was made of, for its first line. */
  readonly origin: string;
  /** Modules that types come from, by the names that they are called by here. */
  readonly modules?: Readonly<Record<string, string>>;
  readonly classes: readonly ClassText[];
  /** Interfaces that belong to no class. */
  readonly declarations?: readonly Declaration[];
}

/** The text of a generated module. */
export function printModule({ origin, modules = {}, classes, declarations = [] }: ModuleText): string {
  const blocks = [
    ...classes.flatMap((one) => [printClass(one), ...one.declarations.map(printInterface)]),
    ...declarations.map(printInterface),
  ];
  const body = blocks.join('\n');
  const lines = [
    `// Made by \`lockstep import\` of ${origin}: not to be edited.`,
    ...(classes.length === 0 ? [] : ["import { ApiObject } from 'cdk8s';", "import type { Construct } from 'constructs';"]),
    ...(/\bObjectMeta\b/.test(body) ? ["import type { ObjectMeta } from 'lockstep';"] : []),
    ...Object.entries(modules).map(([name, path]) => `import type * as ${name} from ${literal(path)};`),
  ];
  return `${lines.join('\n')}\n\n${body}`;
}

function printClass({ name, apiVersion, kind, description, deprecation }: ClassText): string {
  return [
    ...docLines({ description: description ?? `${kind} of ${apiVersion}.`, deprecation }, ''),
    `export class ${name} extends ApiObject {`,
    `  static readonly apiVersion = ${literal(apiVersion)};`,
    `  static readonly kind = ${literal(kind)};`,
    '',
    `  constructor(scope: Construct, id: string, props: ${name}Props) {`,
    `    super(scope, id, { ...(props as object), apiVersion: ${name}.apiVersion, kind: ${name}.kind });`,
    '  }',
    '}',
    '',
  ].join('\n');
}

function printInterface({ name, fields, isOpen }: Declaration): string {
  const lines = fields.flatMap(printField);
  if (isOpen) lines.push('  readonly [field: string]: unknown;');
  return `export interface ${name} {\n${lines.map((line) => `${line}\n`).join('')}}\n`;
}

/** Characters of a line; types that are longer are broken. */
const width = 120;

function printField({ name, type, isRequired, description, default: value }: Field): readonly string[] {
  const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : literal(name);
  const start = `  readonly ${key}${isRequired ? '' : '?'}:`;
  const line = `${start} ${type};`;
  const isBroken = line.length > width && type.startsWith("'");
  return [
    ...docLines({ description, default: value }, '  '),
    ...(isBroken
      ? [start, ...type.split(/ \| (?=')/).map((one) => `    | ${one}`)].map((one, i, all) => (i === all.length - 1 ? `${one};` : one))
      : [line]),
  ];
}
