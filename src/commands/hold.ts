import { openStore } from '../agent/state.ts';
import { suspendSlice } from '../agent/suspensions.ts';
import type { Command, Context } from '../cli/context.ts';
import type { Answer } from '../model/apierror.ts';
import { didYouMean } from '../model/diagnostic.ts';
import { type ExitCode, exitCodes, Failure } from '../model/failure.ts';
import type { Inventory, InventoryEntry } from '../model/inventory.ts';
import { pointer } from '../model/json.ts';
import { type LiveObject, refOf } from '../model/manifest.ts';
import { isNamed } from '../model/named.ts';
import type { Hold } from '../model/plan.ts';
import { formatRef } from '../model/ref.ts';
import { formatSlice } from '../model/slice.ts';
import { secondOf } from '../model/time.ts';
import type { Cluster, ClusterOptions } from '../ports.ts';
import { holdAnnotation, holdIn, readHold } from '../reconcile/hold.ts';

/** `lockstep hold`. */
export interface HoldOptions extends ClusterOptions {
  readonly environment: string;
  readonly namespace: string;
  /** `<kind>/<namespace>/<name>`, or `<kind>/<name>` where that is one object; `slice/<name>` for a slice. */
  readonly object: string;
  /** Milliseconds. */
  readonly for?: number;
  readonly reason?: string;
  readonly owner?: string;
  /** Ends a hold in place of beginning one. */
  readonly end: boolean;
}

/** The field manager that holds are written by: whoever looks at an object sees that it was no controller, nor any environment's. */
const manager = 'lockstep hold';

/** Keeps an object, or a slice, as it is in the cluster for a time, whatever the branch says, or ends that. */
export const hold: Command<HoldOptions> = async (context, options) => {
  const cluster = await context.world.cluster(options);
  try {
    const { inventory } = await openStore({ cluster, ...options }).load(context.signal);
    const slice = sliceNamed(options.object);
    if (slice !== undefined) return await holdSlice(context, options, { cluster, inventory, slice });
    const entry = find(inventory, options);
    const live = await read(cluster, entry, context.signal);
    const wanted = options.end ? undefined : await holdOf(context, options);
    const text = wanted && JSON.stringify(wanted);
    const answer = await (text === undefined
      ? withoutHold(cluster, live, context.signal)
      : withHold(cluster, { live, text }, context.signal));
    if (!answer.ok) {
      const what = text === undefined ? 'is held still' : 'cannot be held';
      throw new Failure('hold-failed', `\`${formatRef(entry.ref)}\` ${what}: ${answer.error.message}`);
    }
    const found = text === undefined ? undefined : holdIn(answer.value, context.world.clock.now());
    if (context.output === 'json') context.out(JSON.stringify({ object: entry.ref, hold: found ?? null }, undefined, 2));
    else context.say(summary(entry, found, options));
    return exitCodes.done;
  } finally {
    await cluster.close();
  }
};

/** The slice that is meant, as far as it is one: `slice/` alone is what no team owns. */
function sliceNamed(object: string): string | undefined {
  return /^slice\/([^/]*)$/i.exec(object)?.[1];
}

async function holdSlice(
  context: Context,
  options: HoldOptions,
  { cluster, inventory, slice }: { readonly cluster: Cluster; readonly inventory: Inventory; readonly slice: string },
): Promise<ExitCode> {
  const slices = new Set([...inventory.entries.values()].map((entry) => entry.slice));
  // What is suspended may be gone by now, and ends all the same.
  if (!slices.has(slice) && !options.end) throw unknownSlice(slice, [...slices], options);
  const suspension = options.end ? undefined : await holdOf(context, options);
  const { environment, namespace } = options;
  const state = { home: cluster, environment, namespace, clock: context.world.clock };
  await suspendSlice(state, { slice, hold: suspension, manager }, context.signal);
  if (context.output === 'json') context.out(JSON.stringify({ slice, hold: suspension ?? null }, undefined, 2));
  else {
    const what =
      suspension === undefined
        ? 'is suspended no longer'
        : `is left as it is until ${suspension.until}, but for what a turn of the agent does that began before`;
    context.say(`${formatSlice(slice)} ${what}; next: lockstep status ${environment}`);
  }
  return exitCodes.done;
}

function unknownSlice(slice: string, slices: readonly string[], { environment }: HoldOptions): Failure {
  const meant = didYouMean(slice, slices);
  const names = slices.filter((name) => name !== '').sort();
  const known = names.length === 0 ? 'its charts name no `slice` and no `owner`' : `its slices are ${names.map(formatSlice).join(', ')}`;
  return wrongHold(
    `\`${environment}\` owns nothing of a slice \`${slice}\` in this cluster`,
    meant === undefined ? known : `did you mean \`slice/${meant}\`?`,
  );
}

