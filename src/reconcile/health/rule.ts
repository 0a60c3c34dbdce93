import type { Health } from '../../model/health.ts';
import { type Json, listAt, numberAt, stringAt } from '../../model/json.ts';
import type { LiveObject } from '../../model/manifest.ts';

/** How the objects of one kind do, told from a single object. Deletion and generation were looked at before. */
export type Rule = (object: LiveObject) => Health;

/** A condition of a status (meta/v1 Condition, and its older cousins), with '' for what is absent. */
export interface LiveCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  /** The generation it was set for, where its controller says so. */
  readonly observedGeneration: number | undefined;
}

/** As wanted; nothing is left to wait for. */
export function current(message: string): Health {
  return { status: 'Current', message };
}

/** Not as wanted yet; time should bring it. */
export function inProgress(message: string): Health {
  return { status: 'InProgress', message };
}

/** Not as wanted, and time alone will hardly bring it. */
export function failed(message: string): Health {
  return { status: 'Failed', message };
}

/** The rule of a kind that is as wanted as soon as it exists, because nothing that its status may say is waited for. */
export function exists(): Health {
  return current('exists');
}

/** The condition of `type` in the status of `object`, or undefined when its controller has not set it. */
export function conditionOf(object: LiveObject, type: string): LiveCondition | undefined {
  return conditionIn(object.status, type);
}

/** The condition of `type` among the conditions of a part of a status. */
export function conditionIn(part: Json | undefined, type: string): LiveCondition | undefined {
  const found = listAt(part, 'conditions').find((condition) => stringAt(condition, 'type') === type);
  if (found === undefined) return undefined;
  return {
    type,
    status: stringAt(found, 'status') ?? '',
    reason: stringAt(found, 'reason') ?? '',
    message: stringAt(found, 'message') ?? '',
    observedGeneration: numberAt(found, 'observedGeneration'),
  };
}

/**
 * InProgress when what was `observed` is any other generation than the present one: it is news of another object, one of the
 * past or one that a backup restored.
 */
export function outdated({ metadata }: LiveObject, observed: number | undefined): Health | undefined {
  if (metadata.generation === undefined || observed === undefined || observed === metadata.generation) return undefined;
  return inProgress(`generation: ${metadata.generation}, seen: ${observed}`);
}

/** Why a condition is as it is, for the end of a sentence: `reason: message`, or the half of it that there is. */
export function because({ type, reason, message }: LiveCondition): string {
  const text = firstLine(message);
  if (reason === '' && text === '') return `\`${type}\` says no more`;
  return reason === '' || text === '' ? `${reason}${text}` : `${reason}: ${text}`;
}

/** The longest that a text from the cluster may be in a message, in characters: a status must not grow without end. */
const longest = 240;

/** The first line of a text that something in the cluster wrote, shortened, without its final period. */
export function firstLine(text: string): string {
  const [line = ''] = text.trim().split('\n', 1);
  const characters = [...line.trim().replace(/\.$/, '')];
  return characters.length <= longest ? characters.join('') : `${characters.slice(0, longest - 1).join('')}…`;
}

/** The number under `keys` of the status; controllers leave out a zero. */
export function count(object: LiveObject, ...keys: readonly string[]): number {
  return numberAt(object, 'status', ...keys) ?? 0;
}

/** InProgress with `what: have/want` while there are fewer than wanted. */
export function short(what: string, have: number, want: number): Health | undefined {
  return have < want ? inProgress(`${what}: ${have}/${want}`) : undefined;
}

/** InProgress while old pods are still going away. */
export function surplus(have: number, want: number): Health | undefined {
  return have > want ? inProgress(`terminating: ${have - want}`) : undefined;
}

/**
 * InProgress until the controller has written its first status. Only for kinds whose controller always writes
 * `status.observedGeneration`: until then zeros in their status mean nothing.
 */
export function unobserved(object: LiveObject): Health | undefined {
  return numberAt(object, 'status', 'observedGeneration') === undefined ? inProgress('not seen by its controller yet') : undefined;
}
