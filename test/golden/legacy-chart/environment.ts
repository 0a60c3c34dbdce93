import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { defineEnvironment } from 'lockstep';

/** A chart from before Lockstep: its objects keep the names, with hashes, that `cdk8s synth` gave them. */
class ShopChart extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'shop', labels: { app: 'shop' } });
    const config = new k8s.KubeConfigMap(this, 'config', { data: { a: 'b' } });
    new k8s.KubePod(this, 'pod', {
      spec: { containers: [{ name: 'main', image: 'nginx:1.27', envFrom: [{ configMapRef: { name: config.name } }] }] },
    });
  }
}

export default defineEnvironment({
  name: 'legacy',
  cluster: 'eu-1',
  external: [{ kind: 'Namespace', name: 'shop' }],
  kubernetes: '1.28',
  charts: { shop: (scope) => new ShopChart(scope, 'old-shop') },
});
