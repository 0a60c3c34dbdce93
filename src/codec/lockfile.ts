import { type Document, isMap, isScalar, isSeq, parseDocument, type Scalar } from 'yaml';
import { isFullId } from '../model/commit-id.ts';
import type { Checked } from '../model/diagnostic.ts';
import { repositoryOf } from '../model/image.ts';
import type { ToolPin } from '../model/inclusion.ts';
import { isObject, type JsonObject } from '../model/json.ts';
import { type ChartPin, emptyLockfile, type Lockfile, type Pin } from '../model/lockfile.ts';
import { readCharts, readTools } from './lock-inclusions.ts';
import { entriesOf, knownEntries, type LockEntry, type LockSource, reportAt, rewriteHelp, shownScalar, textOf } from './lock-reading.ts';
import { parserWords } from './yaml-document.ts';
import { writeYaml } from './yaml-write.ts';

const header = '# What the environment is rendered with, beside its code. Written by `lockstep`; commit it.\n';

/** The sections of a lockfile, in the order in which they are written. */
const sections = ['source', 'tools', 'charts', 'images'] as const;

const pinKeys: readonly string[] = ['digest', 'tag', 'platforms', 'pinned', 'signed'];

/** The one digest algorithm that all registries share (OCI image specification, descriptor.md). */
const digestForm = /^sha256:[0-9a-f]{64}$/;

/** A tag (OCI distribution specification). */
const tagForm = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

/** A repository, perhaps behind a registry with a port, and a tag. No digest. */
const taggedImage = /^[^\s@]*[^\s@:/]:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

/** The text of a lockfile: images sorted by code unit, equal pins in equal bytes. */
export function writeLockfile(lock: Lockfile): string {
  const plain = plainOf(lock);
  // The writer sorts keys; sections have an order of their own.
  return header + sections.map((name) => (plain[name] === undefined ? '' : writeYaml({ [name]: plain[name] }))).join('');
}

/** A lock as it is written, with nothing that is undefined. */
function plainOf({ source, tools, charts, images }: Lockfile): JsonObject {
  const pins = Object.entries(images).map(([image, { digest, tag, platforms, pinned, signed }]): readonly [string, JsonObject] => [
    image,
    {
      ...(tag === undefined ? {} : { tag }),
      digest,
      ...(platforms === undefined ? {} : { platforms }),
      ...(pinned === undefined ? {} : { pinned }),
      ...(signed === undefined ? {} : { signed }),
    },
  ]);
  return {
    ...(source === undefined ? {} : { source }),
    ...(tools === undefined ? {} : { tools: plainEntries(tools) }),
    ...(charts === undefined ? {} : { charts: plainEntries(charts) }),
    images: Object.fromEntries(pins),
  };
}

function plainEntries(entries: Readonly<Record<string, ToolPin | ChartPin>>): JsonObject {
  return Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, { ...entry }]));
}

/**
 * The text of `lock` in the place of `text`, that of a lockfile that was read without a mistake: comments that somebody wrote into it
 * stay where they stand, as long as what they stand beside does.
 */
export function rewriteLockfile(text: string, lock: Lockfile): string {
  if (!text.replace(header, '').includes('#')) return writeLockfile(lock);
  const document = parseDocument(text, { version: '1.2', logLevel: 'error' });
  const wanted = parseDocument(writeLockfile(lock), { version: '1.2' });
  if (!isMap(document.contents)) document.contents = wanted.contents;
  const [before, after] = [plainOf(readLockfile(text, '').value), plainOf(lock)];
  for (const section of sections) replaceSection({ document, wanted }, { section, before: before[section], after: after[section] });
  const rewritten = document.toString();
  // An anchor may have carried a change to where nobody made it. Of two, the pins matter.
  return writeLockfile(readLockfile(rewritten, '').value) === writeLockfile(lock) ? rewritten : writeLockfile(lock);
}

