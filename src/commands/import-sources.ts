import { readStream } from '../codec/yaml-stream.ts';
import { writeYaml } from '../codec/yaml-write.ts';
import { definitionsOf, type FoundDefinitions } from '../compile/definitions.ts';
import { placeAbout } from '../compile/draft.ts';
import { objectsIn } from '../compile/foreign-objects.ts';
import type { Pending } from '../compile/include/pending.ts';
import { quotedList } from '../compile/wording.ts';
import { builtinKindsOf } from '../imports/builtin-kinds.ts';
import { isDefinition, kindsDefined, type WrittenObject } from '../imports/definitions.ts';
import type { ReadSource } from '../imports/made.ts';
import { kubernetesOf, sourceTypeOf } from '../imports/sources.ts';
import { type Checked, type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import type { JsonObject } from '../model/json.ts';
import { kubernetesVersions, newestKubernetes } from '../model/kubernetes.ts';
import { compareText } from '../model/ref.ts';
import { sha256Of } from '../model/sha256.ts';
import { dayOf } from '../model/time.ts';
import { shownUrl } from '../model/url.ts';
import type { World } from '../ports.ts';
import { withIncluded } from './inclusions.ts';
import { readLock } from './locks.ts';
import { type FoundEnvironment, findEnvironments, toldFrom } from './sources.ts';

type Ground = Pick<World, 'clock' | 'commits' | 'files' | 'modules' | 'download' | 'renderer'>;

/** Reads what is to be imported; undefined where there is nothing that constructs can be made of. Throws `Failure`. */
export async function readSource(world: Ground, name: string, signal: AbortSignal): Promise<Checked<ReadSource | undefined>> {
  switch (sourceTypeOf(name)) {
    case 'kubernetes':
      return readKubernetes(name);
    case 'url': {
      refusePrivate(name);
      const text = await world.download(name, signal);
      return sourceOf(name, { sha256: sha256Of(text), ...objectsOf([{ path: name, text }]) });
    }
    case 'path':
      return readPath(world.files, name);
    case 'environment':
      return withMeant(await readEnvironment(world, name), name, world.files);
  }
}

/** A URL stands in the lock, and in messages: it must not let anybody in who reads it. */
function refusePrivate(url: string): void {
  const shown = shownUrl(url);
  if (shown === url) return;
  throw new Failure('download-insecure', `the URL \`${shown}\` has more in it, which everybody could read in the lock`, {
    help: 'leave that out, or fetch it yourself, and import the file',
    exit: exitCodes.input,
  });
}

/** Beside an environment that there is not, the kinds of Kubernetes or a folder of that name may be what was meant. */
async function withMeant(
  read: Checked<ReadSource | undefined>,
  name: string,
  files: World['files'],
): Promise<Checked<ReadSource | undefined>> {
  const isMissing = read.diagnostics.some(({ code }) => code === 'environment-unknown' || code === 'no-environments');
  if (!isMissing) return read;
  const isFolder = (await files.find(name, () => false)) !== undefined;
  if (!isFolder && name !== 'kubernetes') return read;
  const help = isFolder
    ? `a folder is written with a slash: \`${name}/\``
    : `the kinds of Kubernetes are those of a minor: \`kubernetes@${newestKubernetes}\``;
  return { ...read, diagnostics: read.diagnostics.map((one) => ({ ...one, help })) };
}

function readKubernetes(name: string): Checked<ReadSource | undefined> {
  const kubernetes = kubernetesOf(name) ?? '';
  if (!kubernetesVersions.some((version) => version === kubernetes)) {
    const help = `there are ${quotedList(kubernetesVersions)}`;
    const message = `Lockstep does not know the API of Kubernetes \`${kubernetes}\``;
    return { value: undefined, diagnostics: [{ code: 'import-kubernetes-unknown', severity: 'error', message, at: {}, help }] };
  }
  const kinds = builtinKindsOf(kubernetes);
  const hash = sha256Of(JSON.stringify(kinds.map(({ group, version, kind, digest }) => [group, version, kind, digest])));
  return { value: { name, sha256: hash, kinds }, diagnostics: [] };
}

/** Bytes of a file that are read at most. */
const limit = 32 * 1024 * 1024;

/** Files without definitions are no matter: neither what is wrong in them nor whether they change. */
async function readPath(files: World['files'], name: string): Promise<Checked<ReadSource | undefined>> {
  const found = await files.find(name, (file) => /\.(?:ya?ml|json)$/i.test(file));
  if (found === undefined) return noDefinitions(`there is nothing at \`${name}\``);
  const read: TextFile[] = [];
  for (const { path, size } of found) {
    const file = path === '' ? name : `${name.replace(/\/$/, '')}/${path}`;
    if (size > limit) return { value: undefined, diagnostics: [tooLarge(file, size)] };
    const text = (await files.read(file)) ?? '';
    if (text.includes('CustomResourceDefinition')) read.push({ path: file, inner: path, text });
  }
  const [only] = read;
  const isFile = only?.inner === '';
  const hash = isFile ? sha256Of(only.text) : sha256Of(read.map(({ inner, text }) => `${inner}\n${sha256Of(text)}\n`).join(''));
  return sourceOf(name, { sha256: hash, ...objectsOf(read) });
}

interface TextFile {
  readonly path: string;
  /** Its path in the folder that was named. */
  readonly inner: string;
  readonly text: string;
}

function tooLarge(file: string, size: number): Diagnostic {
  return { code: 'manifest-large', severity: 'error', message: `the file has ${size} bytes, and ${limit} are read`, at: { file } };
}

async function readEnvironment(world: Ground, name: string): Promise<Checked<ReadSource | undefined>> {
  const { value: found, diagnostics } = await findEnvironments(world, [name]);
  const [environment] = found;
  if (environment === undefined) return { value: undefined, diagnostics };
  const { modules, commit } = environment;
  return modules.running(async () => {
    const made = await definitionsIn(world, environment);
    const drafts = made.value.toSorted((a, b) => compareText(a.manifest.metadata.name, b.manifest.metadata.name));
    const value = drafts.map((draft): WrittenObject => ({ manifest: draft.manifest, placeOf: () => placeAbout(draft) }));
    const hash = sha256Of(drafts.map(({ manifest }) => writeYaml(manifest as unknown as JsonObject)).join('---\n'));
    const told = [...diagnostics, ...toldFrom({ commit, environment: name }, made.diagnostics)];
    return sourceOf(name, { sha256: hash, value, diagnostics: told });
  });
}

/** The definitions that an environment renders: its own, and those of what it includes, which come from where it does. */
async function definitionsIn(world: Ground, { environment, file, modules }: FoundEnvironment): Promise<FoundDefinitions> {
  const today = dayOf(world.clock.now());
  const found = definitionsOf(environment, { today, root: modules.root, file });
  return found.pending === undefined ? found : withCharts({ ...world, modules }, found.pending, environment.name);
}

/** Charts of others bring most definitions. */
async function withCharts(world: Ground, pending: Pending<FoundDefinitions>, name: string): Promise<FoundDefinitions> {
  const lock = await readLock(world.files, name);
  if (hasErrors(lock.diagnostics)) return { value: [], diagnostics: lock.diagnostics };
  return withIncluded(world, pending, { name, lock: lock.value });
}

/** The definitions in files, with what cannot be read. */
function objectsOf(files: readonly Pick<TextFile, 'path' | 'text'>[]): Checked<readonly WrittenObject[]> {
  const read = files.map(({ path, text }) => objectsIn({ path, text, documents: readStream(text) }));
  return {
    value: read.flatMap(({ value }) =>
      value.map(({ manifest, file, positionOf }) => ({ manifest, placeOf: (path) => ({ file, ...positionOf(path) }) })),
    ),
    diagnostics: read.flatMap(({ diagnostics }) => diagnostics.filter(({ code }) => code === 'manifest-unreadable')),
  };
}

function sourceOf(
  name: string,
  { sha256: hash, value: objects, diagnostics }: Checked<readonly WrittenObject[]> & { readonly sha256: string },
): Checked<ReadSource | undefined> {
  if (diagnostics.length === 0 && !objects.some(({ manifest }) => isDefinition(manifest)))
    return noDefinitions(`there is no CustomResourceDefinition in \`${name}\``);
  const defined = kindsDefined(objects);
  return { value: { name, sha256: hash, kinds: defined.value }, diagnostics: [...diagnostics, ...defined.diagnostics] };
}

function noDefinitions(message: string): Checked<undefined> {
  const help = 'name a file or a folder with CustomResourceDefinitions, an https URL, an environment, or `kubernetes@1.35`';
  return { value: undefined, diagnostics: [{ code: 'import-no-definitions', severity: 'error', message, at: {}, help }] };
}
