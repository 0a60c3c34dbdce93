import { mkdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { type LiveObject, type Manifest, refOf } from '../../src/model/manifest.ts';
import { ask, itemsOf, type Server, textAt } from '../controlplane/api.ts';
import { freePort } from '../controlplane/port.ts';
import { applied, type Ground, namespace } from './account.ts';
import { type Artifact, serveArchives } from './archives.ts';
import { PeerFailure } from './failure.ts';
import type { Peer, PeerOptions } from './peer.ts';
import { type Running, start } from './process.ts';

/** How many Kustomizations it reconciles at a time, as in Flux's own benchmark. */
export const fluxWorkers = 20;

/** What Flux is made with. */
export interface FluxOptions extends PeerOptions {
  readonly ground: Ground;
  /** Paths of the definitions of its kinds. */
  readonly definitions: readonly string[];
  /** Whether it is done only when all that it applied is ready, as its users have it unless they are in a hurry. */
  readonly wait?: boolean;
}

/** Flux's kustomize-controller. */
export interface Flux extends Peer {
  /** Puts the files of a folder where the controller will read them, and does not tell it. */
  offer(folder: string): void;
  /** Its Kustomization, as it is in the cluster. */
  live(): Promise<LiveObject | undefined>;
  close(): void;
}

const metadata = { name: 'workload', namespace };
const source: Manifest = {
  apiVersion: 'source.toolkit.fluxcd.io/v1',
  kind: 'GitRepository',
  metadata,
  spec: { interval: '24h', url: 'https://git.example/workload' },
};
const kustomizationOf = (wait: boolean): Manifest => ({
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  kind: 'Kustomization',
  metadata,
  spec: { interval: '24h', path: './', prune: true, wait, sourceRef: { kind: 'GitRepository', name: 'workload' } },
});

/**
 * Flux's kustomize-controller with one Kustomization over everything. There is no source-controller here: its part is played, an archive
 * is served and named in the status of the GitRepository. A new archive is a new revision, which the controller heeds by itself; without
 * one it is told by an annotation.
 */
export async function flux({ ground, definitions, program, kubeconfig, folder, patience, wait = false }: FluxOptions): Promise<Flux> {
  mkdirSync(folder, { recursive: true });
  const archives = await serveArchives(folder);
  const kustomization = kustomizationOf(wait);
  await install(ground, { definitions, kustomization });
  const live = (): Promise<LiveObject | undefined> => liveIn(ground, kustomization);
  let revision = '';
  let running: Running | undefined;

  return {
    offer(from) {
      revision = archives.pack(from);
    },
    async start() {
      const [metrics, health] = [await freePort(), await freePort()];
      const isHeeded = await announce(ground, kustomization, archives.artifactOf(revision));
      running = start({
        program,
        args: controllerFlags(metrics, health),
        folder,
        env: { KUBECONFIG: kubeconfig, RUNTIME_NAMESPACE: namespace },
      });
      await synced({ live, patience, isHeeded }, running, 0);
    },
    async sync() {
      if (running === undefined) throw new Error('start it first');
      const since = running.lines.length;
      const isHeeded = await announce(ground, kustomization, archives.artifactOf(revision));
      await synced({ live, patience, isHeeded }, running, since);
    },
    stop: async () => running?.stop(),
    pid: () => running?.pid,
    live,
    close: archives.close,
  };
}

/** What the controller is started with. The ports are its own. */
export function controllerFlags(metrics: number, health: number): readonly string[] {
  return [`--concurrent=${fluxWorkers}`, `--metrics-addr=127.0.0.1:${metrics}`, `--health-addr=127.0.0.1:${health}`];
}

/** Whether a Kustomization shows that the controller did what it was told. */
type IsHeeded = (live: LiveObject | undefined) => boolean;

/** Tells the controller what there is: by its revision when that is new, by an annotation when it is not. */
async function announce(ground: Ground, kustomization: Manifest, artifact: Artifact): Promise<IsHeeded> {
  if (textAt(await liveIn(ground, source), 'status', 'artifact', 'revision') !== artifact.revision) {
    await writeArtifact(ground.plane, { plural: 'gitrepositories', ...metadata }, artifact);
    return (live) => textAt(live, 'status', 'lastAppliedRevision') === artifact.revision;
  }
  const token = new Date().toISOString();
  const annotations = { 'reconcile.fluxcd.io/requestedAt': token };
  await applied(ground, { ...kustomization, metadata: { ...metadata, annotations } });
  return (live) => textAt(live, 'status', 'lastHandledReconcileAt') === token;
}

interface Waiting {
  readonly live: Flux['live'];
  readonly patience: number;
  readonly isHeeded: IsHeeded;
}

/** Its log says when it is done with something; only then is the API server asked with what. */
async function synced({ live: look, patience, isHeeded }: Waiting, controller: Running, since: number): Promise<void> {
  let heard = since;
  await controller.until(async () => {
    const isDone = controller.lines.slice(heard).some((line) => /Reconciliation (finished|failed)/.test(line));
    heard = controller.lines.length;
    if (!isDone) return false;
    const live = await look();
    if (conditionOf(live, 'Ready', 'status') === 'False') throw new PeerFailure('failed', conditionOf(live, 'Ready', 'message') ?? '');
    return isHeeded(live);
  }, patience);
}

interface Needed {
  readonly definitions: readonly string[];
  readonly kustomization: Manifest;
}

/** Makes Flux's kinds, and one object of each that is needed here. */
async function install(ground: Ground, { definitions, kustomization }: Needed): Promise<void> {
  await applyDefinitions(ground, definitions);
  for (const manifest of [source, kustomization]) await applied(ground, manifest);
}

/** Makes the kinds that the files at `paths` define, and waits until they are served. */
export async function applyDefinitions(ground: Pick<Ground, 'admin'>, paths: readonly string[]): Promise<void> {
  const definitions = paths.map((path) => parse(readFileSync(path, 'utf8')) as Manifest);
  for (const definition of definitions) {
    await applied(ground, definition);
    for (let attempt = 1; conditionOf(await liveIn(ground, definition), 'Established', 'status') !== 'True'; attempt++) {
      if (attempt === 300) throw new Error(`the API server does not serve what ${definition.metadata.name} defines`);
      await sleep(100);
    }
  }
}

async function liveIn({ admin }: Pick<Ground, 'admin'>, manifest: Manifest): Promise<LiveObject | undefined> {
  const answer = await admin.get(manifest.apiVersion, refOf(manifest));
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.value;
}

function conditionOf(live: LiveObject | undefined, type: string, key: string): string | undefined {
  const conditions = itemsOf({ items: (live?.status as { readonly conditions?: unknown } | undefined)?.conditions });
  return textAt(
    conditions.find((one) => textAt(one, 'type') === type),
    key,
  );
}

/** A source whose status is written here: `plural` is its kind in URLs. */
export interface Sourced {
  readonly plural: string;
  readonly namespace: string;
  readonly name: string;
}

/** Writes the status of a source, as source-controller would. */
export async function writeArtifact(server: Server, { plural, namespace: home, name }: Sourced, artifact: Artifact): Promise<void> {
  const path = `/apis/source.toolkit.fluxcd.io/v1/namespaces/${home}/${plural}/${name}`;
  const { value } = await ask(server, { method: 'GET', path });
  const now = new Date().toISOString().replace(/\.\d+/, '');
  const ready = {
    type: 'Ready',
    status: 'True',
    reason: 'Succeeded',
    message: 'stored artifact',
    lastTransitionTime: now,
    observedGeneration: 1,
  };
  const status = { observedGeneration: 1, conditions: [ready], artifact: { ...artifact, lastUpdateTime: now } };
  const answer = await ask(server, { method: 'PUT', path: `${path}/status`, body: { ...(value as object), status } });
  if (answer.status !== 200) throw new Error(textAt(answer.value, 'message') ?? `status ${answer.status}`);
}