/** Makes a section of `document` hold what it holds in `wanted`, and touches no entry that stays as it is. */
function replaceSection(
  { document, wanted }: { readonly document: Document.Parsed; readonly wanted: Document.Parsed },
  { section, before, after }: { readonly section: string; readonly before: unknown; readonly after: unknown },
): void {
  if (JSON.stringify(before) === JSON.stringify(after)) return;
  if (!isObject(before) || !isObject(after) || !isMap(document.get(section))) placeSection(document, section, wanted.get(section, true));
  else {
    // Another tag is the same image still: what stands above it is of the image.
    for (const key of Object.keys(before)) if (!Object.hasOwn(after, key)) renameEntry(document, [section, key], Object.keys(after));
    mergeMap(document.get(section), wanted.get(section));
  }
}

/** Gives an entry that is no longer wanted the name of the one that takes its place, of the same repository. Without one it goes. */
function renameEntry(document: Document.Parsed, [section, key]: readonly [string, string], wanted: readonly string[]): void {
  const entries = document.get(section);
  const successors = wanted.filter((one) => repositoryOf(one) === repositoryOf(key) && !(isMap(entries) && entries.has(one)));
  const [successor] = successors;
  const node = isMap(entries) ? entries.items.map((pair) => pair.key).find((one) => isScalar(one) && one.value === key) : undefined;
  if (successor !== undefined && successors.length === 1 && isScalar(node)) node.value = successor;
  else document.deleteIn([section, key]);
}

/** Makes a map hold what another one holds: what stays and has a comment beside it keeps that. */
function mergeMap(map: unknown, wanted: unknown): void {
  if (!isMap(map) || !isMap(wanted)) return;
  for (const { key } of [...map.items]) if (isScalar(key) && !wanted.has(key.value)) map.delete(key.value);
  for (const { key, value } of wanted.items) {
    const name = isScalar(key) ? key.value : key;
    const [node, present] = [map.get(name, true) as unknown, isScalar(key) && map.has(name)];
    if (present && isMap(node) && isMap(value)) mergeMap(node, value);
    else if (present && isScalar(node) && isScalar(value)) node.value = value.value;
    else if (!present || JSON.stringify(node) !== JSON.stringify(value)) map.set(name, value);
  }
}

/** Sets a section before those that are written after it, or takes it out. The comment at the top of the file stays there. */
function placeSection(document: Document.Parsed, section: string, value: unknown): void {
  const comment = takeTopComment(document);
  document.delete(section);
  if (value !== undefined) document.set(document.createNode(section), value);
  const place = ({ key }: { readonly key: unknown }): number => sections.findIndex((name) => isScalar(key) && key.value === name);
  if (isMap(document.contents)) document.contents.items.sort((a, b) => place(a) - place(b));
  const top = topKey(document);
  if (top !== undefined && comment !== null) top.commentBefore = comment;
}

function takeTopComment(document: Document.Parsed): string | null {
  const top = topKey(document);
  const comment = top?.commentBefore ?? null;
  if (top !== undefined) top.commentBefore = null;
  return comment;
}

function topKey({ contents }: Document.Parsed): Scalar | undefined {
  const key = isMap(contents) ? contents.items[0]?.key : undefined;
  return isScalar(key) ? key : undefined;
}

/**
 * The lockfile in `text`, which stands at `path` in the project, with all that is wrong in it. It is one document of
 * YAML 1.2; an empty one pins nothing. The value holds those pins that are right.
 */
export function readLockfile(text: string, path: string): Checked<Lockfile> {
  const source: LockSource = { text, path, diagnostics: [] };
  const document = parseDocument(text, { version: '1.2', prettyErrors: false, logLevel: 'error' });
  const [error] = document.errors;
  if (error !== undefined) {
    const help = error.code === 'MULTIPLE_DOCS' ? 'leave one of them, without `---`' : rewriteHelp;
    reportAt(source, error.pos[0], { code: 'lockfile-not-yaml', message: `the lockfile is ${parserWords(error)}`, help });
    return { value: emptyLockfile, diagnostics: source.diagnostics };
  }
  const found = knownEntries(source, entriesOf(source, document.contents, 'the lockfile'), sections);
  const sectionOf = (name: (typeof sections)[number]): LockEntry | undefined => found.find(({ key }) => key === name);
  const commit = readSource(source, sectionOf('source'));
  const tools = readTools(source, sectionOf('tools'));
  const charts = readCharts(source, sectionOf('charts'));
  const images = readImages(source, sectionOf('images'));
  const value = {
    ...(commit === undefined ? {} : { source: commit }),
    ...(tools === undefined ? {} : { tools }),
    ...(charts === undefined ? {} : { charts }),
    images,
  };
  return { value, diagnostics: source.diagnostics };
}

