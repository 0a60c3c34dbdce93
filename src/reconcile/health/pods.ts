import type { Health } from '../../model/health.ts';
import { at, type Json, listAt, numberAt, stringAt } from '../../model/json.ts';
import type { LiveObject } from '../../model/manifest.ts';
import { because, conditionOf, current, failed, firstLine, inProgress, type Rule } from './rule.ts';

/** Pods that somebody declares by themselves. */
export const pods: Readonly<Record<string, Rule>> = { Pod: pod };

/** Waiting reasons of the kubelet after which it has tried more than once, or cannot try at all. Others may pass within seconds. */
const stuck: ReadonlySet<string> = new Set(['CrashLoopBackOff', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull']);

/** Waiting reasons of a start that goes its way: another reason says more. */
const starting: ReadonlySet<string> = new Set(['ContainerCreating', 'PodInitializing']);

/** Waiting reasons whose message is the kubelet's own, of images, back-offs and what a container refers to. */
const spoken: ReadonlySet<string> = new Set([
  'CrashLoopBackOff',
  'CreateContainerConfigError',
  'ErrImageNeverPull',
  'ErrImagePull',
  'ImageInspectError',
  'ImagePullBackOff',
  'InvalidImageName',
  'RegistryUnavailable',
  'SignatureValidationFailed',
]);

/** Reasons of a container that never ran: the message is the runtime's, and quotes the command and its arguments. */
const unstarted: ReadonlySet<string> = new Set(['ContainerCannotRun', 'CreateContainerError', 'RunContainerError', 'StartError']);

/** What of a runtime's message can be told: words that are the same whatever is run. */
const startWords: readonly string[] = [
  'executable file not found in $PATH',
  'no such file or directory',
  'permission denied',
  'exec format error',
  'is a directory',
  'not a directory',
  'argument list too long',
  'container init was OOM-killed (memory limit too low?)',
  'too many open files',
  'no space left on device',
];

/** What a pod is at. */
export type PodStage = 'scheduling' | 'creating' | 'running';

/** What `pod` is at: it waits for a node, its containers are being made, or they were started. */
export function podStage(pod: LiveObject): PodStage {
  const containers = containersOf(pod);
  if (containers.length === 0) return conditionOf(pod, 'PodScheduled')?.status === 'True' ? 'creating' : 'scheduling';
  const telling = tellingContainer(pod);
  return telling !== undefined && starting.has(waitingReason(telling.status) ?? '') ? 'creating' : 'running';
}

/**
 * Why a pod is not ready, in a few words: what holds it back from a node, the waiting reason of a container with its name
 * and the first line of the kubelet's message, or how it last ended, with its exit code. Undefined when it is ready, when
 * it has succeeded, and when nothing is known. What a container itself wrote is left out, since it may hold secrets: its
 * termination message, which the kubelet appends to its own whatever the reason (`OOMKilled`, too), and what its hooks wrote.
 */
export function podReason(pod: LiveObject): string | undefined {
  const phase = stringAt(pod, 'status', 'phase');
  if (phase === 'Succeeded' || conditionOf(pod, 'Ready')?.status === 'True') return undefined;
  if (pod.metadata.deletionTimestamp !== undefined && phase !== 'Failed') return 'is being deleted';
  return evicted(pod) ?? unscheduled(pod) ?? containerReason(pod) ?? gated(pod);
}

/** A pod that failed is Failed (kstatus calls it Current: it has ended), since nobody wants that who waits for it. */
function pod(object: LiveObject): Health {
  const reason = podReason(object);
  const phase = stringAt(object, 'status', 'phase');
  if (phase === 'Succeeded') return current('succeeded');
  if (phase === 'Failed') return failed(reason ?? 'failed');
  if (conditionOf(object, 'Ready')?.status === 'True') return current(`containers: ${readyOf(object)}`);
  if (containersOf(object).some(isStuck)) return failed(reason ?? 'failed');
  if (phase === 'Running') return inProgress(`containers: ${readyOf(object)}${reason === undefined ? '' : `, ${reason}`}`);
  return inProgress(reason ?? (phase === undefined ? 'not seen by its controller yet' : `phase: ${phase}`));
}

/** The kubelet or a controller ended the whole pod: Evicted, NodeLost, DeadlineExceeded. */
function evicted(pod: LiveObject): string | undefined {
  const reason = stringAt(pod, 'status', 'reason');
  if (reason === undefined) return undefined;
  return because({ type: 'status', status: '', reason, message: stringAt(pod, 'status', 'message') ?? '', observedGeneration: undefined });
}

/** The scheduler found no node, or a scheduling gate keeps it from looking. */
function unscheduled(pod: LiveObject): string | undefined {
  const scheduled = conditionOf(pod, 'PodScheduled');
  return scheduled?.status === 'False' ? because(scheduled) : undefined;
}

function containerReason(pod: LiveObject): string | undefined {
  const telling = tellingContainer(pod);
  return telling === undefined ? undefined : troubleOf(telling);
}

/** The first container that is wrong; init containers run first and count first. */
function tellingContainer(pod: LiveObject): Container | undefined {
  const troubled = containersOf(pod).filter((container) => troubleOf(container) !== undefined);
  return troubled.find(({ status }) => !starting.has(waitingReason(status) ?? '')) ?? troubled[0];
}

/** A readiness gate of the pod is not met: its containers are ready. */
function gated(pod: LiveObject): string | undefined {
  const ready = conditionOf(pod, 'Ready');
  return ready?.reason === 'ReadinessGatesNotReady' ? because(ready) : undefined;
}

/** The status of a container; init containers are ready when they have ended. */
interface Container {
  readonly status: Json;
  readonly init: boolean;
}

function containersOf(pod: LiveObject): readonly Container[] {
  return [
    ...listAt(pod, 'status', 'initContainerStatuses').map((status) => ({ status, init: true })),
    ...listAt(pod, 'status', 'containerStatuses').map((status) => ({ status, init: false })),
  ];
}

function troubleOf({ status, init }: Container): string | undefined {
  const name = `\`${stringAt(status, 'name') ?? ''}\``;
  const waiting = waitingReason(status);
  if (waiting !== undefined) return `${name}: ${waiting}${exitOf(status, 'lastState') ?? waitingMessage(status)}`;
  if (at(status, 'state', 'terminated', 'exitCode') === 0) return undefined;
  const ended = exitOf(status, 'state');
  if (ended !== undefined) return `${name}: ended${ended}`;
  if (at(status, 'ready') !== false || at(status, 'state', 'running') === undefined) return undefined;
  return `${name}: ${init ? 'initializing' : 'not ready'}${exitOf(status, 'lastState') ?? ''}`;
}

function waitingReason(container: Json): string | undefined {
  return stringAt(container, 'state', 'waiting', 'reason');
}

function waitingMessage(container: Json): string {
  return messageOf(waitingReason(container), stringAt(container, 'state', 'waiting', 'message'));
}

/** `, exit code 137 (OOMKilled)` when the container has ended now (`state`) or before (`lastState`). */
function exitOf(container: Json, when: 'state' | 'lastState'): string | undefined {
  const code = numberAt(container, when, 'terminated', 'exitCode');
  if (code === undefined) return undefined;
  const reason = stringAt(container, when, 'terminated', 'reason');
  const ended = `, exit code ${code}${reason === undefined ? '' : ` (${reason})`}`;
  // Whatever else has ended may have written its message itself.
  return unstarted.has(reason ?? '') ? `${ended}${messageOf(reason, stringAt(container, when, 'terminated', 'message'))}` : ended;
}

/** What can be told of a message that stands beside `reason`, as the end of a sentence. */
function messageOf(reason = '', message = ''): string {
  const told = unstarted.has(reason) ? startWords.find((words) => message.includes(words)) : spoken.has(reason) ? firstLine(message) : '';
  return told === undefined || told === '' ? '' : `: ${told}`;
}

function isStuck({ status }: Container): boolean {
  return stuck.has(waitingReason(status) ?? '');
}

/** `1/2`: how many of a pod's containers are ready. */
function readyOf(pod: LiveObject): string {
  const ready = listAt(pod, 'status', 'containerStatuses').filter((status) => at(status, 'ready') === true).length;
  return `${ready}/${listAt(pod, 'spec', 'containers').length}`;
}
