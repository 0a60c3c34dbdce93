import { readFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { endProcesses, type ProcessRecord } from '../controlplane/processes.ts';
import { until } from '../controlplane/ready.ts';
import { logOf, type Started, startProgram } from '../controlplane/spawn.ts';
import { startWatchdog } from '../controlplane/watchdog.ts';
import { temporaryFolder } from '../support/repository.ts';
import { type Certificates, makeCertificates } from './certificate.ts';
import { ask, type Place } from './client.ts';
import { type Auth, filesIn, writeConfiguration } from './configuration.ts';
import { basic, credentials } from './credentials.ts';
import { findRegistry } from './program.ts';
import { startTokenServer, type TokenServer } from './token-server.ts';

/** How a registry is started. */
export interface RegistryOptions {
  /** Where its images, its configuration and its log lie. What an earlier registry kept there is served again. */
  readonly folder: string;
  /** How it learns who asks; unless told, it does not. */
  readonly auth?: Auth;
  /** Whether it speaks TLS, by a certificate of an authority that nobody knows yet. */
  readonly tls?: boolean;
  /** How many tags it tells at once, at most; 1000 unless told. */
  readonly maxTags?: number;
}

/** A registry that runs. */
export interface Registry extends Place {
  /** What stands before the repository in an image's name: `127.0.0.1:PORT`. */
  readonly host: string;
  /** The PEM of the authority that vouches for a registry with TLS. */
  readonly caFile?: string;
  /** Who gives tokens for it. */
  readonly tokens?: TokenServer;
  /** The header Authorization that lets one do everything in `repository`; undefined where anybody may. */
  authorization(repository: string): string | undefined;
  readonly process: ProcessRecord;
  /** What the program logged until now. */
  log(): string;
  /** Ends it, and its token server. Can be called again. */
  close(): Promise<void>;
}

/** Starts a registry on loopback, and waits until it answers. It does not outlive this process. */
export async function startRegistry({ folder, auth = 'none', tls = false, maxTags = 1000 }: RegistryOptions): Promise<Registry> {
  const program = await findRegistry();
  const certificates = tls ? makeCertificates(new Date()) : undefined;
  const tokens = auth === 'token' ? await startTokenServer(certificates) : undefined;
  const watchdog = startWatchdog({ remove: undefined });
  const running: Started[] = [];
  const close = async (): Promise<void> => {
    await endProcesses(running.map(({ record }) => record));
    watchdog.dismiss();
    await tokens?.close();
  };
  try {
    writeConfiguration(folder, { auth, tokens, certificates, maxTags });
    const flags = ['serve', filesIn(folder).configuration];
    const started = await startProgram({ name: 'registry', program, flags, folder, env: silence });
    running.push(started);
    watchdog.watch(started);
    const log = (): string => readFileSync(logOf(folder, 'registry'), 'utf8');
    const place = (): Place & Pick<Registry, 'host' | 'caFile'> => placeOf(hostIn(log()), folder, certificates);
    const isAnswering = async (): Promise<boolean> => [200, 401].includes((await ask(place(), { path: '/v2/' })).status);
    await until('the registry answers', { folder, seconds: 30, started: () => running }, isAnswering);
    const authorization = (repository: string): string | undefined => {
      if (tokens !== undefined) return `Bearer ${tokens.tokenFor(repository)}`;
      return auth === 'htpasswd' ? basic(credentials) : undefined;
    };
    return { ...place(), ...(tokens === undefined ? {} : { tokens }), process: started.record, authorization, log, close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

/** Starts a registry for one test, in a folder that goes with it. */
export async function registryFor(t: Pick<TestContext, 'after'>, options: Omit<RegistryOptions, 'folder'> = {}): Promise<Registry> {
  const opened: Registry[] = [];
  // Before the folder goes, hence asked for first.
  t.after(() => Promise.all(opened.map((registry) => registry.close())));
  const registry = await startRegistry({ ...options, folder: temporaryFolder(t) });
  opened.push(registry);
  return registry;
}

// It would send what it measures to whoever listens on OpenTelemetry's port.
const silence = { OTEL_TRACES_EXPORTER: 'none' } as const;

/** It takes a port that is free, and logs which. */
function hostIn(log: string): string {
  const found = /listening on (127\.0\.0\.1:\d+)[,"]/.exec(log)?.[1];
  if (found === undefined) throw new Error('it does not listen yet');
  return found;
}

function placeOf(host: string, folder: string, certificates: Certificates | undefined) {
  if (certificates === undefined) return { host, url: `http://${host}` };
  return { host, url: `https://${host}`, ca: certificates.ca, caFile: filesIn(folder).ca };
}
