import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoopEnd, runAgent } from '../../src/agent/loop.ts';
import { writeIndex } from '../../src/codec/index-file.ts';
import { writeYaml } from '../../src/codec/yaml-write.ts';
import { accessOf } from '../../src/compile/access.ts';
import { bootstrapObjects } from '../../src/compile/bootstrap.ts';
import { kindsServed } from '../../src/compile/served.ts';
import { systemClock } from '../../src/io/clock.ts';
import { openRepository } from '../../src/io/git/repository.ts';
import { openSource } from '../../src/io/git/source.ts';
import { openCluster } from '../../src/io/kube/cluster.ts';
import { openConfig } from '../../src/io/kube/config.ts';
import { collectionPath } from '../../src/io/kube/paths.ts';
import { applySetId, parentOf } from '../../src/model/applyset.ts';
import type { SyncEvent } from '../../src/model/event.ts';
import { type LiveObject, type Manifest, refOf } from '../../src/model/manifest.ts';
import {
  byPath,
  type IndexedObject,
  indexPath,
  type ObjectRules,
  type RenderedIndex,
  type RenderedTree,
  usualIndex,
  usualRules,
} from '../../src/model/rendered.ts';
import type { Clock, Cluster } from '../../src/ports.ts';
import { ask } from '../controlplane/api.ts';
import { kubeconfigFor } from '../controlplane/kubeconfig.ts';
import { type ControlPlane, type ControlPlaneOptions, startControlPlane } from '../controlplane/start.ts';
import { gitEnvironment, makeBareRepository } from '../support/repository.ts';

/** A real API server, a real rendered branch, and an agent between them with the rights that `lockstep bootstrap` prints. */
export interface Stage {
  readonly plane: ControlPlane;
  /** As an administrator: to tamper, and to look. */
  readonly admin: Cluster;
  readonly environment: string;
  /** The folder of the repository that holds the rendered branch. */
  readonly repository: string;
  /** Commits a tree of `manifests` on the rendered branch. */
  publish(manifests: readonly Manifest[], rest?: Rest & Edits): Promise<string>;
  /** Commits a tree as the compiler gave it. */
  publishTree(tree: Pick<RenderedTree, 'files'>): Promise<string>;
  /** Replaces the rendered branch by a commit of `manifests` that has no history, by force. */
  rewrite(manifests: readonly Manifest[]): Promise<string>;
  /** Points the rendered branch to `commit`, by force. */
  reset(commit: string): Promise<void>;
  /** Lets the agent's ServiceAccount do what `manifests` need, as an administrator would, by the objects that it returns. */
  allow(manifests: readonly Manifest[]): Promise<readonly Manifest[]>;
  /** What the built agent is started with: the environment, its branch, and the rights that were allowed. */
  arguments(): readonly string[];
  /** Starts an agent in this process. */
  agent(options?: { readonly once?: boolean; readonly interval?: number; readonly clock?: Clock }): Running;
  /** The live object, or undefined. */
  live(manifest: Manifest): Promise<LiveObject | undefined>;
  /** Makes an object as another tool would: by a plain creation, as Helm and kubectl do, or by server-side apply. */
  make(manifest: Manifest, tool: { readonly manager: string; readonly operation: 'Update' | 'Apply' }): Promise<void>;
  /** Deletes an object as somebody would, and waits until it is gone. */
  remove(manifest: Manifest): Promise<void>;
  close(): Promise<void>;
}

/** What else a tree says than its manifests. */
export interface Rest
  extends Partial<
    Pick<RenderedIndex, 'approvals' | 'adopt' | 'handOver' | 'health' | 'onFailure' | 'preflight' | 'removed' | 'syncWindows'>
  > {
  /** How objects are indexed otherwise than usually, by `kind/name` in lower case. */
  readonly objects?: Readonly<
    Record<string, Partial<Pick<IndexedObject, 'path' | 'wave' | 'dependsOn' | 'slice'>> & { readonly rules?: Partial<ObjectRules> }>
  >;
}

/** What is changed in a tree by hand, after it was rendered. */
export interface Edits {
  /** Other texts of files, by path. */
  readonly edit?: Readonly<Record<string, string>>;
  /** Makes another index of the text of the rendered one. */
  readonly editIndex?: (text: string) => string;
}

/** An agent that runs. */
export interface Running {
  readonly events: readonly SyncEvent[];
  readonly cluster: Cluster;
  /** Resolves when an event fits; rejects, with the last events, after `patience` milliseconds: 30 seconds unless told. */
  until<E extends SyncEvent>(fits: (event: SyncEvent) => event is E, what: string, patience?: number): Promise<E>;
  readonly ended: Promise<LoopEnd>;
  stop(): Promise<LoopEnd>;
}

