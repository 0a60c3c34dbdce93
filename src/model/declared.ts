import type { ForgeType } from './forge.ts';
import type { JsonObject } from './json.ts';

/** Where the objects `Environment` of Kubernetes belong that tell agents in a cluster what to keep. */
export const environmentApi = {
  apiVersion: 'lockstep.dev/v1alpha1',
  group: 'lockstep.dev',
  version: 'v1alpha1',
  kind: 'Environment',
} as const;

/** Keeps an object `Environment` until what its environment owns is deleted. */
export const dissolvingFinalizer = 'lockstep.dev/dissolve';

/** The annotation of a Secret that names the hosts that its credentials are for, with commas between them. */
export const hostsAnnotation = 'lockstep.dev/hosts';

/** An object `Environment` in a cluster: which environment is kept there, from where and by whom. */
export interface DeclaredEnvironment {
  /** The environment's name: its branch is `environments/<name>`, or its folder in a shared one is called so. */
  readonly name: string;
  /** Its state stands there, and the Secret and the ServiceAccount that it names. */
  readonly namespace: string;
  readonly uid: string;
  /** Counts the changes of its spec. */
  readonly generation: number;
  /** Whether it is being deleted. */
  readonly deleting: boolean;
  readonly finalizers: readonly string[];
  /** What it is told, or what of it cannot be understood, in words. */
  readonly spec: EnvironmentSpec | { readonly problem: string };
  /** As it stands there now. */
  readonly status: JsonObject;
  /** Those of its status. */
  readonly conditions: readonly DeclaredCondition[];
}

/** What an agent is told of an environment. */
export interface EnvironmentSpec {
  readonly source: {
    /** The repository of the rendered branch: https or ssh. */
    readonly url: string;
    /** The branch that holds a folder for this environment and for others; undefined where it has one of its own. */
    readonly branch: string | undefined;
    /** The Secret that holds the credentials; undefined for none. */
    readonly secretName: string | undefined;
    /** Milliseconds between two looks at the branch. */
    readonly interval: number;
    /** The ConfigMap that names those who may sign what is taken; undefined where nobody has to. */
    readonly signersName: string | undefined;
  };
  /** Where it is told how the environment does; undefined for nowhere. */
  readonly report: Report | undefined;
  /** Who changes the environment's objects: the agent impersonates it. */
  readonly serviceAccountName: string;
  /** Whether the cluster is made equal to the branch, or only what that would change is told. */
  readonly mode: 'sync' | 'plan';
  /** What becomes of what the environment owns when the object is deleted. */
  readonly onDelete: 'keep' | 'prune';
  /** Nothing is changed while it lasts. */
  readonly suspend: Suspension | undefined;
  /** Environments that have to be Ready before a new commit of this one is taken. */
  readonly dependsOn: readonly EnvironmentName[];
}

/** The forge that shows how an environment does at the commits of its branch. */
export interface Report {
  readonly forge: ForgeType;
  /** Its URL, where that of the repository does not tell. */
  readonly url: string | undefined;
  /** The Secret that says who tells. */
  readonly secretName: string;
}

/** Which object `Environment` is meant. */
export interface EnvironmentName {
  readonly namespace: string;
  readonly name: string;
}

/** Why an environment is left as it is. */
export interface Suspension {
  readonly reason: string;
  readonly by: string | undefined;
  /** When it ends (RFC 3339); undefined for when somebody takes it away. */
  readonly until: string | undefined;
}

/** A condition as it stands in the status of an object `Environment` (metav1.Condition). */
export interface DeclaredCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
  /** The generation that it was judged for. */
  readonly observedGeneration: number;
}

/** The one name of an object `Environment`: `<namespace>/<name>`. */
export function nameOf({ namespace, name }: EnvironmentName): string {
  return `${namespace}/${name}`;
}
