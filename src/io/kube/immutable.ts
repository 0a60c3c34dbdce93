import { type Json, listAt, stringAt } from '../../model/json.ts';

/**
 * What the causes of a refusal come to, when nothing else is wrong: fields that only a new object can have other values
 * of, or the uid, which tells that the object is another one already.
 */
export function onlyImmutable(body: Json): 'fields' | 'uid' | undefined {
  const causes = listAt(body, 'details', 'causes');
  const isOwn = isOwnKind(body);
  if (causes.length === 0 || !causes.every((cause) => isUid(cause) || (isOwn && isImmutable(cause)))) return undefined;
  return causes.some(isUid) ? 'uid' : 'fields';
}

/** A wrong `metadata.uid` in a write to an existing object is told as a change of an immutable field, not as a conflict. */
function isUid(cause: Json): boolean {
  return stringAt(cause, 'field') === 'metadata.uid';
}

/** A new object can have no other metadata than this one: what the server keeps there is not for writers. */
function isImmutable(cause: Json): boolean {
  const message = stringAt(cause, 'message') ?? '';
  return !(stringAt(cause, 'field') ?? '').startsWith('metadata.') && (refusedValue.test(message) || refusedField.test(message));
}

/** The end of `Invalid value: …: …` (kubernetes 1.35, pkg/apis and apimachinery). The value stands before it, and may say anything. */
const refusedValue =
  /: (field is immutable(, except for updating from beta label to GA)?|may not change once set|cannot change roleRef|field cannot be (cleared|modified|set) once (set|created))$/;

/** The beginning of `Forbidden: …`, where no value stands; a difference may follow it. */
const refusedField =
  /^Forbidden: (field is immutable|spec(\.\w+)? is immutable after creation|may not be changed in an update\.|updates to \w+ are forbidden\.|updates to statefulset spec for fields other than|pod updates may not (change fields other than|add or remove) )/;

/**
 * Whether the error is about a kind of Kubernetes itself. A rule of somebody's own kind may use the same words (`self ==
 * oldSelf`, "field is immutable"), and nobody knows whether a new object would pass it. Their groups always have a dot.
 */
function isOwnKind(body: Json): boolean {
  const group = stringAt(body, 'details', 'group') ?? '';
  return !group.includes('.') || ownGroups.has(group);
}

const ownGroups = new Set(
  [
    'admissionregistration',
    'apiextensions',
    'apiregistration',
    'certificates',
    'coordination',
    'discovery',
    'events',
    'flowcontrol.apiserver',
    'internal.apiserver',
    'lifecycle',
    'networking',
    'node',
    'rbac.authorization',
    'resource',
    'scheduling',
    'storage',
    'storagemigration',
  ].map((name) => `${name}.k8s.io`),
);
