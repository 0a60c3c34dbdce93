import { placeAt, type Unreadable } from '../codec/reading.ts';
import type { Position, StreamDocument } from '../codec/yaml-stream.ts';
import type { Checked, Diagnostic, Place } from '../model/diagnostic.ts';
import { at, isObject, type Json, type JsonObject, listAt, objectAt, type Path, stringAt } from '../model/json.ts';
import type { Manifest } from '../model/manifest.ts';
import { groupOf } from '../model/ref.ts';
import { builtinKind } from '../schema/kinds.ts';
import { shown } from './wording.ts';

/** An object that somebody else wrote, and where it stands. */
export interface ForeignObject {
  readonly manifest: Manifest;
  readonly file: string;
  readonly positionOf: (path: Path) => Position;
}

/** A file with what is in it. */
export interface ForeignFile {
  readonly path: string;
  readonly text: string;
  readonly documents: readonly StreamDocument[];
}

/** What to do with a template. */
export const renderFirst = 'render it first: `helm template <chart> | lockstep check -`';

/** Go templates and Jinja, of which YAML is only made. */
const template = /\{\{|\{%/;

/** The objects in a file, with what cannot be read of it. */
export interface ForeignObjects extends Checked<readonly ForeignObject[]> {
  /** Where what is no object, nor meant to be one as far as that can be told, begins. */
  readonly others: readonly Position[];
}

/** The objects in a file, those of lists too, with what cannot be read. */
export function objectsIn(file: ForeignFile): ForeignObjects {
  const found: ForeignObject[] = [];
  const others: Position[] = [];
  const diagnostics: Diagnostic[] = [];
  const unreadable: UnreadableDocument[] = [];
  for (const document of file.documents) {
    const { reading, positionOf } = document;
    if (reading.ok) {
      for (const candidate of candidatesIn({ value: reading.value, path: [], isItem: false })) {
        const manifest = manifestOf(candidate.value);
        const position = (path: Path): Position => positionOf([...candidate.path, ...path]);
        const place = (path: Path): Place => ({ file: file.path, ...position(path) });
        if (typeof manifest === 'object') found.push({ manifest, file: file.path, positionOf: position });
        if (manifest !== undefined) diagnostics.push(...namespaceProblem(candidate.value, place));
        if (manifest === 'incomplete' || (manifest === undefined && candidate.isItem && !isSetting(candidate.value)))
          diagnostics.push(incomplete(candidate.value, place([])));
        else if (manifest === undefined) others.push(position([]));
      }
    } else unreadable.push({ reading, keys: document.keys });
  }
  diagnostics.push(...unreadableIn(file, unreadable));
  return { value: found, others, diagnostics: [...diagnostics, ...(found.length > 0 ? lostCharacters(file) : [])] };
}

type UnreadableDocument = Pick<StreamDocument, 'keys'> & { readonly reading: Unreadable };

/** What is told of documents that cannot be read. Anything may lie about in a folder, and have any tags: what is meant to be an object is. */
function unreadableIn({ path, text }: ForeignFile, documents: readonly UnreadableDocument[]): readonly Diagnostic[] {
  if (documents.length === 0) return [];
  // Of UTF-16, every other character is zero.
  const mentionsVersion = /\bapiVersion\b/.test(text.replaceAll('\0', ''));
  const lines = template.test(text) ? text.split('\n') : [];
  return documents
    .filter(({ keys }) => mentionsVersion || keys.includes('kind'))
    .map(({ reading }): Diagnostic => {
      const { line, column } = reading;
      const here = { file: path, ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) };
      return { code: 'manifest-unreadable', severity: 'error', ...wordsFor(reading, lines), at: here };
    });
}

/** What a reader of UTF-8 puts where a text is none: kubectl refuses it. But somebody may have written that very character. */
function lostCharacters({ path, text }: ForeignFile): readonly Diagnostic[] {
  const offset = text.indexOf('\ufffd');
  if (offset < 0) return [];
  const message = 'U+FFFD stands here, as it does where a text is not UTF-8';
  const at = { file: path, ...placeAt(text, offset) };
  return [{ code: 'manifest-unreadable', severity: 'warning', message, at, help: 'write the file as UTF-8' }];
}

/** What is told of a document that cannot be read: where such a mark stands, it is not meant to be. */
function wordsFor({ message, line = 0 }: Unreadable, lines: readonly string[]): Pick<Diagnostic, 'message' | 'help'> {
  const mark = template.exec(lines[line - 1] ?? '')?.[0];
  if (mark === undefined) return { message };
  return { message: `this is a template (\`${mark}\`), and no manifest yet: ${message}`, help: renderFirst };
}

interface Candidate {
  readonly value: Json;
  readonly path: Path;
  /** Whether it can only be an object of Kubernetes, since it is in a list of them. */
  readonly isItem: boolean;
}

/** `candidate`, or the items of the list that it is (`List` of v1, or the list of a kind). */
function candidatesIn(candidate: Candidate): readonly Candidate[] {
  const { value, path } = candidate;
  const kind = isObject(value) ? stringAt(value, 'kind') : undefined;
  if (!isObject(value) || kind?.endsWith('List') !== true || !Array.isArray(value['items'])) return [candidate];
  const items = listAt(value, 'items');
  const ofKind = kind.slice(0, -'List'.length);
  const isItem =
    (kind === 'List' && value['apiVersion'] === 'v1') ||
    builtinKind({ group: groupOf(stringAt(value, 'apiVersion') ?? ''), kind: ofKind }) !== undefined;
  // A kind of somebody else may be called a list of something, and have items of any type.
  if (!isItem && !items.every(isObject)) return [candidate];
  // The items of a list of one kind need not say of which.
  const known = kind === 'List' ? {} : { apiVersion: value['apiVersion'], kind: ofKind };
  return items.flatMap((item, i) =>
    candidatesIn({ value: isObject(item) ? { ...known, ...item } : item, path: [...path, 'items', i], isItem }),
  );
}

/** Objects of these groups are settings of tools, never sent to a server. */
const settings: ReadonlySet<string> = new Set(['kustomize.config.k8s.io']);

function isSetting(value: Json): boolean {
  return settings.has(groupOf(stringAt(value, 'apiVersion') ?? ''));
}

/** The manifest that a value is; `incomplete` when it is meant to be one, undefined when it is something else. */
function manifestOf(value: Json): Manifest | 'incomplete' | undefined {
  if (!isObject(value)) return undefined;
  const [apiVersion, kind] = [stringAt(value, 'apiVersion'), stringAt(value, 'kind')];
  // Without a kind it is the settings of something; a kind and metadata are meant for Kubernetes.
  if (!kind || (!apiVersion && value['metadata'] === undefined)) return undefined;
  if (!apiVersion) return 'incomplete';
  if (isSetting(value)) return undefined;
  const metadata = isObject(value['metadata']) ? value['metadata'] : {};
  const name = nameIn(metadata);
  if (name === undefined) return builtinKind({ group: groupOf(apiVersion), kind }) === undefined ? undefined : 'incomplete';
  if (isManifest(value)) return value;
  const { namespace, ...rest } = metadata;
  return { ...value, apiVersion, kind, metadata: { ...rest, name, ...(typeof namespace === 'string' ? { namespace } : {}) } };
}

/** Whether an object with `apiVersion` and `kind` has all that makes a manifest, as it has to be: most have. */
function isManifest(value: JsonObject): value is Manifest {
  const { name, namespace } = objectAt(value, 'metadata');
  return typeof name === 'string' && name !== '' && (namespace === undefined || typeof namespace === 'string');
}

/** What the API server appends to `generateName` has five characters. */
const generated = '00000';

function nameIn(metadata: JsonObject): string | undefined {
  const { name, generateName } = metadata;
  if (typeof name === 'string' && name !== '') return name;
  return typeof generateName === 'string' && generateName !== '' ? `${generateName}${generated}` : undefined;
}

/** `n` and `on` are booleans for kubectl: a namespace must be text. */
function namespaceProblem(value: Json, place: (path: Path) => Place): readonly Diagnostic[] {
  const namespace = at(value, 'metadata', 'namespace') ?? '';
  if (typeof namespace === 'string') return [];
  const message = `the namespace is ${shown(namespace)}, which is no text`;
  return [{ code: 'namespace-invalid', severity: 'error', message, at: place(['metadata', 'namespace']), help: 'put it in quotes' }];
}

function incomplete(value: Json, here: Place): Diagnostic {
  const lacking = [['apiVersion'], ['kind'], ['metadata', 'name']]
    .filter((keys) => !stringAt(value, ...keys))
    .map((keys) => `\`${keys.join('.')}\``);
  return { code: 'object-incomplete', severity: 'error', message: `the object lacks ${lacking.join(', ')}`, at: here };
}
