import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml';
import { shownUrl } from '../../model/url.ts';
import { filesBelow, hashFiles, isInside, modules, reading, statOf } from './folder.ts';
import { type RenderInput, Unreadable } from './input.ts';

/** What kustomize takes for the name of a kustomization (sigs.k8s.io/kustomize, konfig). */
const names = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** Fields whose entries may be folders with kustomizations of their own. */
const folders = ['resources', 'bases', 'components', 'generators', 'transformers', 'validators'];

/** Fields that make kustomize run another program. */
const running = ['helmCharts', 'helmChartInflationGenerator', 'helmGlobals'];

/**
 * The kustomization in the folder `name` of the project in `root`, with all folders that it takes from: kustomize reads nothing outside
 * of them. What is not in the project is refused. Throws `Unreadable`.
 */
export function readKustomization(root: string, name: string): RenderInput {
  return reading(name, () => readFolders(root, name));
}

function readFolders(root: string, name: string): RenderInput {
  const path = join(root, name);
  const found = new Map<string, readonly string[]>();
  const take = (folder: string): void => {
    if (found.has(folder)) return;
    const shown = relative(root, folder).split(sep).join('/') || '.';
    const file = names.find((one) => isFile(join(folder, one)));
    if (file === undefined) {
      const message = `there is no kustomization in \`${shown}\`: it has no \`kustomization.yaml\``;
      throw new Unreadable({ code: 'chart-missing', message, help: 'correct the path: it is told from the root of the project' });
    }
    found.set(folder, filesOf(folder, shown));
    for (const below of foldersOf({ root, folder, file: `${shown}/${file}` }, readFileSync(join(folder, file), 'utf8'))) take(below);
  };
  if (statOf(path) !== undefined && !isInside(root, path)) throw outside(name);
  take(path);
  const hash = createHash('sha256');
  for (const [folder, files] of [...found].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(relative(path, folder));
    hashFiles(hash, folder, files);
  }
  return { path, digest: hash.digest('hex'), templates: () => [] };
}

/** All files below a folder; packages of others only where something names them, since there are many of them at the root of a project. */
function filesOf(folder: string, name: string): readonly string[] {
  const { files } = filesBelow(folder, name, [modules]);
  const settings = files.filter((file) => /\.ya?ml$|(?:^|\/)Kustomization$/.test(file));
  const isNamed = settings.some((file) => readFileSync(join(folder, file)).includes(modules));
  return isNamed ? filesBelow(folder, name).files : files;
}

/** The root of the project, the folder of a kustomization, and its file, from the root. */
interface Place {
  readonly root: string;
  readonly folder: string;
  readonly file: string;
}

/** The folders that a kustomization takes from. Throws `Unreadable` where it takes from elsewhere. */
function foldersOf({ root, folder, file }: Place, text: string): readonly string[] {
  const lines = new LineCounter();
  const documents = documentsIn(text, file, lines);
  const lineOf = (node: Node): number => lines.linePos(node.range?.[0] ?? 0).line;
  const below: string[] = [];
  for (const document of documents) {
    for (const { key, value } of isMap<Node, Node | null>(document.contents) ? document.contents.items : []) {
      const field = String(isScalar(key) ? key.value : '');
      if (running.includes(field)) throw runs(field, { file, line: lineOf(key) });
      for (const text of textsIn(value, document)) {
        const entry = String(text.value);
        if (isRemote(folder, entry, folders.includes(field))) throw remote(entry, { file, line: lineOf(text) });
        if (!folders.includes(field) || !isFolder(resolve(folder, entry))) continue;
        if (!isInside(root, resolve(folder, entry))) throw outside(entry, { file, line: lineOf(text) });
        below.push(resolve(folder, entry));
      }
    }
  }
  return below;
}

/** What kustomize reads of a text. What is no YAML it tells itself. Throws `Unreadable` for what nobody can read. */
function documentsIn(text: string, file: string, lineCounter: LineCounter): readonly Document.Parsed[] {
  try {
    return parseAllDocuments(text, { lineCounter, logLevel: 'silent' });
  } catch {
    // The parser recurses.
    throw new Unreadable({ code: 'chart-unreadable', message: `\`${file}\` is nested too deeply to be read` });
  }
}

/** A text with its place. */
type Text = Node & { readonly value: unknown };

/** As deep as files are named in a kustomization, with some room: an alias may stand for what it is in. */
const maxNesting = 16;

/** The texts in a value that stand for files: entries of lists, and what is called `path` or stands in lists of files. */
function textsIn(node: Node | null, document: Document.Parsed, depth = 0): readonly Text[] {
  if (depth > maxNesting) return [];
  const below = (inner: Node | null): readonly Text[] => textsIn(inner, document, depth + 1);
  if (isAlias(node)) return below(node.resolve(document) ?? null);
  if (isScalar(node)) return typeof node.value === 'string' ? [node as Text] : [];
  if (isSeq<Node>(node)) return node.items.flatMap(below);
  if (!isMap<Node, Node | null>(node)) return [];
  return node.items.flatMap(({ key, value }) =>
    /^(?:path|files|envs?)$/.test(String(isScalar(key) ? key.value : '')) ? below(value) : [],
  );
}

/** Whether kustomize would fetch what an entry names: a URL, or a repository that is written like a path. */
function isRemote(folder: string, entry: string, mayBeFolder: boolean): boolean {
  if (entry.includes('\n')) return false;
  if (/^(?:[a-z][\w+.-]*::)?[a-z][\w+.-]*:\/\//i.test(entry)) return true;
  if (!mayBeFolder || statOf(resolve(folder, entry)) !== undefined) return false;
  return /^[\w.-]+@[\w.-]+:|^(?:github\.com|gitlab\.com|bitbucket\.org)[/:]|[?&]ref=|\.git(?:\/|$)/i.test(entry);
}

function outside(entry: string, here?: Here): Unreadable {
  const help = 'copy it into the project: what is elsewhere is another thing on another machine';
  return new Unreadable({ code: 'kustomization-remote', message: `\`${entry}\` is outside of the project`, ...here, help });
}

interface Here {
  readonly file: string;
  readonly line: number;
}

function remote(entry: string, here: Here): Unreadable {
  const message = `\`${shownUrl(entry)}\` is not in the project, and nothing is fetched when an environment is rendered`;
  return new Unreadable({ code: 'kustomization-remote', message, ...here, help: 'copy it into the project, and name the copy' });
}

function runs(field: string, here: Here): Unreadable {
  const message = `\`${field}\` makes kustomize run another program`;
  return new Unreadable({
    code: 'kustomization-runs',
    message,
    ...here,
    help: 'include the chart by `HelmChart`, and change what it renders by `patches`',
  });
}

function isFile(path: string): boolean {
  return statOf(path)?.isFile() === true;
}

function isFolder(path: string): boolean {
  return statOf(path)?.isDirectory() === true;
}
