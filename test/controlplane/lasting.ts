import { existsSync, readFileSync, rmSync } from 'node:fs';
import { exitCodes, messageOf } from '../../src/model/failure.ts';
import { ToolFailure } from '../support/toolfailure.ts';
import { ask, type Server, textAt } from './api.ts';
import { filesOf } from './flags.ts';
import { withLock } from './lock.ts';
import { endProcesses, isRunning, type ProcessRecord } from './processes.ts';
import { type ControlPlaneRecord, readRecord } from './record.ts';
import { startControlPlane } from './start.ts';

/** The control plane that lasts from `up` to `down`, as it can be seen from outside. */
export type LastingState =
  | { readonly state: 'down'; readonly folder: string }
  | ({ readonly state: 'starting' | 'up' } & Facts)
  | ({ readonly state: 'broken'; readonly reason: string } & Facts);

/** What is known of a control plane that was started. */
export interface Facts {
  readonly folder: string;
  readonly server: string;
  /** The API server's port; it is the only one. */
  readonly port: number;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** What the API server says that it is: `v1.35.4`; null when it says nothing. */
  readonly version: string | null;
  readonly kubeconfig: string;
  readonly kubectl: string | null;
  readonly processes: readonly (ProcessRecord & { readonly running: boolean })[];
  readonly notes: readonly string[];
}

/** What `up` did. */
export interface Up {
  readonly did: 'started' | 'nothing';
  readonly found: LastingState;
}

/** Starts a control plane that lasts in `folder`, unless one is up. What is left of a broken one goes first; `say` is told. */
export async function up(folder: string, say: (text: string) => void): Promise<Up> {
  return alone(folder, say, async () => {
    const before = await look(folder);
    if (before.state === 'up') return { did: 'nothing', found: before };
    if (before.state !== 'down') {
      say(`removing what is left of a control plane that is ${before.state === 'broken' ? `broken: ${before.reason}` : 'half started'}`);
      await remove(folder);
    }
    await startControlPlane({ folder, lifetime: 'detached' });
    return { did: 'started', found: await look(folder) };
  });
}

/** Ends the control plane in `folder` and removes its data. Returns the processes that ran until now; undefined when it was down. */
export async function down(folder: string, say: (text: string) => void): Promise<readonly ProcessRecord[] | undefined> {
  return alone(folder, say, () => remove(folder));
}

/** Looks at the control plane in `folder`: at its record, at its processes, and asks the server. */
export async function look(folder: string): Promise<LastingState> {
  const record = readRecord(folder);
  if (record === undefined) return { state: 'down', folder };
  const version = record.ready ? await versionOf(serverOf(folder, record)).catch((thrown: unknown) => new Error(messageOf(thrown))) : null;
  const facts = factsOf({ folder, record, version: typeof version === 'string' ? version : null });
  if (!record.ready && isRunning(record.startedBy)) return { state: 'starting', ...facts };
  const reason = reasonOf(record, facts, version);
  return reason === undefined ? { state: 'up', ...facts } : { state: 'broken', reason, ...facts };
}

function alone<T>(folder: string, say: (text: string) => void, act: () => Promise<T>): Promise<T> {
  return withLock(`${folder}.lock`, (pid) => say(`waiting for process ${pid}, which works on the same control plane`), act);
}

async function remove(folder: string): Promise<readonly ProcessRecord[] | undefined> {
  const record = readRecord(folder);
  if (record === undefined) return undefined;
  const running = record.processes.filter(isRunning);
  await endProcesses(running.toReversed(), 2_000);
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  return running;
}

function factsOf({ folder, record, version }: { folder: string; record: ControlPlaneRecord; version: string | null }): Facts {
  return {
    folder,
    server: record.server,
    port: Number(new URL(record.server).port),
    startedAt: record.startedAt,
    version,
    kubeconfig: filesOf(folder).kubeconfig,
    kubectl: record.kubectl,
    processes: record.processes.map((one) => ({ ...one, running: isRunning(one) })),
    notes: record.notes,
  };
}

function reasonOf(record: ControlPlaneRecord, facts: Facts, version: string | Error | null): string | undefined {
  const ended = facts.processes.filter(({ running }) => !running).map(({ name }) => `\`${name}\``);
  if (ended.length > 0) return `${ended.join(', ')} ended`;
  if (!record.ready) return 'its start was broken off';
  return version instanceof Error ? `the API server does not answer: ${version.message}` : undefined;
}

async function versionOf(server: Server): Promise<string> {
  const { status, value } = await ask(server, { method: 'GET', path: '/version' });
  const version = textAt(value, 'gitVersion');
  if (version === undefined) throw new ToolFailure('no-version', `GET /version: status ${status}`, { exit: exitCodes.world });
  return version;
}

/** The kubeconfig is written by this program, as JSON. */
function serverOf(folder: string, record: ControlPlaneRecord): Server {
  const { kubeconfig, ca } = filesOf(folder);
  const config: unknown = existsSync(kubeconfig) ? JSON.parse(readFileSync(kubeconfig, 'utf8')) : undefined;
  return { server: record.server, caFile: ca, token: textAt(config, 'users', 0, 'user', 'token') ?? '' };
}
