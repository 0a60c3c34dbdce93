import { type DeclaredEnvironment, type EnvironmentName, type EnvironmentSpec, nameOf } from '../model/declared.ts';
import { asFailure } from '../model/failure.ts';
import { homeOf } from '../model/rendered.ts';
import type { Clock, RenderedSource } from '../ports.ts';
import { type Looked, unreadyAmong, unseenAmong } from '../reconcile/declared.ts';
import type { Gate } from './agent.ts';

/** An environment that is followed here. */
export interface Followed {
  readonly source: RenderedSource;
  /** Lets it look at its branch now. */
  readonly look: () => void;
}

/** What a gate is made of. */
export interface GateOptions {
  readonly declared: {
    readonly all: ReadonlyMap<string, DeclaredEnvironment>;
    readonly listeners: Set<(name?: string) => void>;
  };
  /** Those of this process, by `<namespace>/<name>`. */
  readonly followed: ReadonlyMap<string, Followed>;
  readonly clock: Clock;
  /** Whose gate it is, and where its branch is read from. */
  readonly one: DeclaredEnvironment;
  readonly spec: EnvironmentSpec;
  readonly source: RenderedSource;
  readonly signal: AbortSignal;
}

/** How long a turn waits for looks at branches of others, in milliseconds: one that takes longer calls for another turn when it is over. */
const patience = 500;

/**
 * A gate for those who need others; for all else one that is open, and wakes nobody. What was published together is seen together: before a
 * new commit is taken, the branches of those that are needed are looked at, and what they say of themselves counts once it is of what is
 * there. Of one that is followed elsewhere and read as somebody else, nothing can be known but what it says.
 */
export function gateOf({ declared, followed, clock, one, spec, source, signal }: GateOptions): Gate {
  const { dependsOn } = spec;
  const needed = new Set(dependsOn.map(nameOf));
  const listeners = new Set<() => void>();
  let known: { readonly commit: string; readonly looked: Looked } | undefined;
  let looking: { readonly commit: string; readonly done: Promise<void> } | undefined;

  const wake = (): void => {
    for (const listener of listeners) listener();
  };
  const tipOf = async (needs: EnvironmentName, isFirst: boolean): Promise<string | undefined> => {
    const other = declared.all.get(nameOf(needs));
    const here = followed.get(nameOf(needs));
    const isShared = other !== undefined && isSameSource(other, one);
    const shared = other === undefined ? undefined : sharedBranchOf(other);
    // What shows one folder of a branch tells nothing of another one, nor of another branch.
    const beside = isShared && shared === undefined && spec.source.branch === undefined ? source : undefined;
    // A look at one repository is one at all branches of it; of another one it may be older than the commit.
    if (isFirst && !isShared) here?.source.refresh();
    return (here?.source ?? beside)?.tip(homeOf(needs.name, shared).branch, signal);
  };
  const look = async (commit: string): Promise<void> => {
    const isFirst = known?.commit !== commit;
    const found = dependsOn.map(async (needs) => {
      const tip = await tipOf(needs, isFirst).catch((thrown: unknown) => asFailure(thrown, 'source-failed'));
      return [nameOf(needs), tip] as const;
    });
    const looked = new Map(await Promise.all(found));
    // A newer commit asks for a look of its own.
    if (looking?.commit !== commit) return;
    known = { commit, looked };
    looking = undefined;
  };
  const lookInTime = async (commit: string): Promise<void> => {
    if (looking?.commit !== commit) looking = { commit, done: look(commit) };
    const { done } = looking;
    const timer = new AbortController();
    const isInTime = await Promise.race([done.then(() => true), clock.sleep(patience, timer.signal).then(() => false)]);
    timer.abort('over');
    if (!isInTime) void done.then(wake);
  };
  return {
    async closed(commit) {
      if (commit === undefined || needed.size === 0) return unreadyAmong(dependsOn, declared.all);
      const unseen = (): string | undefined => unseenAmong(dependsOn, declared.all, known?.commit === commit ? known.looked : undefined);
      // One that is not Ready may be so at what was published together with this.
      if (unseen() !== undefined) await lookInTime(commit);
      const because = unseen();
      if (because !== undefined) for (const name of needed) followed.get(name)?.look();
      return unreadyAmong(dependsOn, declared.all) ?? because;
    },
    follow(listener, until) {
      const changed = (name?: string): void => {
        if (name === undefined ? needed.size > 0 : needed.has(name)) listener();
      };
      declared.listeners.add(changed);
      listeners.add(listener);
      until.addEventListener(
        'abort',
        () => {
          declared.listeners.delete(changed);
          listeners.delete(listener);
        },
        { once: true },
      );
    },
  };
}

/** The branch that an environment shares with others. */
function sharedBranchOf({ spec }: DeclaredEnvironment): string | undefined {
  return 'problem' in spec ? undefined : spec.source.branch;
}

/** Whether both are read from one repository as the same reader, and so by the same looks. */
function isSameSource(a: DeclaredEnvironment, b: DeclaredEnvironment): boolean {
  if ('problem' in a.spec || 'problem' in b.spec || a.spec.source.url !== b.spec.source.url) return false;
  const secret = a.spec.source.secretName;
  return secret === b.spec.source.secretName && (secret === undefined || a.namespace === b.namespace);
}
