import { applySetId, managerOf, parentOf, partOfLabel } from '../model/applyset.ts';
import type { ObjectProblem, SyncEvent } from '../model/event.ts';
import { emptyInventory, type Inventory } from '../model/inventory.ts';
import type { Held, Refusal, Suspended } from '../model/plan.ts';
import type { ObjectKey } from '../model/ref.ts';
import { homeOf } from '../model/rendered.ts';
import type { Clock, Cluster, Identity, RenderedSource, Signers } from '../ports.ts';
import type { DesiredTree } from '../reconcile/desired.ts';
import { type Contests, openContests } from './contests.ts';
import { type Explanations, openExplanations } from './explain.ts';
import { type Observer, observe } from './observe.ts';
import { openRetries, type Retries } from './retry.ts';
import { openStore, type Store } from './state.ts';
import { anybody, openTrust, type Trust } from './trust.ts';

/** What an agent reaches the world by. */
export interface AgentPorts {
  readonly source: RenderedSource;
  /** Acts on the environment's objects. */
  readonly cluster: Cluster;
  /** Holds what is the agent's own: its state and its Lease. The same cluster, perhaps as somebody else. */
  readonly home: Cluster;
  /**
   * The same as `home`, by connections of its own: while a webhook lets all others wait, the Lease would be lost, and with it the turn. `home`
   * unless told.
   */
  readonly leases?: Pick<Cluster, 'get' | 'apply'>;
  readonly clock: Clock;
  readonly identity: Identity;
  /** Those who may sign what is taken; undefined where nobody has to. */
  readonly signers?: Signers | undefined;
}

/** What one agent is told to do. */
export interface AgentSpec {
  readonly environment: string;
  /** The branch that holds it beside others; by default it has one of its own. The source shows its folder alone. */
  readonly branch?: string | undefined;
  /** The namespace that the agent's own state stands in. */
  readonly namespace: string;
  /** What else new commits wait for. */
  readonly gate?: Gate;
}

/** Something that keeps new commits from being taken for a time. What was accepted before is kept and repaired all the same. */
export interface Gate {
  /** Why `commit` is not taken now, in words; undefined when it may be. Without a commit, what can be said without looking anywhere. */
  closed(commit?: string): Promise<string | undefined>;
  /** Calls `listener` whenever that may be otherwise than before, until `signal` aborts. */
  follow(listener: () => void, signal: AbortSignal): void;
}

/** An agent at work on one environment. */
export interface Agent extends AgentPorts {
  readonly environment: string;
  /** The namespace that its own state stands in. */
  readonly namespace: string;
  /** The branch it follows. */
  readonly branch: string;
  readonly store: Store;
  readonly observer: Observer;
  readonly retries: Retries;
  readonly contests: Contests;
  readonly explanations: Explanations;
  readonly gate: Gate | undefined;
  readonly trust: Trust;
  /** Its field manager, and the ApplySet that its objects are members of. */
  readonly manager: string;
  readonly setId: string;
}

/** A commit that is not taken, and why. */
export interface Refused {
  readonly commit: string;
  readonly refusal: Refusal;
  readonly problems: readonly ObjectProblem[];
  /** The slices that do not take it; none when no slice does. */
  readonly slices: readonly string[];
}

/** A commit that is not looked at yet, and why. */
export interface Postponed {
  readonly commit: string;
  readonly reason: 'OutsideWindow' | 'DependencyNotReady' | 'Suspended';
  readonly because: string;
  /** What it wants: it is not read anew at every turn. */
  readonly tree: DesiredTree;
}

/** What could not be done for one object, or what it waits for. */
export type Trouble = Extract<SyncEvent, { readonly type: 'failed' | 'waiting' }>;

/** What an agent knows between two cycles. What cannot be read again from cluster and branch is found out again. */
export interface Known {
  /** The newest commit of the branch. */
  readonly latest: string | undefined;
  readonly inventory: Inventory;
  /** The revision that the cluster is kept equal to: checked, accepted, and readable here. */
  readonly accepted: DesiredTree | undefined;
  /** The newest commit that was considered, when it was not accepted, or not by all slices. */
  readonly refused: Refused | undefined;
  /** The newest commit, when it is outside of its sync windows, or waits for another environment, or for a person. */
  readonly postponed: Postponed | undefined;
  readonly troubles: ReadonlyMap<ObjectKey, Trouble>;
  /** How many changes of the accepted revision are not done yet. */
  readonly unfinished: number;
  /** What is left as it is, although the accepted revision says otherwise. */
  readonly held: readonly Held[];
  /** The slices that somebody keeps as they are now. */
  readonly suspended: Suspended;
  /** What is wrong with what is said of other slices. */
  readonly wronglySuspended: readonly ObjectProblem[];
  /** When that was asked for, in milliseconds since 1970. */
  readonly suspensionsAsked: number;
  /** Whether that was before this turn: then it is asked for again before anything is written. */
  readonly areSuspensionsOld: boolean;
  /** Since when slices are as the accepted revision says, and all Current, that are not noted as healthy yet: milliseconds since 1970. */
  readonly healthySince: ReadonlyMap<string, number>;
  /** Since when all is Current that may have to be waited for until a Job for failures is not needed any more. */
  readonly doneSince: ReadonlyMap<ObjectKey, number>;
  /** Why nothing goes back, although the rollout of the accepted revision failed. */
  readonly staysBecause: string | undefined;
  /** The environment is no more: nothing of it is left, and nothing is written any more. */
  readonly removed: boolean;
}

/** What is known before anything was looked at. */
export const nothingKnown: Known = {
  latest: undefined,
  inventory: emptyInventory,
  accepted: undefined,
  refused: undefined,
  postponed: undefined,
  troubles: new Map(),
  unfinished: 0,
  held: [],
  suspended: new Map(),
  wronglySuspended: [],
  suspensionsAsked: Number.NEGATIVE_INFINITY,
  areSuspensionsOld: true,
  healthySince: new Map(),
  doneSince: new Map(),
  staysBecause: undefined,
  removed: false,
};

/** When to end: `signal` at once, `stop` after what has begun, since a newer commit is there. */
export interface Signals {
  readonly signal: AbortSignal;
  readonly stop: AbortSignal;
}

/** How many requests run at once. */
export const parallel = 8;

/** The name under which failures to take `commit` are retried: a newer commit does not wait for them. */
export function revisionRetry(commit: string): string {
  return `revision ${commit}`;
}

/** Puts an agent together. `onChange` is called when the cluster looks otherwise than before; its watches end with `signal`. */
export function openAgent(
  ports: AgentPorts,
  spec: AgentSpec,
  { onChange, signal }: { readonly onChange: () => void; readonly signal: AbortSignal },
): Agent {
  const { environment, namespace, branch, gate } = spec;
  const manager = managerOf(environment);
  const setId = applySetId(parentOf(environment, namespace));
  return {
    ...ports,
    environment,
    namespace,
    branch: homeOf(environment, branch).branch,
    store: openStore({ cluster: ports.home, environment, namespace }),
    observer: observe({ ...ports, manager, selector: `${partOfLabel}=${setId}`, onChange }, signal),
    retries: openRetries(ports.clock),
    contests: openContests(ports.clock),
    explanations: openExplanations({ ...ports, parallel }),
    gate,
    trust: ports.signers === undefined ? anybody : openTrust(ports.signers, { source: ports.source, environment }),
    manager,
    setId,
  };
}
