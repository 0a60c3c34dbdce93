import { createHash, type Hash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, messageOf } from '../../model/failure.ts';
import { archivedTemplates } from './archive.ts';
import { contentLimit, isTemplate, type RenderInput, type TemplateFile, tooLarge, Unreadable } from './input.ts';

/** What nobody renders, and is large. */
const skipped: ReadonlySet<string> = new Set(['.git', 'node_modules']);

const maxFiles = 20_000;
const maxDepth = 32;

/** The files below a folder, with paths from it and forward slashes, sorted. Links are followed, as Helm follows them. */
export function filesBelow(folder: string, name: string): readonly string[] {
  const files: string[] = [];
  let size = 0;
  const visit = (below: string, depth: number): void => {
    for (const entry of readdirSync(join(folder, below)).sort()) {
      const path = below === '' ? entry : `${below}/${entry}`;
      const stats = statSync(join(folder, path), { throwIfNoEntry: false });
      if (stats?.isDirectory() === true && !skipped.has(entry)) {
        if (depth === maxDepth) throw tooLarge(name);
        visit(path, depth + 1);
      } else if (stats?.isFile() === true) {
        files.push(path);
        size += stats.size;
        if (size > contentLimit || files.length > maxFiles) throw tooLarge(name);
      }
    }
  };
  visit('', 0);
  return files;
}

/** Adds files and their content to a hash. */
export function hashFiles(hash: Hash, folder: string, files: readonly string[]): void {
  for (const file of files) {
    const content = readFileSync(join(folder, file));
    hash.update(JSON.stringify([file, content.length])).update(content);
  }
}

/** A chart in the folder `name` of the project in `root`. Throws `Unreadable`. */
export function readChartFolder(root: string, name: string): RenderInput {
  const path = join(root, name);
  if (statSync(join(path, 'Chart.yaml'), { throwIfNoEntry: false })?.isFile() !== true) {
    throw new Unreadable({
      code: 'chart-missing',
      message: `there is no Helm chart in \`${name}\`: it has no \`Chart.yaml\``,
      help: 'correct the path: it is told from the root of the project',
    });
  }
  try {
    const files = filesBelow(path, name);
    const hash = createHash('sha256');
    hashFiles(hash, path, files);
    return { path, digest: hash.digest('hex'), templates: () => templatesIn(path, files) };
  } catch (cause) {
    if (cause instanceof Unreadable) throw cause;
    throw new Failure('file-unreadable', `\`${name}\` cannot be read: ${messageOf(cause)}`, { cause });
  }
}

/** Templates are named as Helm names them: below the name of the chart, which need not be that of its folder. */
function templatesIn(path: string, files: readonly string[]): readonly TemplateFile[] {
  const chart = /^name:\s*["']?([\w.-]+)/m.exec(readFileSync(join(path, 'Chart.yaml'), 'utf8'))?.[1] ?? '';
  const own = files.filter(isTemplate).map((file) => ({ path: `${chart}/${file}`, text: readFileSync(join(path, file), 'utf8') }));
  const packed = files.filter((file) => /^charts\/[^/]+\.tgz$/.test(file));
  return [...own, ...packed.flatMap((file) => archivedTemplates(readFileSync(join(path, file)), file).map(below(`${chart}/charts`)))];
}

function below(folder: string): (file: TemplateFile) => TemplateFile {
  return ({ path, text }) => ({ path: `${folder}/${path}`, text });
}
