import { openStore } from '../agent/state.ts';
import type { Command, Context } from '../cli/context.ts';
import type { Answer } from '../model/apierror.ts';
import { didYouMean } from '../model/diagnostic.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import type { InventoryEntry } from '../model/inventory.ts';
import { pointer } from '../model/json.ts';
import { type LiveObject, refOf } from '../model/manifest.ts';
import { isNamed } from '../model/named.ts';
import { formatRef } from '../model/ref.ts';
import { secondOf } from '../model/time.ts';
import type { Cluster, ClusterOptions } from '../ports.ts';
import { holdAnnotation, holdIn } from '../reconcile/hold.ts';

/** `lockstep hold`. */
export interface HoldOptions extends ClusterOptions {
  readonly environment: string;
  readonly namespace: string;
  /** `<kind>/<namespace>/<name>`, or `<kind>/<name>` where that is one object. */
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

/** Keeps an object as it is in the cluster for a time, whatever the branch says, or ends that. */
export const hold: Command<HoldOptions> = async (context, options) => {
  const cluster = await context.world.cluster(options);
  try {
    const entry = await find(cluster, options, context.signal);
    const live = await read(cluster, entry, context.signal);
    const text = options.end ? undefined : await holdText(context, live, options);
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

/** The annotation's text; throws a `Failure` of input for what would not count as a hold. */
async function holdText(context: Context, live: LiveObject, options: HoldOptions): Promise<string> {
  const { reason, for: time } = options;
  if (time === undefined || reason === undefined) {
    throw wrongHold('a hold needs a time and a reason', "give `--for 1h` and `--reason 'what is going on'`");
  }
  const now = context.world.clock.now();
  const owner = options.owner ?? (await ownerFromGit(context));
  const until = secondOf(new Date(now.getTime() + time));
  const text = JSON.stringify({ owner, reason, until });
  const found = holdIn({ ...live, metadata: { ...live.metadata, annotations: { [holdAnnotation]: text } } }, now);
  if (found === undefined || !('problem' in found)) return text;
  throw wrongHold(`this would not count as a hold: ${found.problem}`, 'give another `--for`, `--reason` or `--owner`');
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
async function find(cluster: Cluster, { environment, namespace, object }: HoldOptions, signal: AbortSignal): Promise<InventoryEntry> {
  const { inventory } = await openStore({ cluster, environment, namespace }).load(signal);
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