/** Tells events of `type`, where there is more to say those that `says` so. */
export function ofType<T extends SyncEvent['type']>(
  type: T,
  says: (event: Extract<SyncEvent, { readonly type: T }>) => boolean = () => true,
): (event: SyncEvent) => event is Extract<SyncEvent, { readonly type: T }> {
  const isOfType = (event: SyncEvent): event is Extract<SyncEvent, { readonly type: T }> => event.type === type;
  return (event): event is Extract<SyncEvent, { readonly type: T }> => isOfType(event) && says(event);
}

/** Tells of the events that come from now on those that fit. */
export function later<E extends SyncEvent>(agent: Running, fits: (event: SyncEvent) => event is E): (event: SyncEvent) => event is E {
  const since = agent.events.length;
  return (event): event is E => fits(event) && agent.events.indexOf(event) >= since;
}

const author = { name: 'Ada Lovelace', email: 'ada@example.com', date: '1767225600 +0000' };
const stateNamespace = 'lockstep';

/** Sets a stage for one environment. */
export async function openStage(
  environment: string,
  { plane, controlPlane }: { readonly plane?: ControlPlane; readonly controlPlane?: ControlPlaneOptions } = {},
): Promise<Stage> {
  const own = plane === undefined;
  const server = plane ?? (await startControlPlane(controlPlane));
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-e2e-'));
  const env = gitEnvironment(join(folder, 'home'));
  const repository = join(folder, 'repository.git');
  makeBareRepository(repository, env);
  const git = await openRepository({ folder: repository, env });
  const admin = openCluster({ config: openConfig({ env, kubeconfig: server.kubeconfig }), clock: systemClock });
  const running = new Set<Running>();
  let agentConfig: string | undefined;

  const applyAll = async (manifests: readonly Manifest[]): Promise<void> => {
    for (const manifest of manifests) {
      const answer = await admin.apply(manifest, { manager: 'administrator' });
      if (!answer.ok) throw new Error(`${manifest.kind} ${manifest.metadata.name}: ${answer.error.message}`);
    }
  };

  const stage: Stage = {
    plane: server,
    admin,
    environment,
    repository,
    async publish(manifests, { edit = {}, editIndex = (text: string) => text, ...rest } = {}) {
      const { files, index } = treeOf(environment, manifests, rest);
      const edited = files.map((file) => ({ ...file, text: edit[file.path] ?? file.text }));
      return stage.publishTree({ files: [...edited, { path: indexPath, text: editIndex(writeIndex(index)) }].sort(byPath) });
    },
    async publishTree({ files }) {
      const branch = `environments/${environment}`;
      const from = await git.branch(branch, undefined);
      const to = await git.commit({ content: files, parent: from, author, committer: author, message: 'Render\n' });
      if (to !== from) await git.move(branch, { from, to }, undefined);
      return to;
    },
    async rewrite(manifests) {
      const { files, index } = treeOf(environment, manifests, {});
      const content = [...files, { path: indexPath, text: writeIndex(index) }].sort(byPath);
      const branch = `environments/${environment}`;
      const to = await git.commit({ content, parent: undefined, author, committer: author, message: 'Render anew\n' });
      await git.move(branch, { from: await git.branch(branch, undefined), to }, undefined);
      return to;
    },
    async reset(commit) {
      const branch = `environments/${environment}`;
      await git.move(branch, { from: await git.branch(branch, undefined), to: commit }, undefined);
    },
    async allow(manifests) {
      const { index } = treeOf(environment, manifests, {});
      const objects = bootstrapObjects(index, { namespace: stateNamespace, setId: applySetId(parentOf(environment, stateNamespace)) });
      await applyAll(objects);
      const account = { namespace: stateNamespace, serviceAccount: `lockstep-${environment}`, expirationSeconds: 86_400 };
      agentConfig ??= await kubeconfigFor(server, account);
      return objects;
    },
    arguments() {
      if (agentConfig === undefined) throw new Error('allow something first');
      return ['--environment', environment, '--source', repository, '--kubeconfig', agentConfig, '--cache', join(folder, 'built')];
    },
    agent({ once = false, interval = 200, clock = systemClock } = {}) {
      if (agentConfig === undefined) throw new Error('allow something first');
      const cache = join(folder, 'cache');
      const agent = startAgent({ environment, repository, cache, kubeconfig: agentConfig, env, once, interval, clock });
      running.add(agent);
      return agent;
    },
    async live(manifest) {
      const answer = await admin.get(manifest.apiVersion, refOf(manifest));
      if (!answer.ok) throw new Error(answer.error.message);
      return answer.value;
    },
    async make(manifest, { manager, operation }) {
      if (operation === 'Apply') {
        const answer = await admin.apply(manifest, { manager });
        if (!answer.ok) throw new Error(answer.error.message);
        return;
      }
      const { status, value } = await ask(server, {
        method: 'POST',
        path: `${await collectionOf(admin, manifest)}?fieldManager=${manager}`,
        body: manifest,
      });
      if (status !== 201) throw new Error(JSON.stringify(value));
    },
    async remove(manifest) {
      const before = await stage.live(manifest);
      await ask(server, { method: 'DELETE', path: `${await collectionOf(admin, manifest)}/${manifest.metadata.name}` });
      // An agent may be quick to make it again.
      while (before !== undefined && (await stage.live(manifest))?.metadata.uid === before.metadata.uid) await systemClock.sleep(50);
    },
    async close() {
      await Promise.all([...running].map((agent) => agent.stop()));
      await git.close();
      await admin.close();
      if (own) await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return stage;
}

interface AgentRun {
  readonly environment: string;
  readonly repository: string;
  readonly cache: string;
  readonly kubeconfig: string;
  readonly env: Readonly<Record<string, string>>;
  readonly once: boolean;
  readonly interval: number;
  readonly clock: Clock;
}

function startAgent({ environment, repository, cache, kubeconfig, env, once, interval, clock }: AgentRun): Running {
  const end = new AbortController();
  const events: SyncEvent[] = [];
  const watchers = new Set<() => void>();
  const cluster = openCluster({ config: openConfig({ env, kubeconfig }), clock: systemClock });
  const identity = { name: `test/${process.pid}/${randomUUID()}`, isGone: () => false };
  const run = async (): Promise<LoopEnd> => {
    const source = await openSource({ url: repository, folder: cache, env, base: '/' });
    try {
      return await runAgent(
        { cluster, home: cluster, source, clock, identity },
        { environment, namespace: stateNamespace },
        {
          interval,
          ...(once ? { once: { timeout: 60_000 } } : {}),
          signal: end.signal,
          report(event) {
            events.push(event);
            for (const look of watchers) look();
          },
        },
      );
    } finally {
      await source.close();
      await cluster.close();
    }
  };
  const ended = run();
  return {
    events,
    cluster,
    ended,
    until(fits, what, patience = 30_000) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          watchers.delete(look);
          reject(
            new Error(
              `waited in vain for ${what}; events:\n${events
                .slice(-100)
                .map((event) => JSON.stringify(event))
                .join('\n')}`,
            ),
          );
        }, patience);
        const look = (): void => {
          const found = events.find(fits);
          if (found === undefined) return;
          clearTimeout(timer);
          watchers.delete(look);
          resolve(found);
        };
        watchers.add(look);
        look();
      });
    },
    stop() {
      end.abort();
      return ended;
    },
  };
}

