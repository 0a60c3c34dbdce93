import { commandLine } from '../cli/command-line.ts';
import type { Command } from '../cli/context.ts';
import { formatImport, importDifferences } from '../cli/import.ts';
import { readImportsLock, writeImportsLock } from '../codec/imports-lock.ts';
import { quotedList } from '../compile/wording.ts';
import { filesMade, type ReadSource } from '../imports/made.ts';
import { type ImportPlan, planImport, sharingFiles, staleFiles } from '../imports/plan.ts';
import { sourceName } from '../imports/sources.ts';
import { type Checked, type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import { exitCodes } from '../model/failure.ts';
import { emptyImportsLock, type ImportsLock, importsFolder, importsLockName } from '../model/imports-lock.ts';
import type { World } from '../ports.ts';
import { readSource } from './import-sources.ts';
import { overtaken, replaceLock } from './locks.ts';
import { tell } from './tell.ts';

/** `lockstep import`. */
export interface ImportOptions {
  /** None means all that was imported before. */
  readonly what: readonly string[];
  /** The folder of what is made, relative to the project. */
  readonly out: string;
  /** Writes nothing, and tells what would be. */
  readonly check: boolean;
  /** Takes sources that are not what they were. */
  readonly update: boolean;
}

/** Makes typed constructs of CustomResourceDefinitions, and of Kubernetes' own kinds. */
export const importKinds: Command<ImportOptions> = async (context, options) => {
  const { world, signal } = context;
  const out = options.out.replace(/\/+$/, '');
  const before = await world.files.read(`${out}/${importsLockName}`);
  const lock = before === undefined ? noLock : readImportsLock(before, `${out}/${importsLockName}`);
  const names = options.what.length > 0 ? [...new Set(options.what.map(sourceName))] : Object.keys(lock.value.sources);
  const nothing = names.length === 0 && !hasErrors(lock.diagnostics) ? [nothingNamed] : [];
  const read = hasErrors(lock.diagnostics) ? nothingRead : await readAll(names, lock.value, (name) => readSource(world, name, signal));
  const made = filesMade(read.value);
  const found: Diagnostic[] = [...lock.diagnostics, ...nothing, ...read.diagnostics, ...made.diagnostics];
  const plan = hasErrors(found) ? undefined : await planAll(world.files, { out, read: read.value, lock: lock.value, made: made.value });
  const problems = plan === undefined || options.check ? [] : problemsOf(plan, { out, isUpdate: options.update });
  found.push(...problems);
  const isWhole = plan !== undefined && problems.length === 0;
  if (isWhole && !options.check && !(await write(world.files, { out, plan, before }))) throw overtaken(`${out}/${importsLockName}`);
  const differences = plan !== undefined && options.check ? importDifferences(plan, out) : [];
  const exit = hasErrors(found) ? exitCodes.input : differences.length > 0 ? exitCodes.difference : exitCodes.done;
  const result = {
    files: (plan?.files ?? []).map(({ path, status }) => ({ path: `${out}/${path}`, status })),
    sources: plan?.sources ?? [],
  };
  await tell(context, {
    result: { ...result, diagnostics: found, exit },
    diagnostics: found,
    differences,
    environments: [],
    lines: plan === undefined ? [] : formatImport(plan, { out, isCheck: options.check, isWhole }, context.paint.say),
  });
  return exit;
};

const nothingRead: Checked<readonly ReadSource[]> = { value: [], diagnostics: [] };

const nothingNamed: Diagnostic = {
  code: 'import-nothing',
  severity: 'error',
  message: 'nothing is named to be imported, and nothing has been imported before',
  at: {},
  help: 'name a file or a folder with CustomResourceDefinitions, an https URL, an environment, or `kubernetes@1.35`',
};

const noLock: Checked<ImportsLock> = { value: emptyImportsLock, diagnostics: [] };

/** Reads what is named, and what else was imported into the same files. */
async function readAll(
  names: readonly string[],
  lock: ImportsLock,
  readOne: (name: string) => Promise<Checked<ReadSource | undefined>>,
): Promise<Checked<readonly ReadSource[]>> {
  const value: ReadSource[] = [];
  const diagnostics: Diagnostic[] = [];
  for (let waiting = names; waiting.length > 0; waiting = sharingFiles(value, lock)) {
    for (const name of waiting) {
      const read = await readOne(name);
      diagnostics.push(...read.diagnostics);
      if (read.value !== undefined) value.push(read.value);
    }
    // One that cannot be read would be asked for again and again.
    if (hasErrors(diagnostics)) break;
  }
  return { value, diagnostics };
}

async function planAll(
  files: World['files'],
  {
    out,
    read,
    ...rest
  }: { readonly out: string; readonly read: readonly ReadSource[] } & Omit<Parameters<typeof planImport>[1], 'present'>,
): Promise<ImportPlan> {
  const paths = [...rest.made.map(({ path }) => path), ...staleFiles(read, rest)];
  const present = new Map<string, string | undefined>();
  for (const path of paths) present.set(path, await files.read(`${out}/${path}`));
  return planImport(read, { ...rest, present });
}

/** What keeps a plan from being carried out. */
function problemsOf(
  { sources, files }: ImportPlan,
  { out, isUpdate }: { readonly out: string; readonly isUpdate: boolean },
): readonly Diagnostic[] {
  const unmeant = isUpdate ? [] : sources.filter(({ isChanged }) => isChanged);
  return [
    ...unmeant.map(({ name, added, changed, removed }): Diagnostic => {
      const parts = Object.entries({ added, changed, removed }).filter(([, kinds]) => kinds.length > 0);
      const what =
        parts.length === 0
          ? 'its text is another one, and its kinds are the same'
          : parts.map(([verb, kinds]) => `${verb} ${quotedList(kinds)}`).join('; ');
      const message = `\`${name}\` is not what it was when it was imported: ${what}`;
      const again = commandLine(['lockstep', 'import', name, ...(out === importsFolder ? [] : ['--out', out]), '--update']);
      return { code: 'import-source-changed', severity: 'error', message, at: {}, help: `if that is meant: \`${again}\`` };
    }),
    ...files
      .filter(({ status }) => status === 'edited')
      .map(({ path }): Diagnostic => {
        const message = `\`${out}/${path}\` is not as it was made, and what was changed in it would be lost`;
        const help = 'move the change elsewhere, delete the file, and import again';
        return { code: 'import-file-edited', severity: 'error', message, at: { file: `${out}/${path}` }, help };
      }),
  ];
}

/**
 * Writes what was made, and tells whether that could be: not where another import has written the lock meanwhile. The lock comes last:
 * whatever was written before it is known as what would be made.
 */
async function write(
  files: World['files'],
  { out, plan, before }: { readonly out: string; readonly plan: ImportPlan; readonly before: string | undefined },
): Promise<boolean> {
  const path = `${out}/${importsLockName}`;
  if ((await files.read(path)) !== before) return false;
  for (const change of plan.files) {
    if ('text' in change) await files.write(`${out}/${change.path}`, change.text);
    else if (change.status === 'removed') await files.remove(`${out}/${change.path}`);
  }
  const text = writeImportsLock(plan.lock);
  return text === before || replaceLock(files, { path, before, text });
}
