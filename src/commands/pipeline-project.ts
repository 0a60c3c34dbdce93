import { posix } from 'node:path';
import type { Context } from '../cli/context.ts';
import { placeOfRendered } from '../compile/resolve.ts';
import type { Checked, Diagnostic } from '../model/diagnostic.ts';
import { forgeTypes } from '../model/forge.ts';
import { parseImage } from '../model/image.ts';
import { type PipelineProject, type PipelineSystem, usualImage } from '../pipeline/project.ts';
import type { Modules, World } from '../ports.ts';
import { usualRemote } from '../publish/latest.ts';
import { type LoadedEnvironment, loadEnvironments, selectEnvironments } from './load.ts';
import { isPlainBranch } from './option-values.ts';
import type { PipelineOptions } from './pipeline.ts';
import { depthOf, findAbove, readPackages } from './pipeline-packages.ts';

/** The options that files were made with. */
export type Settings = Readonly<Partial<Record<'branch' | 'image' | 'preview' | 'forge' | 'forgeUrl', string>>>;

/** What is asked for, and of which project. */
interface Asked {
  readonly system: PipelineSystem;
  readonly folder: string;
  readonly options: PipelineOptions;
  readonly before: Settings;
}

/** Reads what pipelines are written of. */
export async function readProject(context: Context, { system, folder, options, before }: Asked): Promise<Checked<PipelineProject>> {
  const { world } = context;
  const preview = options.preview === false ? undefined : (options.preview ?? before.preview);
  const loaded = await loadEnvironments(world);
  const { diagnostics } = selectEnvironments(loaded, preview === undefined ? [] : [preview]);
  const branch = await readBranch(world, options.branch ?? before.branch);
  const image = needsImage(system) ? await pinnedImage(context, options.image ?? before.image ?? usualImage) : noImage;
  const packages = await readPackages(world.files, folder);
  const places = loaded.value.map(({ environment }) => [environment.name, placeOfRendered(environment).branch] as const);
  return {
    value: {
      folder,
      watched: watchedFolder(world.modules, loaded.value, { folder, lock: packages.value.folder }),
      environments: loaded.value.map(({ environment }) => environment.name),
      shared: new Map(places.flatMap(([name, shared]) => (shared === undefined ? [] : [[name, shared] as const]))),
      branch: branch.value,
      image: image.value,
      preview,
      forge: { type: options.forge ?? forgeTypes.find((type) => type === before.forge), url: options.forgeUrl ?? before.forgeUrl },
      nodeFile: await findAbove(world.files, folder, ['.nvmrc', '.node-version']),
      packages: packages.value,
    },
    diagnostics: [...diagnostics, ...branch.diagnostics, ...image.diagnostics, ...(system === 'hook' ? [] : packages.diagnostics)],
  };
}

/**
 * The folder outside of which nothing changes what is rendered: that of the lock, since the members of a workspace stand below it; undefined
 * where modules are outside of that, or it is the root.
 */
function watchedFolder(
  modules: Pick<Modules, 'root' | 'graph'>,
  loaded: readonly LoadedEnvironment[],
  { folder, lock }: { readonly folder: string; readonly lock: string },
): string | undefined {
  if (lock === '') return undefined;
  const up = (levels: number): string => posix.join(modules.root, '../'.repeat(levels), '/');
  const [root, top] = [up(depthOf(folder)), up(depthOf(folder) - depthOf(lock))];
  const isOutside = loaded.some(({ file }) => modules.graph(file).some((path) => path.startsWith(root) && !path.startsWith(top)));
  return isOutside ? undefined : lock;
}

/** The folder of the project, from the root of its repository, where its name means itself wherever it is written. */
export async function readFolder(world: Pick<World, 'repository'>): Promise<Checked<string>> {
  const repository = await world.repository();
  try {
    const folder = (await repository.state()).prefix.replace(/\/$/, '');
    return { value: folder, diagnostics: folder === '' || isPlainBranch(folder) ? [] : [unfitFolder(folder)] };
  } finally {
    await repository.close();
  }
}

/** The branch that is named, or the default one of `origin`. */
async function readBranch(world: Pick<World, 'repository'>, named: string | undefined): Promise<Checked<string>> {
  const repository = await world.repository();
  try {
    const [standard] =
      named === undefined && (await repository.remotes()).includes(usualRemote) ? await repository.reviewedBranches(usualRemote) : [];
    const branch = named ?? standard ?? 'main';
    return { value: branch, diagnostics: isPlainBranch(branch) ? [] : [unfitBranch(branch)] };
  } finally {
    await repository.close();
  }
}

function needsImage(system: PipelineSystem): boolean {
  return system === 'gitlab' || system === 'jenkins' || system === 'tekton';
}

const noImage: Checked<string | undefined> = { value: undefined, diagnostics: [] };

/** An image with its digest: the one that is written, or the one that its registry tells. */
async function pinnedImage({ world, signal }: Context, text: string): Promise<Checked<string | undefined>> {
  const image = parseImage(text);
  if (image === undefined) return { value: undefined, diagnostics: [unfitImage(text)] };
  if (image.digest !== undefined) return { value: text, diagnostics: [] };
  const { digest } = await (await world.registry({ insecure: [] })).find(image, signal);
  return { value: `${text}@${digest}`, diagnostics: [] };
}

function unfitBranch(branch: string): Diagnostic {
  return {
    code: 'pipeline-branch-unfit',
    severity: 'error',
    message: `the branch \`${branch}\` cannot be named in a pipeline`,
    at: {},
    help: 'merge into a branch whose name is of letters, digits, `_`, `.`, `/` and `-`, and name it: `--branch main`',
  };
}

function unfitImage(text: string): Diagnostic {
  return {
    code: 'pipeline-image-unfit',
    severity: 'error',
    message: `\`${text}\` is no image`,
    at: {},
    help: `name one with Node.js and git: \`--image ${usualImage}\``,
  };
}

function unfitFolder(folder: string): Diagnostic {
  return {
    code: 'pipeline-folder-unfit',
    severity: 'error',
    message: `the folder \`${folder}\` of the project cannot be named in a pipeline`,
    at: {},
    help: 'call it, and the folders that it is in, by letters, digits, `_`, `.` and `-`',
  };
}
