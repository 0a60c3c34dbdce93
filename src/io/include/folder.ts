import { createHash, type Hash } from 'node:crypto';
import { readdirSync, readFileSync, realpathSync, type Stats, statSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import { dirname } from 'node:path/posix';
import { Failure, messageOf } from '../../model/failure.ts';
import { compareText } from '../../model/ref.ts';
import { archivedTemplates, below } from './archive.ts';
import { contentLimit, isPackedChart, mayBeTemplate, type RenderInput, type TemplateFile, tooLarge, Unreadable } from './input.ts';

/** Packages of others: large, and seldom read. */
export const modules = 'node_modules';

const maxFiles = 20_000;
const maxDepth = 32;

/** The files below a folder, with their bytes together. */
export interface FilesBelow {
  /** Paths from the folder with forward slashes, sorted. */
  readonly files: readonly string[];
  /** Those of the files, and of the folders above them, that are symbolic links. */
  readonly links: readonly string[];
  readonly size: number;
}

/**
 * The files below a folder. Links are followed, as Helm follows them; `skipped` are names of folders that nobody reads; `.git` is always one.
 * Throws `Unreadable`.
 */
export function filesBelow(folder: string, name: string, skipped: readonly string[] = []): FilesBelow {
  const files: string[] = [];
  const links: string[] = [];
  let size = 0;
  const visit = (path: string, depth: number): void => {
    const entries = readdirSync(join(folder, path), { withFileTypes: true });
    for (const found of entries.sort((a, b) => compareText(a.name, b.name))) {
      const entry = found.name;
      const here = path === '' ? entry : `${path}/${entry}`;
      const stats = statSync(join(folder, here), { throwIfNoEntry: false });
      if (stats !== undefined && found.isSymbolicLink()) links.push(here);
      if (stats?.isDirectory() === true && entry !== '.git' && !skipped.includes(entry)) {
        if (depth === maxDepth) throw tooLarge(name);
        visit(here, depth + 1);
      } else if (stats?.isFile() === true) {
        files.push(here);
        size += stats.size;
        if (size > contentLimit || files.length > maxFiles) throw tooLarge(name);
      }
    }
  };
  visit('', 0);
  return { files, links, size };
}

/** Adds files and their content to a hash. */
export function hashFiles(hash: Hash, folder: string, files: readonly string[]): void {
  for (const file of files) {
    const content = readFileSync(join(folder, file));
    hash.update(JSON.stringify([file, content.length])).update(content);
  }
}

/** What is there; undefined also where something keeps it from being looked at, as a name does that is too long for a file. */
export function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** Reads in the folder `name` of the project. What the system refuses is an outage. Throws `Unreadable` and `Failure`. */
export function reading<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof Unreadable || cause instanceof Failure) throw cause;
    throw new Failure('file-unreadable', `\`${name}\` cannot be read: ${messageOf(cause)}`, { cause });
  }
}

/** Whether a file or a folder is in the project, also when links are followed. */
export function isInside(root: string, path: string): boolean {
  const way = relative(realpathSync(root), realpathSync(path));
  return way === '' || !(way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way));
}

function linksOut(link: string): Unreadable {
  return new Unreadable({
    code: 'chart-linked',
    message: `\`${link}\` is a symbolic link that leads out of the project`,
    help: 'copy what is there into the project: what is rendered would change with it, and nobody would review that',
  });
}

/** A chart in the folder `name` of the project in `root`. Throws `Unreadable`. */
export function readChartFolder(root: string, name: string): RenderInput {
  const path = join(root, name);
  if (statOf(join(path, 'Chart.yaml'))?.isFile() !== true) {
    throw new Unreadable({
      code: 'chart-missing',
      message: `there is no Helm chart in \`${name}\`: it has no \`Chart.yaml\``,
      help: 'correct the path: it is told from the root of the project',
    });
  }
  return reading(name, () => {
    const found = filesBelow(path, name, ignoresModules(path) ? [modules] : []);
    const outside = ['', ...found.links].find((link) => !isInside(root, join(path, link)));
    if (outside !== undefined) throw linksOut(outside === '' ? name : `${name}/${outside}`);
    const hash = createHash('sha256');
    hashFiles(hash, path, found.files);
    return { path, digest: hash.digest('hex'), templates: () => reading(name, () => templatesIn(path, found)) };
  });
}

/** Whether Helm reads no packages of others, since the chart says so (helm.sh/docs/chart_template_guide/helm_ignore_file). */
function ignoresModules(path: string): boolean {
  const file = join(path, '.helmignore');
  if (statOf(file)?.isFile() !== true) return false;
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.trim());
  return lines.some((line) => line === modules || line === `${modules}/`) && !lines.some((line) => line.startsWith('!'));
}

/** Files are named as Helm names templates: below the name of the chart, which need not be that of its folder. */
function templatesIn(path: string, { files, size }: FilesBelow): readonly TemplateFile[] {
  const chart = /^name:\s*["']?([\w.-]+)/m.exec(readFileSync(join(path, 'Chart.yaml'), 'utf8'))?.[1] ?? '';
  const room = { bytes: contentLimit - size };
  return files.flatMap((file): readonly TemplateFile[] => {
    const content = readFileSync(join(path, file));
    if (isPackedChart(file)) return archivedTemplates(content, file, room).map(below(`${chart}/${dirname(file)}`));
    return mayBeTemplate(file, content.length) ? [{ path: `${chart}/${file}`, text: content.toString('utf8') }] : [];
  });
}