/** The rendered tree of `manifests`, the way the compiler would lay it out: namespaces first, then the rest. */
export function treeOf(environment: string, manifests: readonly Manifest[], { objects: otherwise = {}, ...rest }: Rest) {
  const saidOf = ({ kind, metadata }: Manifest) => otherwise[`${kind}/${metadata.name}`.toLowerCase()];
  const place = (manifest: Manifest) => saidOf(manifest)?.path ?? pathOf(manifest);
  const files = manifests.map((manifest) => ({ path: place(manifest), text: writeYaml(manifest) })).sort(byPath);
  const objects: IndexedObject[] = manifests.map((manifest) => {
    const path = place(manifest);
    const said = saidOf(manifest);
    const text = files.find((file) => file.path === path)?.text ?? '';
    return {
      path,
      ref: refOf(manifest),
      apiVersion: manifest.apiVersion,
      sha256: createHash('sha256').update(text).digest('hex'),
      construct: path,
      wave: ['Namespace', 'CustomResourceDefinition'].includes(manifest.kind) ? 0 : 1,
      dependsOn: [],
      slice: '',
      ...said,
      rules: { ...usualRules, ...said?.rules },
    };
  });
  const index: RenderedIndex = {
    ...usualIndex,
    environment,
    cluster: 'test',
    kubernetes: '1.35',
    objects: objects.sort(byPath),
    access: accessOf(manifests, kindsServed(manifests)).whole,
    ...rest,
  };
  return { files, index };
}

/** The path in the URL that objects of the kind of `manifest` are made below. */
async function collectionOf(cluster: Cluster, { apiVersion, kind, metadata }: Manifest): Promise<string> {
  const answer = await cluster.resource(apiVersion, kind);
  if (!answer.ok || answer.value === undefined) throw new Error(`nobody serves ${kind} of ${apiVersion}`);
  return collectionPath(answer.value, metadata.namespace ?? '');
}

function pathOf({ kind, metadata }: Manifest): string {
  return `test/${kind.toLowerCase()}.${metadata.namespace ?? '_cluster'}.${metadata.name}.yaml`;
}
