import { spawn } from 'node:child_process';
import type { Failure } from '../../src/model/failure.ts';
import { ToolFailure } from '../support/toolfailure.ts';
import type { Variables } from './key.ts';
import { buildVariables, goVersion } from './programs.ts';

/** One call of the `go` command. */
export interface GoCall {
  readonly args: readonly string[];
  /** The folder of the module it is about. */
  readonly folder: string;
  readonly env: Variables;
  /** Whether parts of what it builds are C. */
  readonly isPartlyC?: boolean;
  /** Told each line of its standard error as it comes. */
  readonly heard?: (line: string) => void;
}

/** What there is to do where nothing can be built. */
export const waysOut = [
  'a control plane can be had in one of these ways:',
  `  - install Go ${goVersion} or newer (https://go.dev/dl/) and try again: it is built once`,
  '  - set KUBEBUILDER_ASSETS to a folder with etcd, kube-apiserver and kubectl (`setup-envtest use 1.35 -p path`)',
  '  - use a cluster of your own with `--context`, for example one that `kind create cluster` or `k3d cluster create` makes',
].join('\n');

/**
 * Runs `go` and returns what it printed, trimmed. Throws a Failure `go-missing` without a Go, `modules-unreachable` when
 * sources cannot be fetched, and `build-failed` for the rest.
 */
export async function go(call: GoCall): Promise<string> {
  const { code, stdout, stderr } = await run(call);
  if (code === 0) return stdout.trim();
  throw failureOf(call, stderr);
}

/** The version of the Go in PATH, `go1.26.8`; undefined without one. */
export async function installedGo(env: Variables, folder: string): Promise<string | undefined> {
  try {
    return await go({ args: ['env', 'GOVERSION'], folder, env });
  } catch (thrown) {
    if (thrown instanceof ToolFailure && thrown.tool === 'go-missing') return undefined;
    throw thrown;
  }
}

/** The failure of a build without a Go. */
export function goMissing(cause?: unknown): Failure {
  return new ToolFailure('go-missing', 'the programs of the control plane are not built yet, and `go` is not in PATH', {
    help: waysOut,
    cause,
  });
}

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run({ args, folder, env, isPartlyC = false, heard }: GoCall): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const variables = { ...env, ...buildVariables, ...(isPartlyC ? { CGO_ENABLED: '1' } : {}) };
    const child = spawn('go', args, { cwd: folder, env: variables, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      heard?.(text.trimEnd().split('\n').at(-1) ?? '');
    });
    child.on('error', (thrown) => reject(goMissing(thrown)));
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

const unreachable =
  /dial tcp|no such host|i\/o timeout|connection refused|connection reset|TLS handshake|proxyconnect|Bad Gateway|module lookup disabled/;

function failureOf({ args }: GoCall, stderr: string): Failure {
  const end = stderr.trimEnd().split('\n').slice(-10).join('\n');
  if (!unreachable.test(end)) return new ToolFailure('build-failed', `\`go ${args[0]}\` failed:\n${end}`, { help: waysOut });
  return new ToolFailure('modules-unreachable', `Go modules cannot be fetched:\n${end}`, {
    help: `Go fetches modules from GOPROXY (https://proxy.golang.org unless told) and heeds HTTPS_PROXY; without a network,\n${waysOut}`,
  });
}
