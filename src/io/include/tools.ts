import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { arch, platform as system, tmpdir } from 'node:os';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { Failure, messageOf } from '../../model/failure.ts';
import type { FoundTool, ToolName } from '../../model/inclusion.ts';
import { run } from './run.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** The variables that say where a program is. */
const variables: Readonly<Record<ToolName, string>> = { helm: 'LOCKSTEP_HELM', kustomize: 'LOCKSTEP_KUSTOMIZE' };

/** What programs are asked for their versions. */
const versionArgs: Readonly<Record<ToolName, readonly string[]>> = {
  helm: ['version', '--template', '{{.Version}}'],
  kustomize: ['version'],
};

/** The file of a program: where its variable says, or the first in `PATH`; undefined when there is none. */
export function pathOfTool(tool: ToolName, env: Variables, folder: string): string | undefined {
  const told = env[variables[tool]];
  if (told !== undefined && told !== '') return isFile(resolve(folder, told)) ? resolve(folder, told) : undefined;
  const name = system() === 'win32' ? `${tool}.exe` : tool;
  const folders = (env['PATH'] ?? '').split(delimiter).filter(isAbsolute);
  return folders.map((one) => join(one, name)).find(isFile);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

const goSystems: Readonly<Record<string, string>> = { win32: 'windows' };
const goMachines: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };

/** This machine's kind, as Go calls it. */
export const platform = `${goSystems[system()] ?? system()}-${goMachines[arch()] ?? arch()}`;

/** By file, with what tells that it has not changed. */
const digests = new Map<string, Promise<string>>();

/** The sha256 of a file of a program, in hexadecimal. Computed once as long as the file stays as it is. */
export function sha256OfFile(path: string): Promise<string> {
  const { size, mtimeMs, ino } = statSync(path);
  const key = JSON.stringify([path, size, mtimeMs, ino]);
  const known = digests.get(key) ?? digestOf(path);
  digests.set(key, known);
  return known;
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) hash.update(chunk);
  } catch (cause) {
    throw new Failure('file-unreadable', `\`${path}\` cannot be read: ${messageOf(cause)}`, { cause });
  }
  return hash.digest('hex');
}

/** The program that is installed, with its version as it says itself; undefined when there is none. Throws `Failure`. */
export async function findTool(
  tool: ToolName,
  { env, folder, signal }: { readonly env: Variables; readonly folder: string; readonly signal: AbortSignal },
): Promise<FoundTool | undefined> {
  const path = pathOfTool(tool, env, folder);
  if (path === undefined) return undefined;
  const [ran, sha256] = await Promise.all([
    run(path, versionArgs[tool], { cwd: tmpdir(), env: {}, input: '', signal }),
    sha256OfFile(path),
  ]);
  const version = ran.type === 'done' ? ran.text.trim().split(/\s/)[0] : undefined;
  if (version === undefined || !/^[\w.()+-]{1,64}$/.test(version)) {
    const why = ran.type === 'failed' ? `: ${ran.words.split('\n')[0]}` : '';
    throw new Failure('tool-unusable', `\`${path}\` does not say which version of \`${tool}\` it is${why}`, {
      help: `say by \`${variables[tool]}\` where another one is`,
    });
  }
  return { version, platform, sha256 };
}
