import type { HealthByKind } from './health.ts';
import { compareText, type ObjectRef } from './ref.ts';
import type { SyncWindow } from './window.ts';

/** A file of a rendered tree: a path from the root with forward slashes, and its text (UTF-8, ends with a newline). */
export interface RenderedFile {
  readonly path: string;
  readonly text: string;
}

/**
 * An environment compiled: what is committed to its rendered branch, except provenance, which `publish` adds. Content
 * only: no commit, URL, clock, machine or line number, so equal input gives equal bytes.
 */
export interface RenderedTree {
  readonly environment: string;
  /** Sorted by path: a file per object, and the index. */
  readonly files: readonly RenderedFile[];
  readonly index: RenderedIndex;
  /** The access of the index, as it is shared out in a cluster. It is on no branch. */
  readonly access: SplitAccess;
  /** The names of the policies that judged it. They are on no branch, either. */
  readonly policies: readonly string[];
}

/** Where the index of a rendered tree stands. No ending: Argo CD reads every `.json`, Flux every `.yaml`. */
export const indexPath = '.lockstep/index';

/** The format this version writes: readers of the same major can read newer minors. */
export const indexFormat = { major: 1, minor: 1 } as const;

/** An index without objects, in which everything is as it usually is. */
export const usualIndex: Omit<RenderedIndex, 'environment' | 'cluster' | 'kubernetes'> = {
  objects: [],
  access: [],
  approvals: [],
  adopt: [],
  handOver: [],
  health: [],
  syncWindows: [],
  onFailure: 'stay',
  preflight: 'all',
  removed: undefined,
};

/** `.lockstep/index`: everything that rendering knows beforehand and the agent only enforces. */
export interface RenderedIndex {
  readonly environment: string;
  /** The cluster that the environment is for, by the name its authors gave it. */
  readonly cluster: string;
  /** The Kubernetes minor of the cluster, as the environment declares it: `1.35`. */
  readonly kubernetes: string;
  /** Sorted by path. */
  readonly objects: readonly IndexedObject[];
  /** What the agent must be allowed to do, and nothing more. */
  readonly access: readonly AccessRule[];
  /** Deletions that a person approved in the environment's config. */
  readonly approvals: readonly Approval[];
  /** What may be taken over from whoever made it. */
  readonly adopt: readonly Adoption[];
  /** Objects that leave the environment and stay in the cluster, for another environment to adopt. */
  readonly handOver: readonly HandOver[];
  /** Expressions by which the health of kinds is told, in place of what is built in; one entry for a kind at most. */
  readonly health: readonly HealthByKind[];
  /** What the agent asks the API server about, by dry run, before it takes a commit. */
  readonly preflight: PreflightMode;
  /** When the agent takes new commits. */
  readonly syncWindows: readonly SyncWindow[];
  /** What the agent does when the rollout of a commit fails. */
  readonly onFailure: FailureMode;
  /** The environment is no more: what it owns is let go, or deleted. Then there are no objects. */
  readonly removed: 'keep' | 'prune' | undefined;
}

/** What is asked for before a commit is taken: everything that it changes, only what exists already, or nothing. */
export const preflightModes = ['all', 'updates', 'none'] as const;

/** One of `preflightModes`. */
export type PreflightMode = (typeof preflightModes)[number];

/** What becomes of a commit whose rollout fails: the cluster stays at it, or goes back to what was healthy before. */
export const failureModes = ['stay', 'return'] as const;

/** One of `failureModes`. */
export type FailureMode = (typeof failureModes)[number];

/** One object of a rendered tree. */
export interface IndexedObject {
  readonly path: string;
  readonly ref: ObjectRef;
  readonly apiVersion: string;
  /** Of the file's bytes, hexadecimal. */
  readonly sha256: string;
  /** The path of the construct that made it. */
  readonly construct: string;
  /** Applied in ascending order; objects of one wave at once. */
  readonly wave: number;
  /** Paths of the objects of this tree that must be Current before this one is applied. */
  readonly dependsOn: readonly string[];
  /** The slice of the environment that it belongs to: the part that one team owns, which fails alone. '' is what nobody owns. */
  readonly slice: string;
  readonly rules: ObjectRules;
}

