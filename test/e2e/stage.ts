import { createHash } from 'node:crypto';
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
import { applySetId, parentOf } from '../../src/model/applyset.ts';
import type { SyncEvent } from '../../src/model/event.ts';
import { type LiveObject, type Manifest, refOf } from '../../src/model/manifest.ts';
import { byPath, type IndexedObject, indexPath, type RenderedIndex } from '../../src/model/rendered.ts';
import type { Cluster } from '../../src/ports.ts';
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
  publish(
    manifests: readonly Manifest[],
    rest?: Partial<Pick<RenderedIndex, 'approvals'>> & { readonly edit?: Readonly<Record<string, string>> },
  ): Promise<string>;
  /** Replaces the rendered branch by a commit of `manifests` that has no history, by force. */
  rewrite(manifests: readonly Manifest[]): Promise<string>;
  /** Lets the agent's ServiceAccount do what `manifests` need, as an administrator would. */
  allow(manifests: readonly Manifest[]): Promise<void>;
  /** Starts an agent in this process. */
  agent(options?: { readonly once?: boolean; readonly interval?: number }): Running;
  /** The live object, or undefined. */
  live(manifest: Manifest): Promise<LiveObject | undefined>;
  close(): Promise<void>;
}

/** An agent that runs. */
export interface Running {
  readonly events: readonly SyncEvent[];
  readonly cluster: Cluster;
  /** Resolves when an event fits; rejects, with all events, after 30 seconds. */
  until<E extends SyncEvent>(fits: (event: SyncEvent) => event is E, what: string): Promise<E>;
  readonly ended: Promise<LoopEnd>;
  stop(): Promise<LoopEnd>;
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
    async publish(manifests, { edit = {}, ...rest } = {}) {
      const { files, index } = treeOf(environment, manifests, rest);
      const edited = files.map((file) => ({ ...file, text: edit[file.path] ?? file.text }));
      const content = [...edited, { path: indexPath, text: writeIndex(index) }].sort(byPath);
      const branch = `environments/${environment}`;
      const from = await git.branch(branch, undefined);
      const to = await git.commit({ content, parent: from, author, committer: author, message: 'Render\n' });
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
    async allow(manifests) {
      const { index } = treeOf(environment, manifests, {});
      await applyAll(bootstrapObjects(index, { namespace: stateNamespace, setId: applySetId(parentOf(environment, stateNamespace)) }));
      agentConfig ??= await kubeconfigFor(server, { namespace: stateNamespace, serviceAccount: `lockstep-${environment}` });
    },
    agent({ once = false, interval = 200 } = {}) {
      if (agentConfig === undefined) throw new Error('allow something first');
      const agent = startAgent({ environment, repository, cache: join(folder, 'cache'), kubeconfig: agentConfig, env, once, interval });
      running.add(agent);
      return agent;
    },
    async live(manifest) {
      const answer = await admin.get(manifest.apiVersion, refOf(manifest));
      if (!answer.ok) throw new Error(answer.error.message);
      return answer.value;
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
}

function startAgent({ environment, repository, cache, kubeconfig, env, once, interval }: AgentRun): Running {
  const end = new AbortController();
  const events: SyncEvent[] = [];
  const watchers = new Set<() => void>();
  const cluster = openCluster({ config: openConfig({ env, kubeconfig }), clock: systemClock });
  const run = async (): Promise<LoopEnd> => {
    const source = await openSource({ url: repository, folder: cache, env, base: '/' });
    try {
      return await runAgent(
        { cluster, source, clock: systemClock },
        { environment, namespace: stateNamespace },
        {
          interval,
          ...(once ? { once: { timeout: 30_000 } } : {}),
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
    until(fits, what) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          watchers.delete(look);
          reject(new Error(`waited in vain for ${what}; events:\n${events.map((event) => JSON.stringify(event)).join('\n')}`));
        }, 30_000);
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
function treeOf(environment: string, manifests: readonly Manifest[], rest: Partial<Pick<RenderedIndex, 'approvals'>>) {
  const files = manifests.map((manifest) => ({ path: pathOf(manifest), text: writeYaml(manifest) })).sort(byPath);
  const objects: IndexedObject[] = manifests.map((manifest) => {
    const path = pathOf(manifest);
    const text = files.find((file) => file.path === path)?.text ?? '';
    return {
      path,
      ref: refOf(manifest),
      apiVersion: manifest.apiVersion,
      sha256: createHash('sha256').update(text).digest('hex'),
      construct: path,
      wave: ['Namespace', 'CustomResourceDefinition'].includes(manifest.kind) ? 0 : 1,
      dependsOn: [],
    };
  });
  const index: RenderedIndex = {
    environment,
    cluster: 'test',
    kubernetes: '1.35',
    objects: objects.sort(byPath),
    access: accessOf(manifests, kindsServed(manifests)),
    approvals: [],
    ...rest,
  };
  return { files, index };
}

function pathOf({ kind, metadata }: Manifest): string {
  return `test/${kind.toLowerCase()}.${metadata.namespace ?? '_cluster'}.${metadata.name}.yaml`;
}
