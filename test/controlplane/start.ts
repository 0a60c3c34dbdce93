import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { exitCodes, type Failure } from '../../src/model/failure.ts';
import { ToolFailure } from '../support/toolfailure.ts';
import type { Server } from './api.ts';
import { findPrograms } from './find.ts';
import { apiServerFlags, controllerManagerFlags, etcdFlags, filesOf, kwokFlags, type Layout, schedulerFlags } from './flags.ts';
import { type Tokens, writeIdentities } from './identities.ts';
import { kubeconfigText } from './kubeconfig.ts';
import { freePort } from './port.ts';
import { endProcesses, type ProcessRecord } from './processes.ts';
import type { ProgramName, Programs } from './programs.ts';
import { createNodes, createStorageClass, hasNamespaceDefaults, hasReadyNodes, isServing, until } from './ready.ts';
import { removeLeftovers, temporaryPrefix, thisProcess, writeRecord } from './record.ts';
import { type Started, startProgram, tailOf } from './spawn.ts';
import { startWatchdog, type Watchdog } from './watchdog.ts';

/** How to start a control plane. Nothing needs to be given. */
export interface ControlPlaneOptions {
  /** Where its data live, absent or empty; a temporary folder unless given. Either goes with `stop`. */
  readonly folder?: string;
  /** The programs; found or built unless given. */
  readonly programs?: Programs;
  /** `process`, unless told: ends with this process, however that ends. `detached`: goes on until it is stopped. */
  readonly lifetime?: 'process' | 'detached';
  /** Programs to leave out, for a faster start: `['kube-controller-manager', 'kube-scheduler', 'kwok']` leaves a bare API server. */
  readonly without?: readonly Exclude<ProgramName, 'etcd' | 'kube-apiserver'>[];
  /** How many nodes are played; 2 unless told. */
  readonly nodes?: number;
  /** Writes an audit log of every request: `Metadata`, or with bodies. None unless told. */
  readonly audit?: 'Metadata' | 'Request' | 'RequestResponse';
  /** More flags for kube-apiserver; the last of a name counts. */
  readonly apiServerFlags?: readonly string[];
}

/** A control plane that runs. `token` and `kubeconfig` are an administrator's (system:masters). */
export interface ControlPlane extends Server {
  /** Path of a kubeconfig, mode 0600. */
  readonly kubeconfig: string;
  readonly folder: string;
  /** Path of kubectl, if there is one. */
  readonly kubectl: string | undefined;
  /** Path of the audit log, one JSON event a line, if one is written. */
  readonly auditLog: string | undefined;
  readonly processes: readonly ProcessRecord[];
  /** What the user should know: which parts are missing, and why. */
  readonly notes: readonly string[];
  /** Ends all processes, waits for their end and removes the folder. Can be called again. */
  stop(): Promise<void>;
}

/**
 * Starts etcd, kube-apiserver and what else there is, and returns when the server is ready, the default ServiceAccount
 * exists and pods can be scheduled. Throws a Failure, with nothing left behind, when that does not happen.
 */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const found = options.programs ?? (await findPrograms());
  const programs = { ...found, ...Object.fromEntries((options.without ?? []).map((name) => [name, undefined])) };
  await removeLeftovers();
  for (let attempt = 1; ; attempt++) {
    const run = await prepare(options, programs);
    try {
      await startServer(run);
      await startActors(run);
      record(run, true);
      if (options.lifetime === 'detached') run.watchdog.dismiss();
      return controlPlaneOf(run);
    } catch (thrown) {
      const isRetried = attempt < 3 && lostItsPort(run);
      await stop(run);
      if (!isRetried) throw thrown;
    }
  }
}

/** A control plane that is being started. */
interface Run {
  readonly options: ControlPlaneOptions;
  readonly programs: Programs;
  readonly layout: Layout;
  readonly server: Server;
  readonly tokens: Tokens;
  readonly startedAt: Date;
  readonly started: Started[];
  readonly watchdog: Watchdog;
}

async function prepare(options: ControlPlaneOptions, programs: Programs): Promise<Run> {
  const folder = resolve(options.folder ?? mkdtempSync(join(tmpdir(), temporaryPrefix)));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (readdirSync(folder).length > 0) throw folderNotEmpty(folder);
  const files = filesOf(folder);
  const tokens = writeIdentities(folder);
  if (options.audit !== undefined) writeFileSync(files.auditPolicy, auditPolicy(options.audit));
  const layout = { folder, port: await freePort(), apiServerFlags: options.apiServerFlags ?? [], audit: options.audit !== undefined };
  const server = { server: `https://127.0.0.1:${layout.port}`, caFile: files.ca, token: tokens.admin };
  const watchdog = startWatchdog({ remove: options.folder === undefined ? folder : undefined });
  const run: Run = { options, programs, layout, server, tokens, startedAt: new Date(), started: [], watchdog };
  record(run, false);
  return run;
}

