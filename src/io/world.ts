import { availableParallelism, homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { sha256Of } from '../model/sha256.ts';
import type { Renderer } from '../ports/supply.ts';
import type { Commits, SourceSecret, World } from '../ports.ts';
import { aside } from './aside.ts';
import { watchChanges } from './changes.ts';
import { systemClock } from './clock.ts';
import { openFiles } from './files.ts';
import type { Host } from './footprint.ts';
import type { ForgeSecrets } from './forge/secret.ts';
import type { Address } from './git/address.ts';
import type { Credentials, SourceCredentials } from './git/credentials.ts';
import type { SharedSources, SharedUse } from './git/shared.ts';
import { processIdentity } from './identity.ts';
import { type Listening, openModules } from './modules.ts';
import type { RegistryOptions } from './registry/talks.ts';
import type { openResults, ResultsOptions } from './results.ts';
import { type Measured, usageOf } from './usage.ts';
import { startWorker } from './worker.ts';

/** The real world, for the project in `folder`. Adapters are loaded when they are asked for: the agent never loads a compiler. */
export function openWorld({
  folder,
  host,
  program,
  signal,
  listening,
  measured,
}: {
  readonly folder: string;
  /** This process, with its environment. */
  readonly host: Host & { readonly pid: number; readonly execPath: string; readonly stdin: Readable; readonly stderr: Writable };
  readonly program: ResultsOptions['program'];
  readonly signal: AbortSignal;
  /** The same process, when it listens to signals to abort `signal`. */
  readonly listening?: Listening;
  /** The same process, when it is told what it uses. */
  readonly measured?: Measured;
}): World {
  const { env } = host;
  const caches = join(cacheHome(env), 'lockstep');
  let commits: Commits | undefined;
  let sources: SharedSources | undefined;
  let askers: ForgeSecrets | undefined;
  let results: ReturnType<typeof openResults> | undefined;
  const renderers = new Map<string, Renderer>();
  return {
    clock: systemClock,
    identity: processIdentity(host.pid),
    files: openFiles(folder),
    modules: openModules(folder, { note: (path) => results?.note(path), listening }),
    async input() {
      const { readAll } = await import('./input.ts');
      return readAll(host.stdin, signal);
    },
    questions: () => createInterface({ input: host.stdin }),
    processors: availableParallelism(),
    types: {
      async check(until) {
        const { openTypeChecker } = await import('./types.ts');
        const memory = join(caches, 'types', `${digest(resolve(folder))}.tsbuildinfo`);
        return openTypeChecker({ folder, memory, node: host.execPath, env }).check(until);
      },
    },
    worker: (args, variables) => {
      const say = (text: string): void => void host.stderr.write(text);
      return startWorker(args, {
        node: host.execPath,
        program: join(program.folder, 'main.js'),
        folder,
        env: { ...env, ...variables },
        say,
      });
    },
    changes: (paths) => watchChanges(folder, paths, signal),
    async results() {
      const { openResults } = await import('./results.ts');
      results ??= openResults({ cache: join(caches, 'synth'), folder, program, host, commits: [join(caches, 'commits')] });
      return results;
    },
    async commits() {
      const { openCommits } = await import('./commits.ts');
      commits ??= openCommits({
        cache: join(caches, 'commits'),
        name: digest(resolve(folder)),
        folder,
        build: program.folder,
        node: host.execPath,
        env,
        signal,
      });
      return commits;
    },
    async repository() {
      const { openRepository } = await import('./git/repository.ts');
      return openRepository({ folder, env, signal });
    },
    async source({ source, folder: of = '', cache, reader, secret, shared }) {
      const { openSource } = await import('./git/source.ts');
      const { folderSource } = await import('./git/folder-source.ts');
      const { parseAddress, requireNetwork } = await import('./git/address.ts');
      const base = cache ?? join(caches, 'sources');
      const copyOf = (name: string): string => resolve(folder, base, name);
      const address = parseAddress(source, { base: folder });
      const own = shared === undefined ? credentialsIn(env, address) : undefined;
      const credentials: Credentials = secret === undefined ? async () => own : await readerOf(secret, address);
      const options = { url: source, base: folder, env };
      if (shared === undefined)
        return folderSource(await openSource({ ...options, folder: copyOf(`${reader}-${digest(address.url)}`), credentials }), of);
      requireNetwork(address);
      const { folderOfCopy, sharedSources } = await import('./git/shared.ts');
      sources ??= sharedSources(systemClock);
      const copy = folderOfCopy(copyOf(''), [address.url, secret?.namespace, secret?.name]);
      const open: SharedUse['open'] = (by, gates) => openSource({ ...options, folder: copy, credentials: by, gates });
      return folderSource(await sources.open({ folder: copy, reader, freshFor: shared.freshFor, credentials, open }), of);
    },
    async cluster(options) {
      const [{ openCluster }, { openConfig }] = await Promise.all([import('./kube/cluster.ts'), import('./kube/config.ts')]);
      return openCluster({ config: openConfig({ env, ...options }), clock: systemClock });
    },
    async serve(options) {
      const [{ serve }, { hookSecretIn }] = await Promise.all([import('./serve.ts'), import('./hook-secret.ts')]);
      return serve({ ...options, secret: () => hookSecretIn(env) });
    },
    usage: () => usageOf(measured),
    async renderer(of = folder) {
      const [{ openRenderer }, { stateOfTree }] = await Promise.all([import('./include/renderer.ts'), import('./results.ts')]);
      const open = (): Renderer =>
        openRenderer({ folder: of, cache: join(caches, 'included'), ground: stateOfTree(program.folder), host, signal });
      const renderer = renderers.get(of) ?? aside(open);
      renderers.set(of, renderer);
      return renderer;
    },
    async charts({ insecure }) {
      const { openChartSource } = await import('./include/source.ts');
      return openChartSource(registryOptions(env, insecure));
    },
    async registry({ insecure }) {
      const { openRegistry } = await import('./registry/registry.ts');
      return openRegistry(registryOptions(env, insecure));
    },
    async forge(options) {
      const { openForge } = await import('./forge/forge.ts');
      const means = { env, clock: systemClock, signal, patience: 30_000 };
      if (options.secret === undefined) return openForge(options, means);
      const { forgeSecrets } = await import('./forge/secret.ts');
      askers ??= forgeSecrets(means);
      return askers.open(options, options.secret);
    },
    async download(url, until) {
      const { download } = await import('./download.ts');
      return download(url, { patience: 30_000, signal: until, env });
    },
  };
}

/** Where this user's programs keep what can be made again. What is empty or relative does not count (XDG Base Directory Specification). */
function cacheHome(env: Host['env']): string {
  const told = env['XDG_CACHE_HOME'] ?? '';
  return isAbsolute(told) ? told : join(homedir(), '.cache');
}

/** How registries are asked: as whoever one is to Docker. */
function registryOptions(env: Host['env'], insecure: readonly string[]): RegistryOptions {
  const docker = { folder: env['DOCKER_CONFIG'] || join(homedir(), '.docker'), env };
  const certificates = [join(docker.folder, 'certs.d'), join(homedir(), '.config', 'docker', 'certs.d'), '/etc/docker/certs.d'];
  return { docker, insecure, certificates, clock: systemClock, patience: 30_000 };
}

/** Enough of a hash to tell a few names of files apart. */
function digest(text: string): string {
  return sha256Of(text).slice(0, 16);
}

/** Who a Secret says that reads, each time that it is asked. */
async function readerOf(secret: SourceSecret, address: Address): Promise<Credentials> {
  const { credentialsOf } = await import('./git/secret-source.ts');
  return (signal) => credentialsOf(secret, address, signal);
}

/** Who reads a private repository over HTTP: a token, which most forges take with any user name. Never in the URL, never shown. */
function credentialsIn(env: Host['env'], { protocol }: Address): SourceCredentials | undefined {
  const password = env['LOCKSTEP_GIT_TOKEN'];
  const isTold = password !== undefined && password !== '' && (protocol === 'https' || protocol === 'http');
  return isTold ? { type: 'basic', username: env['LOCKSTEP_GIT_USERNAME'] ?? 'git', password } : undefined;
}
