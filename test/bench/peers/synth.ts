import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../../controlplane/key.ts';
import { type Figure, measureSteps, NoFigure, type Subject } from '../measure.ts';
import { synthSizeOf } from '../synth.ts';

/** A tool that writes the YAML of the same objects as `lockstep synth`. */
export interface SynthPeer {
  readonly who: string;
  readonly program: string;
  readonly args: readonly string[];
  /** The project, by paths in its folder. */
  readonly files: Readonly<Record<string, string>>;
  /** The file that it writes; standard output where there is none. */
  readonly writes?: string;
}

/** What the tools are measured on. */
export interface SynthBench {
  readonly folder: string;
  readonly apps: number;
  readonly say: Subject['say'];
}

const root = resolve(import.meta.dirname, '..', '..', '..');
const execute = promisify(execFile);
/** After this many seconds a tool is ended. */
const patience = 120;

/** Measures a tool that keeps nothing between two runs: the second one, so that the program is in memory as Node is. */
export function measureSynthPeer(
  { who, program, args, files, writes }: SynthPeer,
  { folder, apps, say }: SynthBench,
): Promise<readonly Figure[]> {
  const project = join(folder, `${who}-${apps}`);
  const run = async (): Promise<string> => {
    const env = { PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`, HOME: project };
    const { stdout } = await execute(program, args, { cwd: project, env, maxBuffer: 1 << 30, timeout: patience * 1000 }).catch(slow);
    return writes === undefined ? stdout : readFileSync(join(project, writes), 'utf8');
  };
  return measureSteps({ who, say }, [
    {
      what: `synth of ${synthSizeOf(apps)} objects, cold`,
      async before() {
        writeProject(project, files);
        const count = (await run()).match(/^kind: /gm)?.length ?? 0;
        if (count !== synthSizeOf(apps)) throw new NoFigure('wrote something else', `${count} objects, not ${synthSizeOf(apps)}`);
      },
      run,
    },
  ]);
}

/** One that was ended because it took too long says so in its row. */
function slow(thrown: Error & { readonly killed?: boolean }): never {
  if (thrown.killed) throw new NoFigure(`gave up after ${patience} s`, 'it was still at it');
  throw thrown;
}

function writeProject(project: string, files: SynthPeer['files']): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), text);
  }
  symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'));
}

/** The version of cdk8s-cli that is measured. */
export const cdk8sVersion = '2.207.60';

/** Installs cdk8s-cli into the cache, once, and returns the path of its program. */
export async function installCdk8s(say: Subject['say']): Promise<string> {
  const folder = cacheFolder(process.env, join('bench', 'cdk8s-cli', cdk8sVersion));
  const program = join(folder, 'node_modules', 'cdk8s-cli', 'bin', 'cdk8s');
  if (existsSync(program)) return program;
  say(`installing cdk8s-cli ${cdk8sVersion}, once, into ${folder}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: { 'cdk8s-cli': cdk8sVersion } }));
  await execute('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: folder });
  return program;
}
