import { asFailure, Failure } from '../model/failure.ts';
import { failurePause } from '../model/time.ts';
import type { Clock, RenderedSource } from '../ports.ts';
import { delayAfter } from './retry.ts';
import { openWakeup } from './wakeup.ts';

/** What is known of the branch at the remote. */
export interface Tip {
  /** The commit that it points to; the last one known when the remote cannot be reached. */
  readonly commit: string | undefined;
  /** Why the remote cannot be reached now, or has no such branch, or no such folder in it. */
  readonly outage: Failure | undefined;
}

/** Follows a branch, and tells when it moves. */
export interface Branch {
  /** What is known now; waits for the first look. */
  tip(): Promise<Tip>;
  /** Aborts when the branch moves on from what `tip` told last. */
  moved(): AbortSignal;
  /** Looks now, however long the pause is that was meant to be; at a remote that could not be reached, not within `failurePause` of that. */
  look(): void;
  /** Resolves when it has ended after its signal aborted. */
  readonly ended: Promise<void>;
}

/** What a branch is followed with. `interval` is in milliseconds, and spread by a tenth. */
export interface FollowOptions {
  readonly source: RenderedSource;
  readonly clock: Clock;
  readonly branch: string;
  readonly interval: number;
  /** Called when the tip moved, and when the remote was lost or found again. */
  readonly onChange: (tip: Tip) => void;
  readonly signal: AbortSignal;
}

/** Looks at `branch` every `interval`, until `signal` aborts; with growing pauses while the remote cannot be reached. */
export function followBranch({ source, clock, branch, interval, onChange, signal }: FollowOptions): Branch {
  let now: Tip | undefined;
  let looked = (): void => {};
  const first = new Promise<void>((resolve) => {
    looked = resolve;
  });
  let movement = new AbortController();
  const pause = openWakeup(clock, 0);

  const look = async (): Promise<Tip> => {
    try {
      const commit = await source.tip(branch, signal);
      return commit === undefined ? { commit: now?.commit, outage: missing(branch) } : { commit, outage: undefined };
    } catch (thrown) {
      const outage = asFailure(thrown, 'source-failed');
      return { commit: now?.commit, outage };
    }
  };
  const follow = async (): Promise<void> => {
    let failures = 0;
    while (!signal.aborted) {
      const before = now;
      now = await look();
      looked();
      if (signal.aborted) return;
      if (before !== undefined && before.commit !== now.commit) movement.abort();
      if (before?.commit !== now.commit || before?.outage?.code !== now.outage?.code) onChange(now);
      failures = now.outage === undefined || answers.has(now.outage.code) ? 0 : failures + 1;
      const regular = interval * (0.9 + clock.random() / 5);
      const whole = failures === 0 ? regular : Math.max(regular, delayAfter(failures, clock.random(), 'unanswered'));
      const least = failures === 0 ? 0 : Math.min(whole, failurePause);
      // Whoever wants a look meanwhile gets it afterwards.
      if (least > 0) await clock.sleep(least, signal);
      await pause.sleep(whole - least, signal);
    }
  };
  const ended = follow();
  return {
    async tip() {
      await first;
      movement = new AbortController();
      return now ?? { commit: undefined, outage: undefined };
    },
    moved: () => movement.signal,
    look: pause.call,
    ended,
  };
}

/** That there is no such branch, or that it has no such folder, was told by a remote that is well. */
const answers: ReadonlySet<string> = new Set(['branch-missing', 'folder-missing']);

function missing(branch: string): Failure {
  return new Failure('branch-missing', `the repository has no branch \`${branch}\``, {
    help: 'publish the environment first: `lockstep publish <environment> --direct`, or merge its proposal',
  });
}
