import { fakeCluster } from '../fakes/cluster.ts';
import { clusterContract } from './cluster.ts';

clusterContract('the cluster in memory', async () => {
  const cluster = fakeCluster();
  return {
    cluster,
    edit: async (_apiVersion, ref, change) => void cluster.others.edit(ref, change),
    remove: async (_apiVersion, ref) => cluster.others.remove(ref),
    close: () => cluster.close(),
  };
});
