import { fileURLToPath } from 'node:url';

/** Every program that a control plane is made of, in the order of building: what starts first is there first. */
export const programNames = ['etcd', 'kube-apiserver', 'kubectl', 'kube-controller-manager', 'kube-scheduler', 'kwok'] as const;

/** One of the programs. */
export type ProgramName = (typeof programNames)[number];

/** Where the programs lie. Without the optional ones the server answers, but nothing acts on what is in it. */
export interface Programs {
  readonly etcd: string;
  readonly 'kube-apiserver': string;
  readonly kubectl?: string;
  readonly 'kube-controller-manager'?: string;
  readonly 'kube-scheduler'?: string;
  readonly kwok?: Kwok;
  /** What the user should know of how they were found, a sentence each. */
  readonly notes: readonly string[];
}

/** kwok plays the nodes' part; its stages say how nodes, pods and volumes go from state to state. */
export interface Kwok {
  readonly program: string;
  /** Paths of YAML files with objects of kind Stage. */
  readonly stages: readonly string[];
}

/** The Kubernetes version that is built; `kubernetes/go.mod` requires the same. */
export const kubernetesVersion = 'v1.35.4';

/** The oldest Go that builds the modules, as their `go` lines say. */
export const goVersion = '1.26';

/** How a program is built. */
export interface Recipe {
  /** The folder of the Go module, in the home of the set. */
  readonly module: string;
  /** The Go package of the program. */
  readonly package: string;
  readonly linkerFlags: string;
  /** Build tags, with commas between them. */
  readonly tags?: string;
  /** Whether parts of it are C, which needs a C compiler. */
  readonly isPartlyC?: true;
}

/** Files of a Go module's source that a program comes with. */
export interface SourceFiles<Name extends string> {
  /** The program that they come before, so that where it is, they are. */
  readonly of: Name;
  /** The folder of the Go module that requires `source`, in the home of the set. */
  readonly module: string;
  /** The Go module that has them: `sigs.k8s.io/kwok`. */
  readonly source: string;
  /** Files, and folders with all that is in them. */
  readonly paths: readonly string[];
}

/** Programs that are built from Go modules together, and are cached under one key. */
export interface ProgramSet<Name extends string = string> {
  /** What they make, for people: `a control plane, Kubernetes v1.35.4`. */
  readonly title: string;
  /** How long a build takes with 2 cores, for people: `10 minutes`. */
  readonly takes: string;
  /** The folder that holds the folders of the Go modules. */
  readonly home: string;
  /** The folder in the cache. */
  readonly cache: string;
  readonly recipes: Readonly<Record<Name, Recipe>>;
  readonly files: readonly SourceFiles<Name>[];
}

// A build outside of a release is v0.0.0-master: clients and the storage version migration would not know the minor.
const version = 'k8s.io/component-base/version';
const [major, minor] = kubernetesVersion.slice(1).split('.');
const stamp = `-s -w -X ${version}.gitVersion=${kubernetesVersion} -X ${version}.gitMajor=${major} -X ${version}.gitMinor=${minor}`;

const recipes: Readonly<Record<ProgramName, Recipe>> = {
  etcd: { module: 'kubernetes', package: 'go.etcd.io/etcd/server/v3', linkerFlags: stamp },
  'kube-apiserver': { module: 'kubernetes', package: 'k8s.io/kubernetes/cmd/kube-apiserver', linkerFlags: stamp },
  kubectl: { module: 'kubernetes', package: 'k8s.io/kubernetes/cmd/kubectl', linkerFlags: stamp },
  'kube-controller-manager': { module: 'kubernetes', package: 'k8s.io/kubernetes/cmd/kube-controller-manager', linkerFlags: stamp },
  'kube-scheduler': { module: 'kubernetes', package: 'k8s.io/kubernetes/cmd/kube-scheduler', linkerFlags: stamp },
  kwok: { module: 'kwok', package: 'sigs.k8s.io/kwok/cmd/kwok', linkerFlags: '-s -w' },
};

/** Flags that every build gets. */
export const buildFlags = ['-trimpath', '-buildvcs=false'] as const;

/** Variables that every build gets: no other Go is fetched, nothing of the machine is linked in, no flags of the user's. */
export const buildVariables = { GOTOOLCHAIN: 'local', CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' } as const;

// Nodes and pods become ready at once, volumes bound.
const stageFiles = [
  'kustomize/stage/node/fast/node-initialize.yaml',
  'kustomize/stage/node/heartbeat-with-lease/node-heartbeat-with-lease.yaml',
  'kustomize/stage/pod/fast/pod-ready.yaml',
  'kustomize/stage/pod/fast/pod-complete.yaml',
  'kustomize/stage/pod/fast/pod-delete.yaml',
  'kustomize/stage/volume/fast/pv-bind.yaml',
  'kustomize/stage/volume/fast/pv-delete.yaml',
  'kustomize/stage/volume/fast/pvc-provision.yaml',
  'kustomize/stage/volume/fast/pvc-delete.yaml',
] as const;

/** All that a control plane is made of. kwok comes with those of its stages that are used. */
export const controlPlanePrograms: ProgramSet<ProgramName> = {
  title: `a control plane, Kubernetes ${kubernetesVersion}`,
  takes: '10 minutes',
  home: fileURLToPath(new URL('.', import.meta.url)),
  cache: 'controlplane',
  recipes,
  files: [{ of: 'kwok', module: 'kwok', source: 'sigs.k8s.io/kwok', paths: stageFiles }],
};
