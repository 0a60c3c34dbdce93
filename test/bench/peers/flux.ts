import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import type { LiveObject, Manifest } from '../../../src/model/manifest.ts';
import { ask, itemsOf, type Server, textAt } from '../../controlplane/api.ts';
import { freePort } from '../../controlplane/port.ts';
import type { Stage } from '../../e2e/stage.ts';
import { NoFigure } from '../measure.ts';
import { namespace } from '../server.ts';
import { type Artifact, serveArchives } from './archives.ts';
import { type Peer, type PeerOptions, writeApplications } from './peer.ts';
import { type Running, start } from './process.ts';

/** How many Kustomizations it reconciles at a time, as in Flux's own benchmark. */
export const fluxWorkers = 20;

/** What Flux is made with. */
export interface FluxOptions extends PeerOptions {
  readonly stage: Stage;
  /** Paths of the definitions of its kinds. */
  readonly definitions: readonly string[];
}

const metadata = { name: 'workload', namespace };
const source: Manifest = {
  apiVersion: 'source.toolkit.fluxcd.io/v1',
  kind: 'GitRepository',
  metadata,
  spec: { interval: '24h', url: 'https://git.example/workload' },
};
const kustomization: Manifest = {
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  kind: 'Kustomization',
  metadata,
  spec: { interval: '24h', path: './', prune: true, wait: false, sourceRef: { kind: 'GitRepository', name: 'workload' } },
};

/**
 * Flux's kustomize-controller with one Kustomization over everything. The bench plays source-controller's part: it serves
 * an archive, and names it in the status of the GitRepository. A new archive is a new revision, which the controller
 * heeds by itself; without one it is told by an annotation.
 */
export async function flux({ stage, definitions, program, kubeconfig, folder, patience }: FluxOptions): Promise<Peer & { close(): void }> {
  mkdirSync(folder, { recursive: true });
  const archives = await serveArchives(folder);
  await install(stage, definitions);
  let revision = '';
  let running: Running | undefined;

  return {
    async put(manifests) {
      rmSync(join(folder, 'workload'), { recursive: true, force: true });
      writeApplications(join(folder, 'workload'), manifests);
      revision = archives.pack(join(folder, 'workload'));
    },
    async start() {
      const [metrics, health] = [await freePort(), await freePort()];
      const isHeeded = await announce(stage, archives.artifactOf(revision));
      running = start({
        program,
        args: controllerFlags(metrics, health),
        folder,
        env: { KUBECONFIG: kubeconfig, RUNTIME_NAMESPACE: namespace },
      });
      await synced({ stage, patience, isHeeded }, running, 0);
    },
    async sync() {
      if (running === undefined) throw new Error('start it first');
      const since = running.lines.length;
      await synced({ stage, patience, isHeeded: await announce(stage, archives.artifactOf(revision)) }, running, since);
    },
    stop: async () => running?.stop(),
    pid: () => running?.pid,
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
async function announce(stage: Stage, artifact: Artifact): Promise<IsHeeded> {
  if (textAt(await stage.live(source), 'status', 'artifact', 'revision') !== artifact.revision) {
    await writeArtifact(stage.plane, { plural: 'gitrepositories', ...metadata }, artifact);
    return (live) => textAt(live, 'status', 'lastAppliedRevision') === artifact.revision;
  }
  const token = new Date().toISOString();
  const annotations = { 'reconcile.fluxcd.io/requestedAt': token };
  await applied(stage, { ...kustomization, metadata: { ...metadata, annotations } });
  return (live) => textAt(live, 'status', 'lastHandledReconcileAt') === token;
}

interface Waiting {
  readonly stage: Stage;
  readonly patience: number;
  readonly isHeeded: IsHeeded;
}

/** Its log says when it is done with something; only then is the API server asked with what. */
async function synced({ stage, patience, isHeeded }: Waiting, controller: Running, since: number): Promise<void> {
  let heard = since;
  await controller.until(async () => {
    const isDone = controller.lines.slice(heard).some((line) => /Reconciliation (finished|failed)/.test(line));
    heard = controller.lines.length;
    if (!isDone) return false;
    const live = await stage.live(kustomization);
    if (conditionOf(live, 'Ready', 'status') === 'False') throw new NoFigure('failed', conditionOf(live, 'Ready', 'message') ?? '');
    return isHeeded(live);
  }, patience);
}

/** Makes Flux's kinds, and one object of each that the bench needs. */
async function install(stage: Stage, definitions: readonly string[]): Promise<void> {
  await applyDefinitions(stage, definitions);
  for (const manifest of [source, kustomization]) await applied(stage, manifest);
}

/** Makes the kinds that the files at `paths` define, and waits until they are served. */
export async function applyDefinitions(stage: Stage, paths: readonly string[]): Promise<void> {
  const definitions = paths.map((path) => parse(readFileSync(path, 'utf8')) as Manifest);
  for (const definition of definitions) {
    await applied(stage, definition);
    for (let attempt = 1; !isEstablished(await stage.live(definition)); attempt++) {
      if (attempt === 300) throw new Error(`the API server does not serve what ${definition.metadata.name} defines`);
      await sleep(100);
    }
  }
}

function isEstablished(definition: LiveObject | undefined): boolean {
  return conditionOf(definition, 'Established', 'status') === 'True';
}

async function applied({ admin }: Stage, manifest: Manifest): Promise<void> {
  const answer = await admin.apply(manifest, { manager: 'bench' });
  if (!answer.ok) throw new Error(answer.error.message);
}

function conditionOf(live: LiveObject | undefined, type: string, key: string): string | undefined {
  const conditions = itemsOf({ items: (live?.status as { readonly conditions?: unknown } | undefined)?.conditions });
  return textAt(
    conditions.find((one) => textAt(one, 'type') === type),
    key,
  );
}

/** A source whose status the bench writes: `plural` is its kind in URLs. */
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
