import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The files of the build that `lockstep agent` needs, copied into a folder of their own: `node --import tsx deploy/agent-files.ts <folder>`.
 * What compiles environments is not among them, and no package is needed beside them.
 */

interface Output {
  readonly entryPoint?: string;
  readonly imports: readonly { readonly path: string; readonly kind: string; readonly external?: boolean }[];
}

/** What the build wrote of itself (esbuild's metafile). */
export interface Build {
  readonly outputs: Readonly<Record<string, Output>>;
}

/** What an agent asks for of all that the program and its world load only when they are asked. What those ask for comes along. */
export const agentParts: readonly string[] = [
  'src/commands/agent.ts',
  'src/io/forge/forge.ts',
  'src/io/forge/secret.ts',
  'src/io/git/address.ts',
  'src/io/git/folder-source.ts',
  'src/io/git/secret-source.ts',
  'src/io/git/shared.ts',
  'src/io/git/source.ts',
  'src/io/hook-secret.ts',
  'src/io/kube/cluster.ts',
  'src/io/kube/config.ts',
  'src/io/serve.ts',
];

const main = 'src/main.ts';

/** The paths of the files, as they stand in the build, sorted; and `package.json`, which says the version. */
export function agentFiles({ outputs }: Build): readonly string[] {
  const entry = (part: string): string => {
    const [path] = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === part) ?? [];
    if (path === undefined) throw new Error(`${part} is no entry of the build`);
    return path;
  };
  const found = new Set<string>();
  const visit = (path: string): void => {
    if (found.has(path)) return;
    found.add(path);
    for (const { path: next, kind, external } of outputs[path]?.imports ?? [])
      if (!external && (kind === 'import-statement' || path !== entry(main))) visit(next);
  };
  for (const part of [main, ...agentParts]) visit(entry(part));
  return ['package.json', ...found].sort();
}

/** Copies the files into `folder`. */
export function copyAgent(folder: string): void {
  const build = JSON.parse(readFileSync('build/meta.json', 'utf8')) as Build;
  for (const path of agentFiles(build)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    copyFileSync(path, join(folder, path));
  }
}

const [, , target] = process.argv;
if (import.meta.filename === process.argv[1] && target !== undefined) copyAgent(target);
