import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../../src/model/failure.ts';
import { buildPrograms } from '../controlplane/build.ts';
import type { ProgramSet } from '../controlplane/programs.ts';
import { progressOn } from '../controlplane/progress.ts';
import { ToolFailure } from '../support/toolfailure.ts';

/** The peers that are Go programs. Each has a module, and a key in the cache, of its own: a new version of one builds only that. */
export type PeerName = 'gitops-engine' | 'kustomize-controller' | 'kustomize' | 'helm' | 'helm4' | 'kubeconform';

/** Where a peer's program comes from. */
interface Origin {
  /** The Go module whose version is the peer's. */
  readonly source: string;
  /** The package of the program in it; itself unless told. */
  readonly package?: string;
  /** How long a build takes with 2 cores. */
  readonly takes: string;
  readonly files?: ProgramSet<PeerName>['files'];
}

const origins: Readonly<Record<PeerName, Origin>> = {
  'gitops-engine': { source: 'github.com/argoproj/argo-cd/gitops-engine', package: 'agent', takes: '3 minutes' },
  'kustomize-controller': {
    source: 'github.com/fluxcd/kustomize-controller',
    takes: '8 minutes',
    files: [
      {
        of: 'kustomize-controller',
        module: 'kustomize-controller',
        source: 'github.com/fluxcd/kustomize-controller',
        paths: ['config/crd/bases/kustomize.toolkit.fluxcd.io_kustomizations.yaml'],
      },
      {
        of: 'kustomize-controller',
        module: 'source-controller',
        source: 'github.com/fluxcd/source-controller',
        // It does not start without a kind that it could read from.
        paths: ['gitrepositories', 'ocirepositories', 'buckets'].map((kind) => `config/crd/bases/source.toolkit.fluxcd.io_${kind}.yaml`),
      },
    ],
  },
  kustomize: { source: 'sigs.k8s.io/kustomize/kustomize/v5', takes: 'a minute' },
  helm: { source: 'helm.sh/helm/v3', package: 'cmd/helm', takes: '2 minutes' },
  helm4: { source: 'helm.sh/helm/v4', package: 'cmd/helm', takes: '2 minutes' },
  kubeconform: { source: 'github.com/yannh/kubeconform', package: 'cmd/kubeconform', takes: 'a minute' },
};

const home = fileURLToPath(new URL('.', import.meta.url));

/** A peer's program that is there, or why it is not. */
export type Found =
  | { readonly version: string; readonly program: string; readonly files: readonly string[] }
  | { readonly version: string; readonly missing: string };

/** Finds a peer's program in the cache, or builds it, once, told on standard error. Never throws. */
export async function findPeer(name: PeerName): Promise<Found> {
  const version = versionOf(name);
  try {
    const { folder, files } = await buildPrograms(setOf(name, version), [name], {
      env: process.env,
      progress: progressOn(process.stderr),
    });
    return { version, program: join(folder, name), files };
  } catch (thrown) {
    const isWithoutGo = thrown instanceof ToolFailure && thrown.tool === 'go-missing';
    return { version, missing: isWithoutGo ? 'it is not built yet, and `go` is not in PATH' : messageOf(thrown) };
  }
}

function setOf(name: PeerName, version: string): ProgramSet<PeerName> {
  const { source, package: path, takes, files = [] } = origins[name];
  const recipe = { module: name, package: path === undefined ? source : `${source}/${path}`, linkerFlags: '-s -w' };
  const recipes = { [name]: recipe } as Readonly<Record<PeerName, typeof recipe>>;
  return { title: `${name} ${version}`, takes, home, cache: join('bench', name), recipes, files };
}

/** The version that the module in the peer's folder requires. */
function versionOf(name: PeerName): string {
  const required = readFileSync(join(home, name, 'go.mod'), 'utf8')
    .split('\n')
    .map((line) => line.replace('require', '').trim().split(' '))
    .find(([source]) => source === origins[name].source);
  return required?.[1] ?? 'unknown';
}
