import { formatMetrics, metricsMediaType } from '../codec/metrics-text.ts';
import type { EnvironmentStatus, SyncEvent } from '../model/event.ts';
import type { Clock } from '../ports.ts';
import {
  type EnvironmentMetrics,
  metricFamilies,
  noMetrics,
  type ProcessMetrics,
  withConditions,
  withEvent,
  withStatus,
  withSuspension,
} from './metrics.ts';

/**
 * How an agent does, for those who look after it. It is told what happens to environments, by `<namespace>/<environment>`, and by '' what
 * is of none.
 */
export interface Vitals {
  /** It is known which environments there are. */
  ready(): void;
  event(name: string, event: SyncEvent): void;
  status(name: string, status: EnvironmentStatus): void;
  /** What is told of an environment beside the status of its sync. */
  conditions(name: string, conditions: EnvironmentStatus['conditions']): void;
  suspended(name: string, isSuspended: boolean): void;
  turn(name: string, moment: 'begin' | 'end'): void;
  /** The environment is kept no more: nothing is told of it from now on. */
  gone(name: string): void;
  /** Which environment's turn shows no sign of life; undefined when none does. */
  hung(): string | undefined;
  /** Why nothing is kept yet; undefined once something is. */
  unready(): string | undefined;
  metrics(usage: ProcessMetrics): { readonly mediaType: string; readonly text: string };
}

/**
 * A turn that shows no sign of life for this many milliseconds hangs: every request of it is given up much earlier, and all that it does
 * to an object is told. While it waits for a repository, which may be slow and is shared with others, it is in no turn.
 */
const patience = 600_000;

/** Whether an event is a sign of life of a turn: a forge is told beside it. */
function isOfTurn({ type }: SyncEvent): boolean {
  return type !== 'told' && type !== 'untold';
}

/** Vitals of an agent that has just begun. */
export function openVitals({ now }: Pick<Clock, 'now'>): Vitals {
  const environments = new Map<string, EnvironmentMetrics>();
  /** When environments that are in a turn were heard of last, in milliseconds since 1970. */
  const heard = new Map<string, number>();
  let unready: string | undefined = 'the agent has not seen the cluster yet';

  const change = (name: string, by: (before: EnvironmentMetrics) => EnvironmentMetrics): void =>
    void environments.set(name, by(environments.get(name) ?? noMetrics));
  const forget = (name: string): void => {
    environments.delete(name);
    heard.delete(name);
  };
  return {
    ready() {
      unready = undefined;
    },
    event(name, event) {
      const at = now().getTime();
      change(name, (before) => withEvent(before, event, at));
      if (heard.has(name) && isOfTurn(event)) heard.set(name, at);
      // One that stands back is ready to act.
      if (event.type === 'removed' || (event.type === 'outage' && event.code === 'another-agent')) unready = undefined;
      else if (event.type === 'outage' && unready !== undefined) unready = event.message;
      if (event.type === 'removed') environments.delete(name);
    },
    status(name, status) {
      unready = undefined;
      change(name, (before) => withStatus(before, status));
    },
    conditions(name, conditions) {
      change(name, (before) => withConditions(before, conditions));
    },
    suspended(name, isSuspended) {
      change(name, (before) => withSuspension(before, isSuspended));
    },
    turn(name, moment) {
      if (moment === 'begin') heard.set(name, now().getTime());
      else heard.delete(name);
    },
    gone: forget,
    hung() {
      const since = now().getTime() - patience;
      const [name] = [...heard].find(([, at]) => at < since) ?? [];
      return name === undefined
        ? undefined
        : `nothing was heard of \`${name}\` for ${patience / 60_000} minutes, in the middle of its turn`;
    },
    unready: () => unready,
    metrics: (usage) => ({ mediaType: metricsMediaType, text: formatMetrics(metricFamilies(environments, usage)) }),
  };
}
