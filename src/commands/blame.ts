import { type BlamedLine, type BlameReport, formatBlame } from '../cli/blame.ts';
import type { Command, Context } from '../cli/context.ts';
import { pathsOfLines } from '../codec/yaml-lines.ts';
import { writeYaml } from '../codec/yaml-write.ts';
import { blameAt, versionsIn } from '../diff/blame.ts';
import { shownOf } from '../diff/hide.ts';
import { didYouMean } from '../model/diagnostic.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { at, isObject, keysOfPointer, type Path, pointer } from '../model/json.ts';
import type { IndexedObject } from '../model/rendered.ts';
import type { RenderedRepository } from '../ports.ts';
import { type Blamed, blameObject } from '../publish/history/blame.ts';
import { tellCommits } from '../publish/history/commits.ts';
import { schemasFor } from '../publish/history/schemas.ts';
import { drySourceOf } from '../publish/latest.ts';
import { compilersHiding } from './hiding.ts';
import { type Meant, openHistory, readMeant, type Tip, type TipOptions, tellShallow, unknownObject } from './history.ts';
import { findMaking } from './making.ts';
import { homeFor } from './places.ts';

/** `lockstep blame`. */
export interface BlameOptions extends TipOptions {
  readonly object: string;
  /** A JSON pointer. */
  readonly field?: string;
}

/** Shows who made each line of an object what it is, and where its source is. Nothing is written. */
export const blame: Command<BlameOptions> = async (context, options) => {
  const whole = await context.world.repository();
  try {
    const repository = await homeFor(context, whole, options.environment);
    const meant = readMeant(options.object);
    const { tip, subject } = await openHistory(context, repository, options, meant);
    const { rendered, name, remote } = tip;
    const indexed = subject?.indexed;
    const nodeOf = await schemasFor(repository, rendered, indexed?.ref);
    const blamed = indexed && (await blameObject(repository, rendered.commit, { ...subject.followed, nodeOf }));
    if (indexed !== undefined && blamed === undefined) throw unreadable(tip, indexed);
    if (indexed === undefined || blamed === undefined)
      throw unknownObject(tip, meant, {
        said: 'does not hold',
        help: `if it once did: \`lockstep log ${options.environment} ${options.object}\``,
      });
    const field = await fieldOf(context, { meant, given: options.field, blamed, text: await textOf(repository, tip, indexed) });
    const lines = linesOf(blamed, field);
    const made = [...blamed.commits.values()].filter(({ commit }) => lines.some((line) => line.commit === commit));
    const source = await drySourceOf(repository, rendered);
    const report: BlameReport = {
      environment: options.environment,
      from: { name, commit: rendered.commit },
      shallow: await tellShallow(context, repository),
      object: indexed.ref,
      path: indexed.path,
      construct: indexed.construct,
      source: source ?? null,
      made: await findMaking(context.world, repository, { environment: options.environment, construct: indexed.construct, source }),
      lines,
      commits: await tellCommits(repository, made, remote),
    };
    if (context.output === 'json') context.out(JSON.stringify(report, undefined, 2));
    else for (const line of formatBlame(report, context.paint.out)) context.out(line);
    return exitCodes.done;
  } finally {
    await whole.close();
  }
};

async function textOf(repository: RenderedRepository, { rendered }: Tip, { path }: IndexedObject): Promise<string> {
  const file = rendered.files.find((one) => one.path === path);
  return file === undefined ? '' : (await repository.read(file.blob)).toString('utf8');
}

/** The lines of the object without its secrets, or those of one field of it, each with the newest commit of what stands on it. */
function linesOf({ manifest, blame: whole, commits }: Blamed, field: Path): readonly BlamedLine[] {
  const shown = shownOf(manifest, compilersHiding()).at([]);
  const text = isObject(shown) ? writeYaml(shown) : '';
  const ages = new Map([...commits.keys()].map((commit, age) => [commit, age]));
  const newest = (versions: Iterable<string>): string =>
    [...versions].toSorted((a, b) => (ages.get(a) ?? 0) - (ages.get(b) ?? 0))[0] ?? whole.by;
  const paths = pathsOfLines(text);
  return text
    .trimEnd()
    .split('\n')
    .flatMap((line, i): readonly BlamedLine[] => {
      const path = paths[i] ?? [];
      const value = at(shown, ...path);
      const isContainer = typeof value === 'object' && value !== null;
      if (!(isWithin(path, field) || (!isContainer && isWithin(field, path)))) return [];
      const here = blameAt(whole, path);
      // What is hidden as a whole stands on this line with all that is in it.
      return [{ line: i + 1, pointer: pointer(path), commit: isContainer ? here.by : newest(versionsIn(here)), text: line }];
    });
}

function isWithin(path: Path, field: Path): boolean {
  return field.every((key, i) => String(path[i]) === String(key));
}

interface FieldAsked {
  readonly meant: Meant;
  readonly given: string | undefined;
  readonly blamed: Blamed;
  /** The file as the branch has it. */
  readonly text: string;
}

/** The field that is asked for: by name, or by what stands on a line. Empty: all. */
async function fieldOf({ world }: Context, { meant, given, blamed: { manifest }, text }: FieldAsked): Promise<Path> {
  const line = 'path' in meant ? meant.line : undefined;
  if (given === undefined && line === undefined) return [];
  // A file that lies here need not be what the branch holds.
  const here = 'path' in meant && line !== undefined ? await world.files.read(meant.path) : undefined;
  const path = given === undefined ? pathsOfLines(here ?? text)[(line ?? 0) - 1] : keysOfPointer(given);
  const asked = given ?? `line ${line}`;
  if (path === undefined) throw unknownLine(`its file has no ${asked}`, 'give a line that it has, or none');
  if (at(manifest, ...path) !== undefined && path.length > 0) return path;
  const known = given === undefined ? undefined : didYouMean(given, pathsOfLines(text).map(pointer));
  const what = given === undefined ? `\`${pointer(path)}\`, which stands on ${asked}` : `\`${given}\``;
  throw unknownLine(
    `the rendered branch has no ${what}`,
    known === undefined
      ? 'leave it out to see the whole object; `lockstep diff` shows what is not published yet'
      : `did you mean \`${known}\`?`,
  );
}

function unreadable({ name, rendered }: Tip, { path }: IndexedObject): Failure {
  return new Failure('object-unknown', `the file \`${path}\` of ${name} holds nothing that can be read as the object that the index says`, {
    help: `look at it: \`git show ${rendered.commit.slice(0, 7)}:${path}\`; to publish the environment again brings it back`,
    exit: exitCodes.input,
  });
}

function unknownLine(message: string, help: string): Failure {
  return new Failure('line-unknown', message, { help, exit: exitCodes.input });
}
