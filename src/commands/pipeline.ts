import type { Command, Context } from '../cli/context.ts';
import { formatPipeline, pipelineDifferences } from '../cli/pipeline.ts';
import { type Checked, type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import { exitCodes } from '../model/failure.ts';
import { type ForgeType, forgeTypes } from '../model/forge.ts';
import { parseImage } from '../model/image.ts';
import { pipelineFiles } from '../pipeline/files.ts';
import { type PipelineChange, planPipeline, readSeal } from '../pipeline/plan.ts';
import { type PipelineProject, type PipelineSystem, pipelineSystems, usualImage } from '../pipeline/project.ts';
import { protectionOf } from '../pipeline/protection.ts';
import type { Files, World } from '../ports.ts';
import { usualRemote } from '../publish/latest.ts';
import { loadEnvironments, selectEnvironments } from './load.ts';
import { isPlainBranch } from './option-values.ts';
import { tell } from './tell.ts';

/** `lockstep pipeline`. */
export interface PipelineOptions {
  readonly system: string;
  readonly branch?: string;
  readonly image?: string;
  readonly forge?: ForgeType;
  readonly forgeUrl?: string;
  /** False is `--no-preview`. */
  readonly preview?: string | false;
  /** Writes nothing, and tells what would be. */
  readonly check: boolean;
  /** Writes over what somebody edited. */
  readonly force: boolean;
}

/** Writes the pipelines of a system, of what the project is, and tells how branches are protected there. */
export const pipeline: Command<PipelineOptions> = async (context, options) => {
  const { world } = context;
  const system = pipelineSystems.find((one) => one === options.system);
  if (system === undefined) return fail(context, [unknownSystem(options.system)]);
  const present = await presentFiles(world.files, system);
  const read = await readProject(context, { system, options, before: settingsBefore(present) });
  if (read.value === undefined || hasErrors(read.diagnostics)) return fail(context, read.diagnostics);
  const project = read.value;
  const files = pipelineFiles(system, project);
  for (const { path } of files) present.set(path, await world.files.read(path));
  const changes = planPipeline(files, { made: madeBy(system, project), present, isForced: options.force });
  const found = [...read.diagnostics, ...(options.check ? [] : changes.flatMap(problemOf))];
  const isWhole = !hasErrors(found);
  if (isWhole && !options.check) await write(world.files, changes);
  const differences = options.check ? pipelineDifferences(changes, system) : [];
  const exit = isWhole ? (differences.length > 0 ? exitCodes.difference : exitCodes.done) : exitCodes.input;
  const protection = protectionOf(system, project);
  await tell(context, {
    result: { files: changes.map(({ path, status }) => ({ path, status })), protection, diagnostics: found, exit },
    diagnostics: found,
    differences,
    environments: [],
    lines: isWhole ? formatPipeline({ system, changes, protection }, { isCheck: options.check, paint: context.paint.say }) : [],
  });
  return exit;
};

/** Where systems read pipelines: a file that was made before and is not any more is looked for there. */
const places: Readonly<Record<PipelineSystem, readonly string[]>> = {
  github: ['.github/workflows'],
  gitlab: [],
  jenkins: [],
  tekton: ['.tekton'],
  hook: ['.githooks'],
};

const single: Readonly<Partial<Record<PipelineSystem, string>>> = { gitlab: '.gitlab-ci.yml', jenkins: 'Jenkinsfile' };

/** The files that may be those of a system, with their texts. */
async function presentFiles(files: Pick<Files, 'list' | 'read'>, system: PipelineSystem): Promise<Map<string, string | undefined>> {
  const present = new Map<string, string | undefined>();
  for (const folder of places[system])
    for (const name of await files.list(folder)) present.set(`${folder}/${name}`, await files.read(`${folder}/${name}`));
  const path = single[system];
  if (path !== undefined) present.set(path, await files.read(path));
  return present;
}

/** The options that files were made with. */
type Settings = Readonly<Partial<Record<'branch' | 'image' | 'preview' | 'forge' | 'forgeUrl', string>>>;

const settingOptions: Readonly<Record<keyof Settings, string>> = {
  branch: '--branch',
  image: '--image',
  preview: '--preview',
  forge: '--forge',
  forgeUrl: '--forge-url',
};

/** What was said the last time counts until something else is said: so that the same command makes the same files. */
function settingsBefore(present: ReadonlyMap<string, string | undefined>): Settings {
  for (const text of present.values()) {
    const made = text === undefined ? undefined : readSeal(text);
    if (made === undefined) continue;
    const settingOf = (option: string): string | undefined => (made.includes(option) ? made[made.indexOf(option) + 1] : undefined);
    const found = Object.entries(settingOptions).map(([name, option]) => [name, settingOf(option)]);
    return Object.fromEntries(found.filter(([, value]) => value !== undefined));
  }
  return {};
}

function madeBy(system: PipelineSystem, { branch, image, preview, forge }: PipelineProject): readonly string[] {
  if (system === 'hook') return ['pipeline', system];
  const given: Readonly<Record<keyof Settings, string | undefined>> = { branch, image, preview, forge: forge.type, forgeUrl: forge.url };
  const options = (Object.keys(settingOptions) as (keyof Settings)[]).flatMap((name) => {
    const value = given[name];
    return value === undefined ? [] : [settingOptions[name], value];
  });
  return ['pipeline', system, ...options];
}

interface Asked {
  readonly system: PipelineSystem;
  readonly options: PipelineOptions;
  readonly before: Settings;
}

async function readProject(context: Context, { system, options, before }: Asked): Promise<Checked<PipelineProject | undefined>> {
  const { world } = context;
  const preview = options.preview === false ? undefined : (options.preview ?? before.preview);
  const loaded = await loadEnvironments(world);
  const { diagnostics } = selectEnvironments(loaded, preview === undefined ? [] : [preview]);
  const branch = await readBranch(world, options.branch ?? before.branch);
  const image = needsImage(system) ? await pinnedImage(context, options.image ?? before.image ?? usualImage) : noImage;
  const found = [...diagnostics, ...branch.diagnostics, ...image.diagnostics];
  const nodeFiles = ['.nvmrc', '.node-version'];
  const named = await Promise.all(nodeFiles.map((path) => world.files.read(path)));
  return {
    value: {
      environments: loaded.value.map(({ environment }) => environment.name),
      branch: branch.value,
      image: image.value,
      preview,
      forge: { type: options.forge ?? forgeTypes.find((type) => type === before.forge), url: options.forgeUrl ?? before.forgeUrl },
      nodeFile: nodeFiles.find((_, i) => named[i] !== undefined),
    },
    diagnostics: found,
  };
}

/** The branch that is named, or the default one of `origin`. */
async function readBranch(world: Pick<World, 'repository'>, named: string | undefined): Promise<Checked<string>> {
  const repository = await world.repository();
  try {
    const { prefix } = await repository.state();
    const diagnostics = prefix === '' ? [] : [notAtRoot(prefix)];
    if (prefix !== '') return { value: named ?? '', diagnostics };
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

async function write(files: Pick<Files, 'write' | 'remove'>, changes: readonly PipelineChange[]): Promise<void> {
  for (const change of changes) {
    if ('text' in change) await files.write(change.path, change.text);
    else if (change.status === 'removed') await files.remove(change.path);
  }
}

async function fail(context: Context, diagnostics: readonly Diagnostic[]): Promise<typeof exitCodes.input> {
  await tell(context, { result: { diagnostics, exit: exitCodes.input }, diagnostics, environments: [], lines: [] });
  return exitCodes.input;
}

function problemOf({ path, status }: PipelineChange): readonly Diagnostic[] {
  if (status !== 'edited') return [];
  return [
    {
      code: 'pipeline-file-edited',
      severity: 'error',
      message: `\`${path}\` is not as it was made, and what is in it would be lost`,
      at: { file: path },
      help: 'move what was added into a file of its own; if nothing of it is needed, say `--force`',
    },
  ];
}

function unknownSystem(name: string): Diagnostic {
  return {
    code: 'pipeline-system-unknown',
    severity: 'error',
    message: `\`${name}\` is no system that pipelines are written for`,
    at: {},
    help: `there are: ${pipelineSystems.map((one) => `\`${one}\``).join(', ')}`,
  };
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

function notAtRoot(prefix: string): Diagnostic {
  return {
    code: 'pipeline-not-root',
    severity: 'error',
    message: `the project is in the folder \`${prefix.replace(/\/$/, '')}\` of its repository: systems read pipelines at the root alone`,
    at: {},
    help: 'write the pipeline in a repository of the project alone, and take from it what yours lacks',
  };
}
