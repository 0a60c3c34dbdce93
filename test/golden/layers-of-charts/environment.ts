import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { DependencyGroup } from 'constructs';
import { defineChart, defineEnvironment } from 'lockstep';

/** Charts and objects that wait for each other: `front` for `store`, and in `store` the claim for a group of others. */
const layers = defineChart({
  namespace: 'shop',
  build(chart) {
    const store = new Chart(chart, 'store', { namespace: 'data', disableResourceNameHashes: true });
    const front = new Chart(chart, 'front', { namespace: 'shop', disableResourceNameHashes: true });
    front.addDependency(store);
    const config = new k8s.KubeConfigMap(front, 'config', {});
    const account = new k8s.KubeServiceAccount(front, 'account', {});
    const secret = new k8s.KubeSecret(store, 'secret', {});
    const claim = new k8s.KubePersistentVolumeClaim(store, 'claim', {
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: k8s.Quantity.fromString('1Gi') } } },
    });
    claim.node.addDependency(new DependencyGroup(secret));
    // What holds the other is no circle: the rest of the chart waits for it.
    chart.node.addDependency(secret);
    account.addDependency(config);
  },
});

export default defineEnvironment({
  name: 'layers',
  cluster: 'eu-1',
  external: [
    { kind: 'Namespace', name: 'shop' },
    { kind: 'Namespace', name: 'data' },
  ],
  kubernetes: '1.35',
  charts: { layers },
});
