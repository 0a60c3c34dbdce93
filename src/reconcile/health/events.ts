import { stringAt } from '../../model/json.ts';
import type { LiveObject } from '../../model/manifest.ts';
import { compareText } from '../../model/ref.ts';
import type { PodStage } from './pods.ts';
import { firstLine } from './rule.ts';

/** Who an event tells something of: a pod, by what it is at, or the workload that cannot make one. */
export type Told = PodStage | 'workload';

/** An event that answers why something does badly. */
interface Telling {
  readonly of: Told;
  /** What can be told of its message; the reason alone when there is nothing. */
  readonly words: (message: string) => string;
}

/**
 * The events of Kubernetes itself, and of the cluster autoscaler, that say more than a status, by reason. Others are not
 * told: anybody may write them, and what a container wrote may stand in them. What the scheduler says, and the kubelet of
 * images, back-offs and starts, stands in the status of the pod, too.
 */
const telling: Readonly<Record<string, Telling>> = {
  NotTriggerScaleUp: { of: 'scheduling', words: firstLine },
  TriggeredScaleUp: { of: 'scheduling', words: firstLine },
  FailedAttachVolume: { of: 'creating', words: firstLine },
  FailedMapVolume: { of: 'creating', words: firstLine },
  FailedMount: { of: 'creating', words: firstLine },
  FailedCreatePodSandBox: { of: 'creating', words: firstLine },
  FailedPrepareDynamicResources: { of: 'creating', words: firstLine },
  NetworkNotReady: { of: 'creating', words: firstLine },
  FailedToRetrieveImagePullSecret: { of: 'running', words: firstLine },
  FailedPostStartHook: { of: 'running', words: () => '' },
  Unhealthy: { of: 'running', words: probeWords },
  FailedCreate: { of: 'workload', words: creationWords },
};

/**
 * What the newest of `events` tells of something that is at `of`, in a few words: `FailedMount: configmap "web" not found`.
 * Undefined when none tells anything, or when that was before `since` (milliseconds since 1970): it is over.
 */
export function eventReason(events: readonly LiveObject[], of: Told, since = Number.NEGATIVE_INFINITY): string | undefined {
  const [newest] = events
    .filter((event) => of === telling[reasonOf(event)]?.of && lastSeen(event) >= since)
    .toSorted((a, b) => lastSeen(b) - lastSeen(a) || compareText(a.metadata.name, b.metadata.name));
  if (newest === undefined) return undefined;
  const reason = reasonOf(newest);
  const words = telling[reason]?.words(stringAt(newest, 'message') ?? '') ?? '';
  return words === '' ? reason : `${reason}: ${words}`;
}

function reasonOf(event: LiveObject): string {
  return stringAt(event, 'reason') ?? '';
}

/** When an event was seen last, in milliseconds since 1970. Which of its times are set depends on who wrote it. */
function lastSeen(event: LiveObject): number {
  const times = [
    stringAt(event, 'series', 'lastObservedTime'),
    stringAt(event, 'lastTimestamp'),
    stringAt(event, 'eventTime'),
    event.metadata.creationTimestamp,
  ].map((time) => Date.parse(time ?? ''));
  return Math.max(0, ...times.filter(Number.isFinite));
}

/** Why a probe fails, where it is one of these words: a probe by a command tells what that wrote, others what a server answered. */
const probeEnds: readonly string[] = [
  'connection refused',
  'connection reset by peer',
  'context deadline exceeded',
  'i/o timeout',
  'no route to host',
  'timed out',
];

/** `Readiness probe failed: HTTP probe failed with statuscode: 503`, without what a container wrote. */
function probeWords(message: string): string {
  const [begin] = /^(Readiness|Liveness|Startup) probe (failed|errored)/.exec(message) ?? [];
  if (begin === undefined) return '';
  const [answer] = /^HTTP probe failed with statuscode: \d{3}$/.exec(message.slice(begin.length + 2)) ?? [];
  const end = answer ?? probeEnds.find((words) => message.includes(words));
  return end === undefined ? begin : `${begin}: ${end}`;
}

/** Why a pod cannot be created, without who says so, and without the values in it that are refused. */
function creationWords(message: string): string {
  const [, why = message] = /^(?:Error creating: |Create Pod \S+ in StatefulSet \S+ failed error: )(.*)$/s.exec(message) ?? [];
  return firstLine(why.replace(/((?:Invalid|Unsupported|Duplicate) value): .*/s, '$1'));
}
