import { ApiObject, JsonPatch } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { defineChart, defineEnvironment } from 'lockstep';

/** What the classes generated for Kubernetes 1.28 drop without a word, and what they only spell or wrap otherwise. */
const dropped = defineChart({
  namespace: 'shop',
  build(chart) {
    const newer = { trafficDistribution: 'PreferClose' };
    const service = new k8s.KubeService(chart, 'service', {
      spec: { clusterIp: 'None', ports: [{ port: 80, targetPort: k8s.IntOrString.fromNumber(8080) }], ...newer },
    });
    service.addJsonPatch(JsonPatch.add('/spec/sessionAffinityy', 'ClientIP'), JsonPatch.add('/spec/ports/0/appProtcol', 'http'));
    // The class spells it `clusterIp` until the very end: a patch in the YAML's words comes too early for it.
    service.addJsonPatch(JsonPatch.add('/spec/loadBalancerIP', '10.0.0.1'));
    // A number where the class unwraps an IntOrString.
    service.addJsonPatch(JsonPatch.replace('/spec/ports/0/targetPort', 9090));
    const secret = new k8s.KubeSecret(chart, 'secret', {});
    secret.addJsonPatch(JsonPatch.add('/stringDatta', { password: 'hunter2' }));
    // A plain object keeps everything.
    new ApiObject(chart, 'plain', { apiVersion: 'v1', kind: 'Service', spec: { ports: [{ port: 80 }], ...newer } });
  },
});

export default defineEnvironment({
  name: 'lossy',
  cluster: 'eu-1',
  kubernetes: '1.35',
  charts: { dropped },
});
