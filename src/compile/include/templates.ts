import { readStream, type StreamDocument } from '../../codec/yaml-stream.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { IncludedObject, InclusionProblem } from '../../model/inclusion.ts';
import { type ForeignObject, objectsIn } from '../foreign-objects.ts';
import { aboutHook, hookOf } from './hooks.ts';

/** The objects in what a program printed, and what of it cannot be read. */
export interface ReadText {
  readonly objects: readonly IncludedObject[];
  readonly problems: readonly InclusionProblem[];
}

/** Between two documents. */
const separator = /^---[ \t]*(?:#.*)?$/m;

/** What Helm writes above each document: a comment below that looks like it is the author's. */
const sourceLine = /^# Source: (\S.*)/;

/** Reads what a program printed. Helm says above each document which template it comes from; a chart's own file may hold several. */
export function readText(text: string): ReadText {
  const objects: IncludedObject[] = [];
  const problems: InclusionProblem[] = [];
  let source: string | undefined;
  for (const document of text.split(separator)) {
    const part = document.replace(/^\r?\n/, '');
    source = sourceLine.exec(part)?.[1] ?? source;
    const file = source ?? '';
    const documents = readStream(part);
    const read = objectsIn({ path: file, text: part, documents });
    const about = aboutHook(documents.map((one) => hookIn(one, part)).find((said) => said !== undefined));
    const others = read.others.map((at): Diagnostic => ({ ...noObject, at }));
    problems.push(...[...others, ...read.diagnostics].map((diagnostic) => ({ ...problemOf(diagnostic, file), ...about })));
    for (const object of read.value) {
      if (isNameless(object)) problems.push({ ...nameless(object, file), ...aboutHook(hookOf(object.manifest)) });
      else objects.push({ manifest: object.manifest, ...(source === undefined ? {} : { source }) });
    }
  }
  return { objects, problems };
}

/** The events of the hook that a document is, as far as they can be told: of one that cannot be read, by what stands in it. */
function hookIn({ reading }: StreamDocument, text: string): string | undefined {
  return reading.ok ? hookOf(reading.value) : /^\s*["']?helm\.sh\/hook["']?:\s*["']?([a-z, -]+)/m.exec(text)?.[1];
}

/** What Helm would not install either, and what would be lost without a word. */
const noObject = {
  code: 'object-incomplete',
  severity: 'error',
  message: 'something is rendered that is no object of Kubernetes: it has no `kind`, or no name',
  help: 'correct the template, or leave it out by a value of the chart',
} as const;

/** Lines are those of what was rendered, which nobody else sees: that is said. */
function problemOf({ code, severity, message, at, help }: Diagnostic, file: string): InclusionProblem {
  const where = file === '' ? 'what is rendered' : `what \`${file}\` renders`;
  const line = at.line === undefined ? '' : `, line ${at.line}`;
  return { code, severity, message: `${message} (in ${where}${line})`, ...(help === undefined ? {} : { help }) };
}

/** Whether an object has no name, and would get one from the API server each time that it is created. */
function isNameless({ manifest: { metadata } }: ForeignObject): boolean {
  const { name, generateName } = metadata;
  return (
    typeof generateName === 'string' && name.startsWith(generateName) && name.length === generateName.length + 5 && name.endsWith('00000')
  );
}

function nameless({ manifest }: ForeignObject, file: string): InclusionProblem {
  const message = `a \`${manifest.kind}\` has \`generateName\` and no name${file === '' ? '' : ` (\`${file}\`)`}: it would be another object each time`;
  return { code: 'object-incomplete', severity: 'error', message, help: 'give it a name by a value of the chart, or leave it out by one' };
}
