import { accessSync, constants } from 'node:fs';
import { join, resolve } from 'node:path';
import { exitCodes, Failure } from '../../src/model/failure.ts';
import { ToolFailure } from '../support/toolfailure.ts';
import { type BuildOptions, type Built, buildPrograms } from './build.ts';
import { controlPlanePrograms, type ProgramName, type Programs, programNames } from './programs.ts';
import { progressOn } from './progress.ts';

/**
 * Finds a control plane's programs: in the folder that `KUBEBUILDER_ASSETS` names, the rest of them built; or all built
 * from source, which takes minutes the first time and is told on standard error. Throws a Failure that names the ways out.
 */
export async function findPrograms(options: BuildOptions = { env: process.env, progress: progressOn(process.stderr) }): Promise<Programs> {
  const assets = options.env['KUBEBUILDER_ASSETS'] ?? '';
  if (assets !== '') return inAssets(resolve(assets), options);
  return { ...programsOf(await buildPrograms(controlPlanePrograms, programNames, options)), notes: [] };
}

function programsOf({ folder, files }: Built) {
  const at = (name: ProgramName) => join(folder, name);
  return {
    etcd: at('etcd'),
    'kube-apiserver': at('kube-apiserver'),
    kubectl: at('kubectl'),
    'kube-controller-manager': at('kube-controller-manager'),
    'kube-scheduler': at('kube-scheduler'),
    kwok: { program: at('kwok'), stages: files },
  };
}

/** envtest's folders have a server and kubectl; kwok is always built, since its stages come with its source. */
async function inAssets(assets: string, options: BuildOptions): Promise<Programs> {
  const present = programNames.filter((name) => name !== 'kwok' && isProgram(join(assets, name)));
  const needed = (['etcd', 'kube-apiserver'] as const).filter((name) => !present.includes(name));
  if (needed.length > 0) throw assetsIncomplete(assets, needed);
  const absent = programNames.filter((name) => !present.includes(name));
  const there = Object.fromEntries(present.map((name) => [name, join(assets, name)]));
  const { rest, notes } = await buildRest(absent, options);
  return { etcd: join(assets, 'etcd'), 'kube-apiserver': join(assets, 'kube-apiserver'), ...rest, ...there, notes };
}

async function buildRest(absent: readonly ProgramName[], options: BuildOptions) {
  try {
    const all = programsOf(await buildPrograms(controlPlanePrograms, absent, options));
    const rest = Object.fromEntries(Object.entries(all).filter(([name]) => absent.some((one) => one === name)));
    return { rest, notes: [`KUBEBUILDER_ASSETS lacks ${listed(absent)}: built from source`] };
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    return { rest: {}, notes: [`KUBEBUILDER_ASSETS lacks ${listed(absent)}, left out: ${thrown.message}`] };
  }
}

function assetsIncomplete(assets: string, names: readonly ProgramName[]): Failure {
  return new ToolFailure('assets-incomplete', `KUBEBUILDER_ASSETS is \`${assets}\`, where ${listed(names)} cannot be run`, {
    help: 'set it to a folder that `setup-envtest use 1.35 -p path` prints, or unset it to build a control plane from source',
    exit: exitCodes.input,
  });
}

function listed(names: readonly ProgramName[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
