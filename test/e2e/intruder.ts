import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { objectPath } from '../../src/io/kube/paths.ts';
import { type JsonObject, listAt, objectAt } from '../../src/model/json.ts';
import { type LiveObject, type Manifest, refOf } from '../../src/model/manifest.ts';
import { formatRef } from '../../src/model/ref.ts';
import { type Answer, type Ask, ask } from '../controlplane/api.ts';
import type { Stage } from './stage.ts';

/** What is done to the object of a manifest behind the agent's back. */
export type Deed = (manifest: Manifest) => Promise<void>;

/** What is made of an object. */
export type Change = (object: LiveObject) => JsonObject;

/** Somebody with an administrator's rights who changes what an agent keeps, by straight requests as other tools make them. */
export interface Intruder {
  /** Replaces the object as `kubectl edit` does, in another version of its kind where that is told. */
  edit(change: Change, apiVersion?: string): Deed;
  /** Replaces the object with the managedFields that `change` leaves, as `kubectl replace` does. */
  put(change: Change): Deed;
  /** Replaces the object in the name of the field manager `manager`. */
  as(manager: string, change: Change): Deed;
  scale(replicas: number): Deed;
  status(status: JsonObject): Deed;
  readonly remove: Deed;
  /** The object as it stands. */
  live(manifest: Manifest): Promise<LiveObject>;
}

/** Opens the door of `stage` to an intruder. */
export function intruder({ plane, admin }: Stage): Intruder {
  const pathOf = async ({ apiVersion, kind, ...rest }: Manifest): Promise<string> => {
    const answer = await admin.resource(apiVersion, kind);
    assert.ok(answer.ok && answer.value !== undefined, `${kind} of ${apiVersion}`);
    return objectPath(answer.value, refOf({ apiVersion, kind, ...rest }));
  };
  const done = async (request: Ask): Promise<Answer> => {
    const answer = await ask(plane, request);
    assert.ok(answer.status < 300 || answer.status === 409, `${request.method} ${request.path}: ${JSON.stringify(answer)}`);
    return answer;
  };
  /** Looks and writes, again where somebody else wrote in between, as people do. */
  const replace = async (path: string, manager: string, change: (object: LiveObject) => JsonObject): Promise<void> => {
    const { value } = await done({ method: 'GET', path });
    const { status } = await done({ method: 'PUT', path: `${path}?fieldManager=${manager}`, body: change(value as LiveObject) });
    if (status === 409) await replace(path, manager, change);
  };
  return {
    edit: (change, apiVersion) => async (manifest) =>
      replace(
        await pathOf({ ...manifest, apiVersion: apiVersion ?? manifest.apiVersion }),
        'kubectl-edit',
        ({ metadata: { managedFields, ...metadata }, ...live }) => change({ ...live, metadata }),
      ),
    put: (change) => async (manifest) => replace(await pathOf(manifest), 'kubectl-replace', change),
    as: (manager, change) => async (manifest) => replace(await pathOf(manifest), manager, change),
    scale: (replicas) => async (manifest) =>
      replace(`${await pathOf(manifest)}/scale`, 'kubectl', (object) => ({ ...object, spec: { replicas } })),
    status: (status) => async (manifest) =>
      replace(`${await pathOf(manifest)}/status`, 'kube-controller-manager', (object) => ({ ...object, status })),
    async remove(manifest) {
      await done({ method: 'DELETE', path: await pathOf(manifest) });
    },
    async live(manifest) {
      const answer = await admin.get(manifest.apiVersion, refOf(manifest));
      assert.ok(answer.ok && answer.value !== undefined, formatRef(refOf(manifest)));
      return answer.value;
    },
  };
}

/** A change of the metadata. */
export function withMetadata(change: (metadata: LiveObject['metadata']) => JsonObject): Change {
  return (object) => ({ ...object, metadata: change(object.metadata) });
}

/** A change that adds labels. */
export function withLabels(labels: { readonly [name: string]: string }): Change {
  return withMetadata((metadata) => ({ ...metadata, labels: { ...metadata.labels, ...labels } }));
}

/** A change of the spec. */
export function withSpec(change: (spec: JsonObject) => JsonObject): Change {
  return (object) => ({ ...object, spec: change(objectAt(object, 'spec')) });
}

/** A change of the pods that an object makes. */
export function withPod(change: (pod: JsonObject) => JsonObject): Change {
  return withSpec((spec) => {
    const template = objectAt(spec, 'template');
    return { ...spec, template: { ...template, spec: change(objectAt(template, 'spec')) } };
  });
}

/** A change of the first container of the pods that an object makes. */
export function withContainer(change: (container: JsonObject) => JsonObject): Change {
  return withPod((pod) => {
    const [first, ...others] = listAt(pod, 'containers');
    return { ...pod, containers: [change(first as JsonObject), ...others] };
  });
}

/** A request of the agent's, in the words of the API server's audit log. */
export interface Witnessed {
  readonly verb: string;
  /** `deployments/shop/web`. */
  readonly object: string;
}

/**
 * What the agent of `stage` has asked the API server until now, in order. Its lease, which it renews all the time, is left
 * out, and so are watches and what it lists to explain how workloads do. The control plane has to keep an audit log.
 */
export function witnessed({ plane, environment }: Stage): readonly Witnessed[] {
  const { auditLog } = plane;
  assert.ok(auditLog !== undefined, 'the control plane keeps no audit log');
  const lines = readFileSync(auditLog, 'utf8').split('\n');
  return lines.flatMap((line) => {
    if (line === '') return [];
    const { user, verb, objectRef } = JSON.parse(line) as AuditEvent;
    if (!user.username.endsWith(`:lockstep-${environment}`) || objectRef === undefined) return [];
    const { resource, namespace = '', name = '' } = objectRef;
    const isRoutine = resource === 'leases' || verb === 'watch' || verb === 'list';
    return isRoutine ? [] : [{ verb, object: `${resource}/${namespace}/${name}` }];
  });
}

/** Waits until the agent has asked nothing for two seconds: a status may still have to be written. Fails when it never rests. */
export async function still(stage: Stage): Promise<void> {
  for (let tries = 0; tries < 5; tries++) {
    const before = witnessed(stage).length;
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    if (witnessed(stage).length === before) return;
  }
  assert.fail(`it never rests: ${JSON.stringify(witnessed(stage).slice(-10))}`);
}

interface AuditEvent {
  readonly user: { readonly username: string };
  readonly verb: string;
  readonly objectRef?: { readonly resource: string; readonly namespace?: string; readonly name?: string };
}
