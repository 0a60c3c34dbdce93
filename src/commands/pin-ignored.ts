import { quotedList } from '../compile/wording.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { Failure } from '../model/failure.ts';
import type { IgnoredPath } from '../ports/git.ts';
import type { World } from '../ports.ts';

/** Warns of archives of charts that git leaves out of commits: nobody else would have them. Without a repository there is nothing to tell. */
export async function toldIgnored(world: Pick<World, 'repository'>, archives: readonly string[]): Promise<readonly Diagnostic[]> {
  if (archives.length === 0) return [];
  const all = await ignoredOf(world, [...new Set([...archives.flatMap(foldersAbove), ...archives])]);
  const ignored = all.filter(({ path }) => archives.includes(path));
  const causes = [...new Set(ignored.map(causeOf))];
  return causes.map((cause) =>
    warning(
      ignored.filter((one) => causeOf(one) === cause),
      all,
    ),
  );
}

async function ignoredOf(world: Pick<World, 'repository'>, paths: readonly string[]): Promise<readonly IgnoredPath[]> {
  try {
    const repository = await world.repository();
    try {
      return await repository.ignored(paths);
    } finally {
      await repository.close();
    }
  } catch (thrown) {
    // What is pinned is pinned without git, too.
    if (thrown instanceof Failure && thrown.code !== 'interrupted') return [];
    throw thrown;
  }
}

/** `a/` and `a/b/` for `a/b/c`. */
function foldersAbove(path: string): readonly string[] {
  const steps = path.split('/').slice(0, -1);
  return steps.map((_, i) => `${steps.slice(0, i + 1).join('/')}/`);
}

function causeOf({ file, line }: IgnoredPath): string {
  return `${file}:${line}`;
}

/** As many archives as are named. */
const named = 3;

/** The warning of archives that one pattern fits. */
function warning(ignored: readonly IgnoredPath[], all: readonly IgnoredPath[]): Diagnostic {
  const [first] = ignored;
  const more = ignored.length > named ? ` and ${ignored.length - named} more` : '';
  const paths = `${quotedList(ignored.slice(0, named).map(({ path }) => path))}${more}`;
  const where = `\`${first?.pattern}\` in \`${first?.file}\`, line ${first?.line}`;
  return {
    code: 'chart-ignored',
    severity: 'warning',
    message: `git leaves ${paths} out of commits, by ${where}: nobody else could render what needs it`,
    at: {},
    help: `${remedyFor(ignored, all)}, or commit what there is by \`git add --force\``,
  };
}

/**
 * A line that takes archives back in. Nothing below a folder that is left out can be (gitignore(5)), so that it has to be the folder; and what
 * stands in a folder counts more than what stands above it.
 */
function remedyFor(ignored: readonly IgnoredPath[], all: readonly IgnoredPath[]): string {
  if (ignored.some(({ file }) => /(?:^|\/)vendor\/(?:.*\/)?\.gitignore$/.test(file))) return 'take that line out';
  const tops = ignored.map(({ path }) => all.find((one) => path.startsWith(one.path))?.path ?? path);
  const folders = [...new Set(tops.filter((top) => top.endsWith('/')))];
  const lines = folders.length > 0 ? folders.map((folder) => `!/${folder}`) : ['!/vendor/helm/**/*.tgz'];
  return `write ${quotedList(lines)} at the end of the \`.gitignore\` of the project`;
}
