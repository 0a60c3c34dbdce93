import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { systemClock } from '../../src/io/clock.ts';
import { exitCodes, type Failure, messageOf } from '../../src/model/failure.ts';
import { refOf } from '../../src/model/manifest.ts';
import { formatRef, keyOf, type ObjectRef } from '../../src/model/ref.ts';
import { indexPath } from '../../src/model/rendered.ts';
import type { Cluster } from '../../src/ports.ts';
import { ToolFailure } from '../support/toolfailure.ts';
import { runLockstep } from './program.ts';
import { indexIn, manifestsIn, must, type Reach, type Stage, unmet } from './stage.ts';

/** What the demo makes outside of any namespace, namespaces included: what has to go again at the end. */
export interface Footprint {
  readonly objects: readonly FootprintObject[];
  /** How many objects lie in the namespaces. */
  readonly inside: number;
}

/** An object of the whole cluster. */
export interface FootprintObject {
  readonly apiVersion: string;
  readonly ref: ObjectRef;
}

/** Asks dev's own rendering, and the rights that its agent needs, what the demo will make in a cluster. */
export async function footprintOf({ project, signal }: Stage): Promise<Footprint> {
  const [synth, bootstrap] = await Promise.all([
    runLockstep(project.folder, ['synth', 'dev'], { signal }),
    runLockstep(project.folder, ['bootstrap', 'dev'], { signal }),
  ]);
  signal.throwIfAborted();
  must(synth, exitCodes.done);
  const rights = manifestsIn(must(bootstrap, exitCodes.done)).map((manifest) => ({
    apiVersion: manifest.apiVersion,
    ref: refOf(manifest),
  }));
  const all = [...rights, ...indexIn(project.read(`dist/dev/${indexPath}`)).objects];
  const once = new Map(all.map(({ apiVersion, ref }) => [keyOf(ref), { apiVersion, ref }]));
  const objects = [...once.values()].filter(({ ref }) => ref.namespace === '');
  return { objects, inside: once.size - objects.length };
}

/** Refuses to work in a cluster that has an object of this name already: it would not be the demo's, and not its to remove. */
export async function refuseOthers(cluster: Cluster, { objects }: Footprint): Promise<void> {
  const found = await presentIn(cluster, objects);
  if (found.length === 0) return;
  const names = found.map(({ ref }) => `\`${formatRef(ref)}\``).join(', ');
  throw new ToolFailure('not-the-demos', `the cluster has ${names} already, and what the demo finds at its end it removes`, {
    help: 'use another cluster, or remove them first, if they are left from a demo that was killed',
    exit: exitCodes.refused,
  });
}

/** What the user is told before anything happens in the cluster. */
export function announcement({ config, what }: Reach, { objects, inside }: Footprint): readonly string[] {
  return [
    `This is your own cluster: ${what}, context \`${config.context}\`.`,
    'The demo will make there, and remove again at its end, also after Ctrl-C:',
    ...objects.map(({ ref }) => `  ${formatRef(ref)}`),
    `and ${inside} objects in these namespaces. Pods need images from ghcr.io and docker.io, and a default StorageClass.`,
  ];
}

/** Asks at the terminal; throws a Failure unless the answer is yes. */
export async function askToGoOn(signal: AbortSignal): Promise<void> {
  // The terminal keeps its own line editing, so that Ctrl-C is a signal as everywhere.
  const asking = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  try {
    const ended = once(asking, 'close').then(() => '');
    const answer = await Promise.race([asking.question('Go on? (y/N) ', { signal }), ended]);
    if (/^y(es)?$/i.test(answer.trim())) return;
  } finally {
    asking.close();
  }
  throw new ToolFailure('not-agreed', 'nothing was done in the cluster', { exit: exitCodes.refused });
}

/** Removes what the demo made, and waits until it is gone. Throws a Failure that names what is left after five minutes. */
export async function removeFootprint(cluster: Cluster, { objects }: Footprint, tell: (line: string) => void): Promise<void> {
  const look = () =>
    presentIn(cluster, objects).catch((cause: unknown) => {
      throw notRemoved(objects, messageOf(cause));
    });
  const deadline = Date.now() + 300_000;
  let left = await look();
  const removed = left.map(({ ref }) => formatRef(ref)).join(', ');
  if (left.length > 0) tell(`removing what the demo made in your cluster: ${removed}`);
  while (left.length > 0) {
    if (Date.now() > deadline) throw notRemoved(left, 'still there after five minutes');
    for (const { apiVersion, ref, live } of left.filter((one) => one.live.deletionTimestamp === undefined)) {
      const answer = await cluster.remove(apiVersion, ref, live);
      // A conflict means that it changed since it was read: the next look has it as it is.
      if (!answer.ok && answer.error.reason === 'forbidden') throw notRemoved(left, answer.error.message);
    }
    await systemClock.sleep(250);
    left = await look();
  }
  tell('your cluster is as it was: nothing of the demo is left in it');
}

async function presentIn(cluster: Cluster, objects: readonly FootprintObject[]) {
  const answers = await Promise.all(
    objects.map(async ({ apiVersion, ref }) => {
      const answer = await cluster.get(apiVersion, ref);
      if (!answer.ok) throw unmet(`${formatRef(ref)}: ${answer.error.message}`);
      return answer.value === undefined ? [] : [{ apiVersion, ref, live: answer.value.metadata }];
    }),
  );
  return answers.flat();
}

function notRemoved(left: readonly FootprintObject[], why: string): Failure {
  const names = left.map(({ ref }) => `\`${formatRef(ref)}\``).join(', ');
  return new ToolFailure('not-removed', `what the demo made in your cluster may not all be removed: ${names}: ${why}`, {
    help: left.map(({ ref }) => `kubectl delete --ignore-not-found ${ref.kind.toLowerCase()} ${ref.name}`).join('\n'),
  });
}
