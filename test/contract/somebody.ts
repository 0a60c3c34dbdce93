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
  remove(resource: Resource, ref: ObjectRef): Promise<void>;
}

/** Somebody with the rights of `server`'s token. */
export function somebody(server: Server): Somebody {
  const done = async (request: Ask): Promise<unknown> => {
    const { status, value } = await ask(server, request);
    assert.ok(status < 300, `${request.method} ${request.path}: ${status} ${JSON.stringify(value)}`);
    return value;
  };
  return {
    async edit(resource, ref, change) {
      const path = objectPath(resource, ref);
      const live = (await done({ method: 'GET', path })) as LiveObject;
      const { managedFields, ...metadata } = live.metadata;
      await done({ method: 'PUT', path: `${path}?fieldManager=kubectl-edit`, body: change({ ...live, metadata }) });
    },
    async remove(resource, ref) {
      await done({ method: 'DELETE', path: objectPath(resource, ref) });
    },
  };
}
