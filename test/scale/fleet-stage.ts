import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeIndex } from '../../src/codec/index-file.ts';
import { environmentDefinition } from '../../src/compile/environment-definition.ts';
import { openRepository } from '../../src/io/git/repository.ts';
import { environmentApi } from '../../src/model/declared.ts';
import { isObject, type JsonObject, listAt } from '../../src/model/json.ts';
import type { LiveObject, Manifest } from '../../src/model/manifest.ts';
import { byPath, indexPath } from '../../src/model/rendered.ts';
import type { Cluster } from '../../src/ports.ts';
import { openReal } from '../contract/real.ts';
import { kubeconfigFor } from '../controlplane/kubeconfig.ts';
import { freePort } from '../controlplane/port.ts';
import { type ControlPlane, startControlPlane } from '../controlplane/start.ts';
import { type AgentProcess, startAgent } from '../demo/program.ts';
import { eventually } from '../e2e/eventually.ts';
import { namespace } from '../e2e/manifests.ts';
import { treeOf } from '../e2e/stage.ts';
import { type GitHttpServer, startGitHttp } from '../support/git-http.ts';
import { gitEnvironment, makeBareRepository, temporaryFolder } from '../support/repository.ts';

/** How many environments there are, how many objects each has, and over how many namespaces these are spread. */
export interface FleetSize {
  readonly environments: number;
  readonly objects: number;
  readonly homes: number;
  /** Whether there are controllers, which delete what is in a namespace that goes. */
  readonly isManaged?: boolean;
}

/** A built agent for many environments, and where it listens. */
export interface FleetAgent extends AgentProcess {
  readonly probes: string;
  /** When it was started, in milliseconds of `performance.now()`. */
  readonly started: number;
  /** Resolves with the seconds from its start until it says that it is ready. */
  ready(): Promise<number>;
}

/** A real API server, a repository with a branch for each of many environments, served over HTTP, and agents that keep them all. */
export interface FleetStage {
  readonly plane: ControlPlane;
  readonly admin: Cluster;
  readonly git: GitHttpServer;
  /** The folder of the repository. */
  readonly repository: string;
  readonly names: readonly string[];
  /** Commits the objects of the environment `i`, in `version`. */
  publish(i: number, versionOf: (object: number) => number): Promise<string>;
  /** The object `object` of the environment `i`. */
  manifest(i: number, object: number, version: number): Manifest;
  apply(manifest: Manifest): Promise<void>;
  declare(name: string, spec?: JsonObject): Promise<void>;
  environments(): Promise<readonly LiveObject[]>;
  /** Resolves when all, or those of `names`, are Ready. */
  allReady(names?: readonly string[]): Promise<void>;
  /** Starts an agent as the ServiceAccount `name`: `lockstep` unless told. Those that are named differently share no file. */
  agent(name?: string): Promise<FleetAgent>;
  close(): Promise<void>;
}

export const stateNamespace = 'lockstep';
const author = { name: 'Ada Lovelace', email: 'ada@example.com', date: '1767225600 +0000' };

/** What the ServiceAccount of an agent is called in an audit log. */
export function userOf(agent: string): string {
  return `system:serviceaccount:${stateNamespace}:${agent}`;
}