/** How an agent treats one object, where it is not as usual. */
export interface ObjectRules {
  /** JSON pointers (RFC 6901) of fields that are left to others: an autoscaler's `/spec/replicas`. */
  readonly ignore: readonly string[];
  /** Whether an object that cannot be changed is deleted and made anew, where no data is lost by it. */
  readonly replace: boolean;
  /** Whether it stays in the cluster when the branch holds it no longer. */
  readonly keep: boolean;
  /** Whether what others add to it is removed (`strict`) or stays (`shared`); undefined: removed where it matters for security. */
  readonly ownership: 'strict' | 'shared' | undefined;
  /** Seconds without progress after which it counts as Failed; undefined for its kind's. */
  readonly deadline: number | undefined;
  /** It is applied only when something of its chart, the objects in its folder, failed before all of them were Current once. */
  readonly when?: 'failure' | undefined;
}

/** Whether an object is applied only when something failed: then it is not missing, and how it does matters to nobody. */
export function runsOnFailure({ when }: ObjectRules): boolean {
  return when === 'failure';
}

/** The rules of most objects. */
export const usualRules: ObjectRules = { ignore: [], replace: false, keep: false, ownership: undefined, deadline: undefined };

/** Rights in one namespace, or, with namespace '', in the whole cluster (as in RBAC's PolicyRule). */
export interface AccessRule {
  readonly namespace: string;
  readonly groups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly names?: readonly string[];
}

/** The rights over an environment's objects where an agent acts on them in the name of somebody else. */
export interface SplitAccess {
  /** The agent's own. */
  readonly watching: readonly AccessRule[];
  /** Those of whom it acts as. */
  readonly acting: readonly AccessRule[];
}

/** A person's word that an object may be deleted, although the guard would refuse it. */
export interface Approval {
  readonly ref: ObjectRef;
  readonly reason: string;
}

/** A person's word that objects which somebody else made become the environment's: this one, or all that it wants. */
export interface Adoption {
  readonly object: ObjectRef | 'all';
  readonly reason: string;
}

/** An object that leaves the environment, and the environment that it goes to. */
export interface HandOver {
  readonly ref: ObjectRef;
  readonly to: string;
}

/** Where the tree of an environment stands in a repository: in a branch of its own, or in a folder of one that several share. */
export interface RenderedHome {
  /** The branch that is in force. */
  readonly branch: string;
  /** The folder of the branch that holds the tree, without a slash at either end; '' where it is the root. */
  readonly folder: string;
}

/** Where the tree of `environment` stands: in the branch `shared`, in a folder of its name, or in its own branch where none is named. */
export function homeOf(environment: string, shared?: string): RenderedHome {
  return shared === undefined ? { branch: `environments/${environment}`, folder: '' } : { branch: shared, folder: environment };
}

/** Whether a branch is that of the environment alone. */
export function isOwnBranch(environment: string, branch: string): boolean {
  return branch === homeOf(environment).branch;
}

/**
 * The branch that the agent of `environment` follows, and the branch that proposals to it, or to one slice of it, are made on. Where there is a
 * branch `a`, git has no branch `a/b`: a slash of a slice becomes `+`, which the name of no slice has.
 */
export function branchesOf(environment: string, { slice, shared }: BranchNaming = {}): Branches {
  const next = slice === undefined ? `environments/${environment}-next` : `proposals/${environment}/${slice.replaceAll('/', '+')}`;
  return { active: homeOf(environment, shared).branch, next };
}

/** The branches of an environment, by their names. */
export interface Branches {
  readonly active: string;
  readonly next: string;
}

interface BranchNaming {
  /** The slice that is proposed; undefined for the whole. */
  readonly slice?: string | undefined;
  /** The branch that holds a folder for each of several environments; undefined where each has its own. */
  readonly shared?: string | undefined;
}

/** The order of files in a tree. */
export function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return compareText(a.path, b.path);
}
