import assert from 'node:assert/strict';
import { objectPath } from '../../src/io/kube/paths.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { LiveObject } from '../../src/model/manifest.ts';
import type { ObjectRef } from '../../src/model/ref.ts';
import type { Resource } from '../../src/ports.ts';
import { type Ask, ask, type Server } from '../controlplane/api.ts';

/** Somebody who writes to the cluster without Lockstep: straight requests, no preconditions but those of a form. */
export interface Somebody {
  edit(resource: Resource, ref: ObjectRef, change: (object: LiveObject) => JsonObject): Promise<void>;
  /** The same, with the managedFields that `change` leaves. */
  put(resource: Resource, ref: ObjectRef, change: (object: LiveObject) => JsonObject): Promise<void>;
  scale(resource: Resource, ref: ObjectRef, replicas: number): Promise<void>;
  status(resource: Resource, ref: ObjectRef, status: JsonObject): Promise<void>;
  remove(resource: Resource, ref: ObjectRef): Promise<void>;
}

/** Somebody with the rights of `server`'s token. */
export function somebody(server: Server): Somebody {
  const done = async (request: Ask): Promise<unknown> => {
    const { status, value } = await ask(server, request);
    assert.ok(status < 300, `${request.method} ${request.path}: ${status} ${JSON.stringify(value)}`);
    return value;
  };
  const replace = async (path: string, manager: string, change: (object: LiveObject) => JsonObject): Promise<void> => {
    const live = (await done({ method: 'GET', path })) as LiveObject;
    await done({ method: 'PUT', path: `${path}?fieldManager=${manager}`, body: change(live) });
  };
  return {
    edit: (resource, ref, change) =>
      replace(objectPath(resource, ref), 'kubectl-edit', ({ metadata: { managedFields, ...metadata }, ...live }) =>
        change({ ...live, metadata }),
      ),
    put: (resource, ref, change) => replace(objectPath(resource, ref), 'kubectl-replace', change),
    scale: (resource, ref, replicas) =>
      replace(`${objectPath(resource, ref)}/scale`, 'kubectl', (object) => ({ ...object, spec: { replicas } })),
    status: (resource, ref, status) =>
      replace(`${objectPath(resource, ref)}/status`, 'kube-controller-manager', (object) => ({ ...object, status })),
    async remove(resource, ref) {
      await done({ method: 'DELETE', path: objectPath(resource, ref) });
    },
  };
}
