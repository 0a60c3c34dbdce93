import { Failure } from '../../model/failure.ts';
import type { RenderedFile } from '../../model/rendered.ts';
import { besidePaths } from '../../model/shared-branch.ts';
import type { Signature } from '../../model/signature.ts';
import type { NewCommit, ReplacedFiles } from '../../ports.ts';
import { requireId } from './names.ts';
import { listFiles, type ObjectFormat, treeOf } from './objects.ts';
import { type Git, gitText } from './run.ts';
import { signCommit } from './signing.ts';

/** How a repository names its objects. */
export interface Naming {
  readonly format: ObjectFormat;
  readonly blobOf: (text: string) => string;
}

/** What a commit holds beside what it is asked to: its content stands in a folder of that. */
export interface Surroundings {
  readonly folder: string;
  /** The commit whose other files are there, too. */
  readonly base: string | undefined;
  /** Files of the root. */
  readonly beside: readonly RenderedFile[];
  /** A second parent. */
  readonly merged?: string | undefined;
}

/**
 * Writes a commit through one `git fast-import` and returns its id. Work tree, index and refs stay as they are. Blobs
 * that the parent has are named instead of sent, so the cost follows what changed. Equal input gives an equal id, unless it is signed.
 */
export async function writeCommit(
  git: Git,
  commit: NewCommit,
  naming: Naming & { readonly around?: Surroundings | undefined },
): Promise<string> {
  const { around } = naming;
  const content = await contentLines(git, commit, naming);
  const tree = around === undefined ? content : [...(await surroundingLines(git, around)), ...content];
  // A file system that ignores case must not decide which paths are one.
  const importer: Git = { ...git, before: [...git.before, '-c', 'core.ignoreCase=false'] };
  const merged = around?.merged;
  const stdin = Buffer.concat([...headLines({ ...commit, merged }), ...tree, ...tailLines(naming)]);
  const written = requireId(
    await gitText(importer, ['fast-import', '--quiet', '--force', '--date-format=raw-permissive'], { stdin, timeLimit: 600_000 }),
  );
  return commit.isSigned ? signCommit(git, await treeOf(git, written), { ...commit, merged }) : written;
}

/** The name that fast-import wants for a branch; it is reset within the same stream, so the ref never exists. */
const passingRef = 'refs/lockstep/import';

function headLines({ author, committer, message, parent, merged }: NewCommit & Pick<Surroundings, 'merged'>): readonly Buffer[] {
  const lines = [
    'feature done',
    `commit ${passingRef}`,
    'mark :1',
    `author ${formatSignature(author)}`,
    `committer ${formatSignature(committer)}`,
  ];
  const parents = [
    ...(parent === undefined ? [] : [`from ${requireId(parent)}\n`]),
    ...(merged === undefined ? [] : [`merge ${requireId(merged)}\n`]),
  ];
  return [Buffer.from(`${lines.join('\n')}\n`), data(message), Buffer.from(`${parents.join('')}deleteall\n`)];
}

function tailLines({ format }: Naming): readonly Buffer[] {
  return [Buffer.from(`\nget-mark :1\nreset ${passingRef}\nfrom ${'0'.repeat(format === 'sha256' ? 64 : 40)}\n\ndone\n`)];
}

async function contentLines(
  git: Git,
  { content, parent }: NewCommit,
  { around, ...naming }: Naming & { readonly around?: Surroundings | undefined },
): Promise<readonly Buffer[]> {
  const folder = around?.folder ?? '';
  if ('tree' in content) return treeLines(content.tree, '');
  if ('sameAs' in content) return treeLines(await treeOf(git, content.sameAs, folder), folder);
  if ('of' in content) return replacedLines(git, content, folder);
  return fileLines(git, content, { parent, folder, naming });
}

/** The files of another commit, without those that are made anew. */
async function surroundingLines(git: Git, { folder, base, beside }: Surroundings): Promise<readonly Buffer[]> {
  const anew = [folder, ...besidePaths].map((path) => Buffer.from(`D ${quote(path)}\n`));
  const there = base === undefined ? [] : [...treeLines(await treeOf(git, base), ''), ...anew];
  return [...there, ...beside.flatMap(({ path, text }) => [Buffer.from(`M 100644 inline ${quote(path)}\n`), data(text)])];
}

function treeLines(tree: string, folder: string): readonly Buffer[] {
  return [Buffer.from(`M 040000 ${requireId(tree)} ${quote(folder)}\n`)];
}

async function fileLines(
  git: Git,
  files: readonly RenderedFile[],
  { parent, folder, naming }: { readonly parent: string | undefined; readonly folder: string; readonly naming: Naming },
): Promise<readonly Buffer[]> {
  requirePaths(files.map(({ path }) => path));
  const here = new Set(parent === undefined ? [] : (await listFiles(git, parent, folder)).map(({ blob }) => blob));
  return files.flatMap(({ path, text }) => {
    const blob = naming.blobOf(text);
    const there = quote(below(folder, path));
    if (here.has(blob)) return [Buffer.from(`M 100644 ${blob} ${there}\n`)];
    return [Buffer.from(`M 100644 inline ${there}\n`), data(text)];
  });
}

/** A file that is written keeps what the commit says of who may run it. */
async function replacedLines(git: Git, { of, written, removed }: ReplacedFiles, folder: string): Promise<readonly Buffer[]> {
  const modes = new Map((await listFiles(git, of, folder)).map(({ path, mode }) => [path, mode]));
  const gone = new Set(removed);
  requirePaths([...new Set([...[...modes.keys()].filter((path) => !gone.has(path)), ...written.map(({ path }) => path)])]);
  const modeOf = (path: string): string => (modes.get(path) === '100755' ? '100755' : '100644');
  const there = (path: string): string => quote(below(folder, path));
  return [
    ...treeLines(await treeOf(git, of, folder), folder),
    ...removed.filter((path) => modes.has(path)).map((path) => Buffer.from(`D ${there(path)}\n`)),
    ...written.flatMap(({ path, text }) => [Buffer.from(`M ${modeOf(path)} inline ${there(path)}\n`), data(text)]),
  ];
}

function below(folder: string, path: string): string {
  return folder === '' ? path : `${folder}/${path}`;
}

function data(text: string | Buffer): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from(`data ${bytes.length}\n`), bytes, Buffer.from('\n')]);
}

function quote(path: string): string {
  return `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

/** `Name <email> seconds zone`, without the characters that git's own commands take out of names. */
function formatSignature({ name, email, date }: Signature): string {
  const clean = (text: string): string => text.replace(/[<>\n\0]/g, '').trim();
  return `${clean(name)} <${clean(email)}> ${date}`.trimStart();
}

/** fast-import takes any path: two files on one path, or a file that is also a folder, would silently lose one. */
function requirePaths(paths: readonly string[]): void {
  const files = new Set(paths);
  if (files.size < paths.length) throw badPath(paths.find((path, index) => paths.indexOf(path) !== index) ?? '', 'it is there twice');
  for (const path of paths) {
    const parts = path.split('/');
    if (parts.some(isUnsafe) || path.includes('\0')) throw badPath(path, 'a part of it is empty, `.`, `..` or `.git`');
    if (parts.some((_, length) => length > 0 && files.has(parts.slice(0, length).join('/'))))
      throw badPath(path, 'a folder of it is also a file');
  }
}

function isUnsafe(part: string): boolean {
  return part === '' || part === '.' || part === '..' || part.toLowerCase() === '.git';
}

function badPath(path: string, why: string): Failure {
  return new Failure('git-path', `\`${path}\` cannot be committed: ${why}`);
}
