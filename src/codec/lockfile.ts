import { isMap, isNode, isScalar, isSeq, parseDocument } from 'yaml';
import { type Checked, type Diagnostic, didYouMean } from '../model/diagnostic.ts';
import { emptyLockfile, type Lockfile, type Pin } from '../model/lockfile.ts';
import { placeAt } from './reading.ts';
import { parserWords } from './yaml-document.ts';
import { writeYaml } from './yaml-write.ts';

const header = '# Which digest each image tag stands for. Commit it.\n';

const lockfileKeys: readonly string[] = ['images'];
const pinKeys: readonly string[] = ['digest', 'platforms', 'pinned'];

/** The one digest algorithm that all registries share (OCI image specification, descriptor.md). */
const digestForm = /^sha256:[0-9a-f]{64}$/;

/** A repository, perhaps behind a registry with a port, and a tag (OCI distribution specification). No digest. */
const taggedImage = /^[^\s@]*[^\s@:/]:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

/** The text of a lockfile: images sorted by code unit, equal pins in equal bytes. */
export function writeLockfile(lock: Lockfile): string {
  const images = Object.entries(lock.images).map(([image, { digest, platforms, pinned }]) => [
    image,
    { digest, ...(platforms === undefined ? {} : { platforms }), ...(pinned === undefined ? {} : { pinned }) },
  ]);
  return header + writeYaml({ images: Object.fromEntries(images) });
}

/**
 * The text of `lock` in the place of `text`, that of a lockfile that was read without a mistake: comments that somebody wrote into it
 * stay where they stand, as long as what they stand beside does.
 */
export function rewriteLockfile(text: string, lock: Lockfile): string {
  if (!text.replace(header, '').includes('#')) return writeLockfile(lock);
  const document = parseDocument(text, { version: '1.2', logLevel: 'error' });
  const wanted = parseDocument(writeLockfile(lock), { version: '1.2' });
  const before = readLockfile(text, '').value.images;
  for (const image of Object.keys(before)) if (!Object.hasOwn(lock.images, image)) document.deleteIn(['images', image]);
  for (const [image, pin] of Object.entries(lock.images)) {
    if (JSON.stringify(before[image]) !== JSON.stringify(pin)) document.setIn(['images', image], wanted.getIn(['images', image]));
  }
  return document.toString();
}

/**
 * The lockfile in `text`, which stands at `path` in the project, with all that is wrong in it. It is one document of
 * YAML 1.2; an empty one pins nothing. The value holds those pins that are right.
 */
export function readLockfile(text: string, path: string): Checked<Lockfile> {
  const source: Source = { text, path, diagnostics: [] };
  const document = parseDocument(text, { version: '1.2', prettyErrors: false, logLevel: 'error' });
  const [error] = document.errors;
  if (error !== undefined) {
    report(source, error.pos[0], { code: 'lockfile-not-yaml', message: `the lockfile is ${parserWords(error)}`, help: rewrite });
    return { value: emptyLockfile, diagnostics: source.diagnostics };
  }
  const images: Record<string, Pin> = {};
  const found = entriesOf(source, document.contents, 'the lockfile');
  for (const entry of known(source, found, lockfileKeys)) {
    for (const image of entriesOf(source, entry.node, '`images`')) {
      const pin = readPin(source, image);
      if (pin !== undefined) images[image.key] = pin;
    }
  }
  return { value: { images }, diagnostics: source.diagnostics };
}

/** A lockfile while it is read. */
interface Source {
  readonly text: string;
  readonly path: string;
  readonly diagnostics: Diagnostic[];
}

/** One key of an object, with the offset where the key stands. */
interface Entry {
  readonly key: string;
  readonly offset: number;
  readonly node: unknown;
}

const rewrite = 'write `images:`, below it the image with its tag, and below that `digest: sha256:…`';

function readPin(source: Source, image: Entry): Pin | undefined {
  const before = source.diagnostics.length;
  const entries = known(source, entriesOf(source, image.node, `\`${image.key}\``), pinKeys);
  const digest = entries.find(({ key }) => key === 'digest');
  if (!taggedImage.test(image.key)) {
    const help = 'write the image as the chart does, with its tag: `nginx:1.27`';
    report(source, image.offset, { code: 'lockfile-image-without-tag', message: `image \`${image.key}\` does not end with a tag`, help });
    return undefined;
  }
  if (digest === undefined) {
    const message = `image \`${image.key}\` has no digest`;
    // A misspelt `digest` was told already.
    if (source.diagnostics.length === before) report(source, image.offset, { code: 'lockfile-no-digest', message, help: rewrite });
    return undefined;
  }
  const value = isScalar(digest.node) ? digest.node.value : undefined;
  if (typeof value === 'string' && digestForm.test(value)) return { digest: value, ...notesOf(entries) };
  const message = `the digest of \`${image.key}\` is \`${String(value ?? '')}\`, not \`sha256:\` and 64 hexadecimal digits in lower case`;
  report(source, digest.offset, { code: 'lockfile-bad-digest', message, help: rewrite });
  return undefined;
}

/** What is noted beside the digest, for people: nothing depends on it, so what is none is passed over. */
function notesOf(entries: readonly Entry[]): Omit<Pin, 'digest'> {
  const nodeOf = (name: string): unknown => entries.find(({ key }) => key === name)?.node;
  const [listed, pinned] = [nodeOf('platforms'), nodeOf('pinned')];
  const platforms = isSeq(listed)
    ? listed.items.flatMap((item) => (isScalar(item) && typeof item.value === 'string' ? [item.value] : []))
    : undefined;
  return {
    ...(platforms === undefined ? {} : { platforms }),
    ...(isScalar(pinned) && typeof pinned.value === 'string' ? { pinned: pinned.value } : {}),
  };
}

/** Those of `entries` that are among `keys`; the others are reported. */
function known(source: Source, entries: readonly Entry[], keys: readonly string[]): readonly Entry[] {
  for (const { key, offset } of entries.filter((entry) => !keys.includes(entry.key))) {
    const meant = didYouMean(key, keys);
    const help = meant === undefined ? `known here: ${keys.map((each) => `\`${each}\``).join(', ')}` : `did you mean \`${meant}\`?`;
    report(source, offset, { code: 'lockfile-unknown-key', message: `unknown key \`${key}\``, help });
  }
  return entries.filter((entry) => keys.includes(entry.key));
}

/** The entries of the object `node`, which messages call `name`; nothing counts as an empty object. */
function entriesOf(source: Source, node: unknown, name: string): readonly Entry[] {
  if (!isNode(node) || (isScalar(node) && node.value === null)) return [];
  const offset = node.range?.[0] ?? 0;
  if (!isMap(node)) {
    report(source, offset, { code: 'lockfile-wrong-type', message: `${name} must be an object`, help: rewrite });
    return [];
  }
  return node.items.map(({ key, value }) => ({
    key: isScalar(key) ? String(key.source ?? key.value) : '',
    offset: (isNode(key) ? key.range?.[0] : undefined) ?? offset,
    node: value,
  }));
}

function report(source: Source, offset: number, { code, message, help }: Pick<Diagnostic, 'code' | 'message'> & { help: string }): void {
  source.diagnostics.push({ code, severity: 'error', message, at: { file: source.path, ...placeAt(source.text, offset) }, help });
}
