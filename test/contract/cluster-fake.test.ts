import { fakeCluster } from '../fakes/cluster.ts';
import { clusterContract } from './cluster.ts';

clusterContract('the cluster in memory', async () => {
  const cluster = fakeCluster();
  const { others } = cluster;
  return {
    cluster,
    edit: async (apiVersion, ref, change) => void others.edit(ref, (object) => change({ ...object, apiVersion })),
    put: async (apiVersion, ref, change) => void others.put(ref, (object) => change({ ...object, apiVersion })),
    scale: async (_apiVersion, ref, replicas) => void others.scale(ref, replicas),
    status: async (_apiVersion, ref, status) => void others.status(ref, status),
    remove: async (_apiVersion, ref) => others.remove(ref),
    signedIn: async ({ namespace, name }) => cluster.signedIn(`system:serviceaccount:${namespace}:${name}`),
    close: () => cluster.close(),
  };
});