/** `stop` removes the folder, which must not take along anything of the user's. */
function folderNotEmpty(folder: string): Failure {
  return new ToolFailure('folder-not-empty', `a control plane cannot live in \`${folder}\`, which holds other things`, {
    exit: exitCodes.input,
  });
}

/** etcd and the API server start together: the latter tries until the former answers. */
async function startServer(run: Run): Promise<void> {
  const { layout, server, programs, tokens } = run;
  await start(run, 'etcd', programs.etcd, etcdFlags(layout));
  await start(run, 'kube-apiserver', programs['kube-apiserver'], apiServerFlags(layout));
  await until('the API server is ready', patience(run), () => isServing(server));
  const files = filesOf(layout.folder);
  const kubeconfigs = [
    [files.kubeconfig, tokens.admin],
    [files.managerKubeconfig, tokens.manager],
    [files.schedulerKubeconfig, tokens.scheduler],
  ] as const;
  for (const [path, token] of kubeconfigs) writeFileSync(path, kubeconfigText({ ...server, token }), { mode: 0o600 });
}

/** What acts on the objects in the server: controllers, scheduler and the nodes' player. */
async function startActors(run: Run): Promise<void> {
  const { layout, server, programs, options } = run;
  const { 'kube-controller-manager': manager, 'kube-scheduler': scheduler, kwok } = programs;
  const nodes = options.nodes ?? 2;
  if (manager !== undefined) await start(run, 'kube-controller-manager', manager, controllerManagerFlags(layout));
  if (scheduler !== undefined) await start(run, 'kube-scheduler', scheduler, schedulerFlags(layout));
  if (kwok !== undefined) {
    await start(run, 'kwok', kwok.program, kwokFlags(layout, kwok.stages));
    await createNodes(server, nodes);
    await createStorageClass(server);
    await until(`${nodes} nodes are ready`, patience(run), () => hasReadyNodes(server, nodes));
  }
  if (manager !== undefined) await until('the default ServiceAccount exists', patience(run), () => hasNamespaceDefaults(server));
}

async function start(run: Run, name: ProgramName, program: string, flags: readonly string[]): Promise<void> {
  const started = await startProgram({ name, program, flags, folder: run.layout.folder });
  run.started.push(started);
  run.watchdog.watch(started);
  record(run, false);
}

function record(run: Run, ready: boolean): void {
  writeRecord(run.layout.folder, {
    server: run.server.server,
    startedAt: run.startedAt.toISOString(),
    startedBy: thisProcess(),
    lifetime: run.options.lifetime ?? 'process',
    processes: run.started.map((started) => started.record),
    ready,
    kubectl: run.programs.kubectl ?? null,
    notes: run.programs.notes,
  });
}

function patience(run: Run) {
  return { folder: run.layout.folder, seconds: 60, started: () => run.started };
}

function controlPlaneOf(run: Run): ControlPlane {
  const files = filesOf(run.layout.folder);
  return {
    ...run.server,
    kubeconfig: files.kubeconfig,
    folder: run.layout.folder,
    kubectl: run.programs.kubectl,
    auditLog: run.layout.audit ? files.auditLog : undefined,
    processes: run.started.map((started) => started.record),
    notes: run.programs.notes,
    stop: () => stop(run),
  };
}

/** Nothing of the data is kept, so nobody needs long to end. */
async function stop(run: Run): Promise<void> {
  await endProcesses(run.started.map((started) => started.record).reverse(), 300);
  run.watchdog.dismiss();
  rmSync(run.layout.folder, { recursive: true, force: true, maxRetries: 3 });
}

/** Whether somebody took the port between its choice and the API server's start. */
function lostItsPort(run: Run): boolean {
  const wasStarted = run.started.some(({ record }) => record.name === 'kube-apiserver');
  return wasStarted && tailOf(run.layout.folder, 'kube-apiserver').includes('address already in use');
}

function auditPolicy(level: string): string {
  return `apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules: [{ level: ${level} }]\n`;
}