async function withHold(
  cluster: Cluster,
  { live, text }: { readonly live: LiveObject; readonly text: string },
  signal: AbortSignal,
): Promise<Answer<LiveObject>> {
  const { apiVersion, kind, metadata } = live;
  const { name, namespace, uid } = metadata;
  const identity = { name, ...(namespace === undefined ? {} : { namespace }), uid };
  const held = { apiVersion, kind, metadata: { ...identity, annotations: { [holdAnnotation]: text } } };
  const answer = await cluster.apply(held, { manager, signal });
  return answer.ok ? { ok: true, value: answer.value.object } : answer;
}

/** Takes the annotation off, whoever wrote it. */
async function withoutHold(cluster: Cluster, live: LiveObject, signal: AbortSignal): Promise<Answer<LiveObject>> {
  if (live.metadata.annotations?.[holdAnnotation] === undefined) return { ok: true, value: live };
  const operations = [
    { op: 'test', path: '/metadata/uid', value: live.metadata.uid },
    { op: 'remove', path: pointer(['metadata', 'annotations', holdAnnotation]) },
  ] as const;
  return cluster.patch(live.apiVersion, refOf(live), operations, { manager, signal });
}

function summary({ ref }: InventoryEntry, found: ReturnType<typeof holdIn>, { environment }: HoldOptions): string {
  const next = `next: lockstep status ${environment}`;
  if (found === undefined) return `${formatRef(ref)} is held no longer; ${next}`;
  return `${formatRef(ref)} is left as it is until ${'until' in found ? found.until : 'never'}; ${next}`;
}

/** The hold that is wanted; throws a `Failure` of input for what would not count as one. */
async function holdOf(context: Context, options: HoldOptions): Promise<Hold> {
  const { reason, for: time } = options;
  if (time === undefined || reason === undefined) {
    throw wrongHold('a hold needs a time and a reason', "give `--for 1h` and `--reason 'what is going on'`");
  }
  const now = context.world.clock.now();
  const owner = options.owner ?? (await ownerFromGit(context));
  const until = secondOf(new Date(now.getTime() + time));
  const read = readHold({ owner, reason, until }, now);
  if (!('problem' in read)) return read;
  throw wrongHold(`this would not count as a hold: it ${read.problem}`, 'give another `--for`, `--reason` or `--owner`');
}

/** Who is at work, by git's own settings. */
async function ownerFromGit({ world }: Context): Promise<string> {
  try {
    const repository = await world.repository();
    const { name, email } = await repository.identity();
    await repository.close();
    return `${name} <${email}>`;
  } catch (cause) {
    throw new Failure('hold-invalid', 'nobody knows who holds it: git tells no name here', {
      help: 'give `--owner <name>`',
      exit: exitCodes.input,
      cause,
    });
  }
}

/** The object of the environment that `options.object` names. */
function find(inventory: Inventory, { environment, object }: HoldOptions): InventoryEntry {
  const entries = [...inventory.entries.values()];
  const found = entries.filter(({ ref }) => isNamed(ref, object));
  const [entry] = found;
  if (entry !== undefined && found.length === 1) return entry;
  if (entry !== undefined) {
    const all = found.map(({ ref }) => `\`${formatRef(ref)}\``).join(', ');
    throw wrongHold(`\`${object}\` names ${found.length} objects: ${all}`, 'name its namespace too');
  }
  const names = entries.map(({ ref }) => formatRef(ref));
  const meant = didYouMean(object, names);
  throw wrongHold(
    `\`${environment}\` owns no \`${object}\` in this cluster`,
    meant === undefined ? 'name one of its objects: `Deployment/<namespace>/<name>`' : `did you mean \`${meant}\`?`,
  );
}

async function read(cluster: Cluster, { apiVersion, ref }: InventoryEntry, signal: AbortSignal): Promise<LiveObject> {
  const answer = await cluster.get(apiVersion, ref, signal);
  if (!answer.ok) throw new Failure('hold-failed', `\`${formatRef(ref)}\` cannot be read: ${answer.error.message}`);
  if (answer.value === undefined) throw wrongHold(`\`${formatRef(ref)}\` is not there now`, 'wait until the agent has made it again');
  return answer.value;
}

function wrongHold(message: string, help: string): Failure {
  return new Failure('hold-invalid', message, { help, exit: exitCodes.input });
}
