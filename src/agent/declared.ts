import type { Answer } from '../model/apierror.ts';
import { type DeclaredEnvironment, dissolvingFinalizer, type EnvironmentSpec, environmentApi } from '../model/declared.ts';
import type { Condition, EnvironmentStatus, ObjectProblem } from '../model/event.ts';
import { type JsonObject, sameJson } from '../model/json.ts';
import type { LiveObject, Manifest } from '../model/manifest.ts';
import { formatRef, type ObjectRef } from '../model/ref.ts';
import type { Cluster, PatchOperation } from '../ports.ts';
import { declaredConditions, shortMessage } from '../reconcile/declared.ts';

/** Who writes the status and the finalizer of objects `Environment`. */
const manager = 'lockstep';

/** What the status of an object `Environment` says beside its conditions. */
export function detailsOf({ latest, revision, objects, behind, problems, unhealthy, held, suspended }: EnvironmentStatus): JsonObject {
  return {
    ...(latest === undefined ? {} : { latest }),
    ...(revision === undefined ? {} : { revision }),
    objects,
    behind: behind.map((one) => ({ ...one })),
    problems: problemsIn(problems),
    unhealthy: unhealthy.map(({ ref, health }) => ({ ...about(ref), status: health.status, message: shortMessage(health.message) })),
    held: held.map(({ ref, because }) => ({ ...about(ref), message: shortMessage(because) })),
    suspended: suspended.map((one) => ({ ...one })),
  };
}

/** What is wrong with single objects, as a status says it. */
export function problemsIn(problems: readonly ObjectProblem[]): readonly JsonObject[] {
  return problems.map(({ ref, path, message }) => ({ ...about(ref), path, message: shortMessage(message) }));
}

function about(ref: ObjectRef): JsonObject {
  return { object: formatRef(ref) };
}

/** What is said of an environment: conditions, and details; without details, those that are there stay. */
export interface Said {
  readonly conditions: readonly Condition[];
  readonly details?: JsonObject;
}

/** Writes the status of `declared`, unless it says that already. */
export async function tellStatus(
  home: Pick<Cluster, 'apply'>,
  declared: DeclaredEnvironment,
  { said, now, signal }: { readonly said: Said; readonly now: Date; readonly signal: AbortSignal },
): Promise<Answer<unknown>> {
  const { generation, status: before } = declared;
  const conditions = declaredConditions(said.conditions, declared, now).map((condition) => ({ ...condition }));
  const status = { ...(said.details ?? before), observedGeneration: generation, conditions };
  if (sameJson(status, before)) return { ok: true, value: undefined };
  return home.apply({ ...identityOf(declared), status }, { manager, subresource: 'status', signal });
}

function identityOf({ name, namespace, uid }: DeclaredEnvironment): Manifest {
  const { apiVersion, kind } = environmentApi;
  // One that was deleted meanwhile is not made anew.
  return { apiVersion, kind, metadata: { name, namespace, uid } };
}

/** Sees to it that `declared` is not gone before what it owns is, where that is wanted. */
export async function holdBack(
  home: Pick<Cluster, 'patch'>,
  declared: DeclaredEnvironment,
  { onDelete, signal }: Pick<EnvironmentSpec, 'onDelete'> & { readonly signal: AbortSignal },
): Promise<Answer<LiveObject> | undefined> {
  const { finalizers, deleting } = declared;
  if (onDelete !== 'prune' || deleting || finalizers.includes(dissolvingFinalizer)) return undefined;
  return patch(home, declared, { operations: finalizersAre(finalizers, [...finalizers, dissolvingFinalizer]), signal });
}

/** Lets `declared` go. */
export async function letGo(
  home: Pick<Cluster, 'patch'>,
  declared: DeclaredEnvironment,
  signal: AbortSignal,
): Promise<Answer<LiveObject> | undefined> {
  const { finalizers } = declared;
  if (!finalizers.includes(dissolvingFinalizer)) return undefined;
  const left = finalizers.filter((finalizer) => finalizer !== dissolvingFinalizer);
  return patch(home, declared, { operations: finalizersAre(finalizers, left), signal });
}

function finalizersAre(before: readonly string[], after: readonly string[]): readonly PatchOperation[] {
  if (before.length === 0) return [{ op: 'add', path: '/metadata/finalizers', value: after }];
  return [
    { op: 'test', path: '/metadata/finalizers', value: before },
    { op: 'replace', path: '/metadata/finalizers', value: after },
  ];
}

function patch(
  home: Pick<Cluster, 'patch'>,
  { name, namespace, uid }: DeclaredEnvironment,
  { operations, signal }: { readonly operations: readonly PatchOperation[]; readonly signal: AbortSignal },
): Promise<Answer<LiveObject>> {
  const { apiVersion, group, kind } = environmentApi;
  const same: PatchOperation = { op: 'test', path: '/metadata/uid', value: uid };
  return home.patch(apiVersion, { group, kind, namespace, name }, [same, ...operations], { manager, signal });
}