function readSource(source: LockSource, entry: LockEntry | undefined): string | undefined {
  if (entry === undefined) return undefined;
  const commit = textOf(entry.node);
  if (commit !== undefined && isFullId(commit)) return commit;
  const message = `\`source\` is \`${shownScalar(entry.node)}\`, not the full id of a commit`;
  reportAt(source, entry.offset, {
    code: 'lockfile-bad-source',
    message,
    help: 'write all 40 digits of it (`git rev-parse <commit>`), or remove it',
  });
  return undefined;
}

function readImages(source: LockSource, entry: LockEntry | undefined): Lockfile['images'] {
  const read = entriesOf(source, entry?.node, '`images`').map((image) => [image.key, readPin(source, image)] as const);
  return Object.fromEntries(read.flatMap(([image, pin]) => (pin === undefined ? [] : [[image, pin]])));
}

function readPin(source: LockSource, image: LockEntry): Pin | undefined {
  const before = source.diagnostics.length;
  const entries = knownEntries(source, entriesOf(source, image.node, `\`${image.key}\``), pinKeys);
  if (!taggedImage.test(image.key)) {
    const help = 'write the image as the chart does, with its tag: `nginx:1.27`';
    reportAt(source, image.offset, { code: 'lockfile-image-without-tag', message: `image \`${image.key}\` does not end with a tag`, help });
    return undefined;
  }
  const digest = entries.find(({ key }) => key === 'digest');
  if (digest === undefined) {
    const message = `image \`${image.key}\` has no digest`;
    // A misspelt `digest` was told already.
    if (source.diagnostics.length === before) reportAt(source, image.offset, { code: 'lockfile-no-digest', message, help: rewriteHelp });
    return undefined;
  }
  const value = textOf(digest.node);
  if (value === undefined || !digestForm.test(value)) {
    const message = `the digest of \`${image.key}\` is \`${shownScalar(digest.node)}\`, not \`sha256:\` and 64 hexadecimal digits in lower case`;
    reportAt(source, digest.offset, { code: 'lockfile-bad-digest', message, help: rewriteHelp });
    return undefined;
  }
  const tag = entries.find(({ key }) => key === 'tag');
  const standIn = textOf(tag?.node);
  if (tag !== undefined && (standIn === undefined || !tagForm.test(standIn))) {
    const message = `the tag that stands in for that of \`${image.key}\` is \`${shownScalar(tag.node)}\`, which is no tag`;
    reportAt(source, tag.offset, { code: 'lockfile-bad-tag', message, help: 'write the tag alone, or remove it' });
    return undefined;
  }
  return { digest: value, ...(standIn === undefined ? {} : { tag: standIn }), ...notesOf(entries) };
}

/** What is noted beside the digest: what is no note is passed over, and means no more than none. */
function notesOf(entries: readonly LockEntry[]): Pick<Pin, 'platforms' | 'pinned' | 'signed'> {
  const nodeOf = (name: string): unknown => entries.find(({ key }) => key === name)?.node;
  const [listed, pinned, signed] = [nodeOf('platforms'), textOf(nodeOf('pinned')), textOf(nodeOf('signed'))];
  const platforms = isSeq(listed) ? listed.items.flatMap((item) => textOf(item) ?? []) : undefined;
  return {
    ...(platforms === undefined ? {} : { platforms }),
    ...(pinned === undefined ? {} : { pinned }),
    ...(signed !== undefined && digestForm.test(signed) ? { signed } : {}),
  };
}
