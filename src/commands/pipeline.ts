import type { Command, Context } from '../cli/context.ts';
import { formatPipeline, pipelineDifferences } from '../cli/pipeline.ts';
import { type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import { exitCodes } from '../model/failure.ts';
import type { ForgeType } from '../model/forge.ts';
import { pipelineFiles } from '../pipeline/files.ts';
import { type Made, type PipelineChange, planPipeline, readSeal } from '../pipeline/plan.ts';
import { type PipelineProject, type PipelineSystem, pipelineSystems } from '../pipeline/project.ts';
import { protectionOf } from '../pipeline/protection.ts';
import type { Files } from '../ports.ts';
import { pathToRoot } from './pipeline-packages.ts';
import { readFolder, readProject, type Settings } from './pipeline-project.ts';
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
  const place = await readFolder(world);
  if (hasErrors(place.diagnostics)) return fail(context, place.diagnostics);
  const folder = place.value;
  const root = filesAtRoot(world.files, folder);
  const present = await presentFiles(root, system, folder);
  const read = await readProject(context, { system, folder, options, before: settingsBefore(present, { system, folder }) });
  if (hasErrors(read.diagnostics)) return fail(context, read.diagnostics);
  const project = read.value;
  const files = pipelineFiles(system, project);
  for (const { path } of files) present.set(path, await root.read(path));
  const changes = planPipeline(files, { made: madeBy(system, project), present, isForced: options.force });
  const found = [...read.diagnostics, ...(options.check ? [] : changes.flatMap(problemOf))];
  const isWhole = !hasErrors(found);
  if (isWhole && !options.check) await write(root, changes);
  const differences = options.check ? pipelineDifferences(changes, system) : [];
  const exit = isWhole ? (differences.length > 0 ? exitCodes.difference : exitCodes.done) : exitCodes.input;
  const protection = protectionOf(system, project);
  await tell(context, {
    result: { files: changes.map(({ path, status }) => ({ path, status })), protection, diagnostics: found, exit },
    diagnostics: found,
    differences,
    environments: [],
    lines: isWhole ? formatPipeline({ system, folder, changes, protection }, { isCheck: options.check, paint: context.paint.say }) : [],
  });
  return exit;
};

/** Where systems read pipelines: a file that was made before and is not any more is looked for there. */
const places: Readonly<Record<PipelineSystem, readonly string[]>> = {
  github: ['.github/workflows'],
  gitlab: ['.gitlab'],
  jenkins: [],
  tekton: ['.tekton'],
  hook: [],
};

/** A file that is no other one than it was. */
const single: Readonly<Partial<Record<PipelineSystem, (below: string) => string>>> = {
  gitlab: () => '.gitlab-ci.yml',
  jenkins: (below) => `${below}Jenkinsfile`,
  hook: (below) => `${below}.githooks/pre-commit`,
};

/** The files that may be those of a system, with their texts. */
async function presentFiles(
  files: Pick<Files, 'list' | 'read'>,
  system: PipelineSystem,
  folder: string,
): Promise<Map<string, string | undefined>> {
  const present = new Map<string, string | undefined>();
  for (const place of places[system])
    for (const name of await files.list(place)) present.set(`${place}/${name}`, await files.read(`${place}/${name}`));
  const path = single[system]?.(folder === '' ? '' : `${folder}/`);
  if (path !== undefined) present.set(path, await files.read(path));
  return present;
}

type RootFiles = Pick<Files, 'list' | 'read' | 'write' | 'remove'>;

/** The files of the repository, by paths from its root. */
function filesAtRoot(files: RootFiles, folder: string): RootFiles {
  const up = pathToRoot(folder);
  return {
    list: (path) => files.list(`${up}${path}`),
    read: (path) => files.read(`${up}${path}`),
    write: (path, content) => files.write(`${up}${path}`, content),
    remove: (path) => files.remove(`${up}${path}`),
  };
}

const settingOptions: Readonly<Record<keyof Settings, string>> = {
  branch: '--branch',
  image: '--image',
  preview: '--preview',
  forge: '--forge',
  forgeUrl: '--forge-url',
};

/** What was said the last time counts until something else is said: so that the same command makes the same files. */
function settingsBefore(
  present: ReadonlyMap<string, string | undefined>,
  { system, folder }: { readonly system: PipelineSystem; readonly folder: string },
): Settings {
  for (const text of present.values()) {
    const made = text === undefined ? undefined : readSeal(text);
    if (made === undefined || made.words[1] !== system || made.folder !== folder) continue;
    const { words } = made;
    const settingOf = (option: string): string | undefined => (words.includes(option) ? words[words.indexOf(option) + 1] : undefined);
    const found = Object.entries(settingOptions).map(([name, option]) => [name, settingOf(option)]);
    return Object.fromEntries(found.filter(([, value]) => value !== undefined));
  }
  return {};
}

function madeBy(system: PipelineSystem, { folder, branch, image, preview, forge }: PipelineProject): Made {
  if (system === 'hook') return { words: ['pipeline', system], folder };
  const given: Readonly<Record<keyof Settings, string | undefined>> = { branch, image, preview, forge: forge.type, forgeUrl: forge.url };
  const options = (Object.keys(settingOptions) as (keyof Settings)[]).flatMap((name) => {
    const value = given[name];
    return value === undefined ? [] : [settingOptions[name], value];
  });
  return { words: ['pipeline', system, ...options], folder };
}

async function write(files: RootFiles, changes: readonly PipelineChange[]): Promise<void> {
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