/** Sets a stage. The rights are wide: what an agent needs is looked at elsewhere. */
export async function openFleetStage({ environments, objects, homes, isManaged = false }: FleetSize): Promise<FleetStage> {
  const closing: (() => unknown)[] = [];
  const folder = temporaryFolder({ after: (end) => void closing.push(end as () => unknown) });
  const env = gitEnvironment(join(folder, 'home'));
  const repositories = join(folder, 'served');
  makeBareRepository(join(repositories, 'config.git'), env);
  const repository = await openRepository({ folder: join(repositories, 'config.git'), env });
  const git = await startGitHttp({ folder: repositories });
  const without = ['kube-scheduler', 'kwok', ...(isManaged ? [] : ['kube-controller-manager' as const])] as const;
  const plane = await startControlPlane({ without, audit: 'Metadata' });
  const admin = openReal(plane.kubeconfig);
  const names = Array.from({ length: environments }, (_, i) => `e${String(i).padStart(3, '0')}`);
  const apply = async (manifest: Manifest): Promise<void> => {
    let said = '';
    await eventually(`${manifest.kind} to be served`, async () => {
      const answer = await admin.apply(manifest, { manager: 'administrator' });
      said = answer.ok ? '' : answer.error.message;
      return answer.ok || undefined;
    }).catch((cause: unknown) => {
      throw new Error(said, { cause });
    });
  };
  const account = (name: string): Manifest => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace: stateNamespace },
  });
  const everything: Manifest = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'all-of-lockstep' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: `system:serviceaccounts:${stateNamespace}` }],
  };
  for (const home of Array.from({ length: homes }, (_, i) => `home-${i}`)) await apply(namespace(home));
  for (const manifest of [namespace(stateNamespace), environmentDefinition(), everything]) await apply(manifest);
  const kubeconfigOf = async (serviceAccount: string): Promise<string> => {
    await apply(account(serviceAccount));
    return kubeconfigFor(plane, { namespace: stateNamespace, serviceAccount, expirationSeconds: 86_400 });
  };
  const agents: AgentProcess[] = [];

  const stage: FleetStage = {
    plane,
    admin,
    git,
    repository: join(repositories, 'config.git'),
    names,
    manifest: (i, object, version) => manifestOf({ name: names[i] ?? '', home: `home-${i % homes}` }, object, version),
    async publish(i, versionOf) {
      const name = names[i] ?? '';
      const manifests = Array.from({ length: objects }, (_, object) => stage.manifest(i, object, versionOf(object)));
      const { files, index } = treeOf(name, manifests, {});
      const content = [...files, { path: indexPath, text: writeIndex(index) }].sort(byPath);
      const branch = `environments/${name}`;
      const from = await repository.branch(branch, undefined);
      const to = await repository.commit({ content, parent: from, author, committer: author, message: 'Render\n' });
      if (to !== from) await repository.move(branch, { from, to }, undefined);
      return to;
    },
    apply,
    async declare(name, spec = {}) {
      const { apiVersion, kind } = environmentApi;
      const usual = { source: { url: `${git.url}/config.git` } };
      await apply({ apiVersion, kind, metadata: { name, namespace: stateNamespace }, spec: { ...usual, ...spec } });
    },
    async environments() {
      const { apiVersion, kind } = environmentApi;
      const answer = await admin.list({ apiVersion, kind, namespace: stateNamespace, selector: '', metadataOnly: false });
      return answer.ok ? answer.value : [];
    },
    async allReady(wanted = names) {
      await eventually(
        'all to be Ready',
        async () => {
          const ready = new Set((await stage.environments()).filter(isReady).map(({ metadata }) => metadata.name));
          return wanted.every((name) => ready.has(name)) || undefined;
        },
        600_000,
      );
    },
    async agent(name = 'lockstep') {
      const port = await freePort();
      const kubeconfig = await kubeconfigOf(name);
      const place = ['--namespace', stateNamespace, '--kubeconfig', kubeconfig, '--cache', join(folder, `cache-${name}`)];
      const started = performance.now();
      const agent = startAgent(folder, [...place, '--listen', `127.0.0.1:${port}`]);
      agents.push(agent);
      const probes = `http://127.0.0.1:${port}`;
      return {
        ...agent,
        probes,
        started,
        ready: () =>
          eventually('the agent to be ready', async () => {
            const answer = await fetch(`${probes}/readyz`).catch(() => undefined);
            await answer?.text();
            return answer?.status === 200 ? (performance.now() - started) / 1000 : undefined;
          }),
      };
    },
    async close() {
      for (const agent of agents) agent.kill('SIGKILL');
      await Promise.all(agents.map(({ ended }) => ended));
      await git.close();
      await repository.close();
      await admin.close();
      await plane.stop();
      for (const close of closing) await close();
    },
  };
  return stage;
}

/** Whether an object `Environment` says that it is Ready. */
export function isReady({ status }: LiveObject): boolean {
  return listAt(status, 'conditions')
    .filter(isObject)
    .some((condition) => condition['type'] === 'Ready' && condition['status'] === 'True');
}

function manifestOf({ name, home }: { readonly name: string; readonly home: string }, object: number, version: number): Manifest {
  const metadata = { name: `${name}-${object}`, namespace: home };
  const told = { ...metadata, annotations: { 'example.com/version': `${version}` } };
  if (object % 5 === 3) return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: told };
  if (object % 5 === 4) {
    const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }];
    return { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: told, rules };
  }
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { version: `${version}`, settings: 'a: 1\nb: 2\n'.repeat(20) } };
}

/** The seconds of the processor that a process took until now, and its memory now, in megabytes. Only Linux tells. */
export function usageOf(pid: number | undefined): { readonly seconds: number; readonly megabytes: number; readonly files: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  const resident = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return {
    seconds: (Number(fields[11]) + Number(fields[12])) / 100,
    megabytes: Math.round(Number(resident) / 1024),
    files: readdirSync(`/proc/${pid}/fd`).length,
  };
}
