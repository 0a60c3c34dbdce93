import assert from 'node:assert/strict';
import { systemClock } from '../../src/io/clock.ts';
import { openCluster } from '../../src/io/kube/cluster.ts';
import { openConfig } from '../../src/io/kube/config.ts';
import type { ObjectRef } from '../../src/model/ref.ts';
import type { Cluster, Resource } from '../../src/ports.ts';
import { kubeconfigFor } from '../controlplane/kubeconfig.ts';
import type { ControlPlane } from '../controlplane/start.ts';
import { answered } from './cluster/asking.ts';
import type { ContractSubject } from './cluster/subject.ts';
import { somebody } from './somebody.ts';

/** The real adapter on `plane`, as an administrator, and somebody else with the same rights. */
export function realSubject(plane: ControlPlane): ContractSubject {
  const cluster = openReal(plane.kubeconfig);
  const who = somebody(plane);
  const at = (apiVersion: string, ref: ObjectRef): Promise<Resource> => resourceOf(cluster, apiVersion, ref.kind);
  return {
    cluster,
    edit: async (apiVersion, ref, change) => who.edit(await at(apiVersion, ref), ref, change),
    put: async (apiVersion, ref, change) => who.put(await at(apiVersion, ref), ref, change),
    scale: async (apiVersion, ref, replicas) => who.scale(await at(apiVersion, ref), ref, replicas),
    status: async (apiVersion, ref, status) => who.status(await at(apiVersion, ref), ref, status),
    remove: async (apiVersion, ref) => who.remove(await at(apiVersion, ref), ref),
    signedIn: async ({ namespace, name }) => openReal(await kubeconfigFor(plane, { namespace, serviceAccount: name })),
    close: () => cluster.close(),
  };
}

/** The real adapter as a kubeconfig says. */
export function openReal(kubeconfig: string): Cluster {
  return openCluster({ config: openConfig({ kubeconfig, env: {} }), clock: systemClock });
}

export async function resourceOf(cluster: Cluster, apiVersion: string, kind: string): Promise<Resource> {
  const resource = answered(await cluster.resource(apiVersion, kind));
  assert.ok(resource !== undefined, `${kind} is not served`);
  return resource;
}
