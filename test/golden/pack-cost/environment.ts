import { k8s } from 'cdk8s-plus-28';
import { cost, defineChart, defineEnvironment } from 'lockstep';

const image = `registry.example.com/a:1@sha256:${'0'.repeat(64)}`;
const amounts = (given: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(given).map(([resource, amount]) => [resource, k8s.Quantity.fromString(amount)]));

const shop = defineChart({
  namespace: 'shop',
  build(chart) {
    const add = (name: string, replicas: number, resources: k8s.ResourceRequirements) => {
      const labels = { app: name };
      new k8s.KubeDeployment(chart, name, {
        metadata: { name },
        spec: {
          replicas,
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { containers: [{ name, image, resources }] } },
        },
      });
    };
    add('small', 2, { requests: amounts({ cpu: '500m', memory: '1Gi' }), limits: amounts({ memory: '2Gi' }) });
    add('large', 1, { requests: amounts({ cpu: '2500m' }), limits: amounts({ memory: '5Gi' }) });
    add('many', 9, { requests: amounts({ cpu: '500m', memory: '512Mi' }) });
    add('scaled', 1, { requests: amounts({ cpu: '500m' }) });
    new k8s.KubeHorizontalPodAutoscalerV2(chart, 'autoscaler', {
      metadata: { name: 'scaled' },
      spec: { maxReplicas: 10, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'scaled' } },
    });
    new k8s.KubeJob(chart, 'job', {
      metadata: { name: 'import' },
      spec: {
        parallelism: 3,
        template: {
          spec: { restartPolicy: 'Never', containers: [{ name: 'import', image, resources: { requests: amounts({ memory: '1.5Gi' }) } }] },
        },
      },
    });
    const claim = (storage: string): k8s.PersistentVolumeClaimSpec => ({
      accessModes: ['ReadWriteOnce'],
      resources: { requests: amounts({ storage }) },
    });
    new k8s.KubePersistentVolumeClaim(chart, 'fits', { metadata: { name: 'fits' }, spec: claim('100Gi') });
    new k8s.KubePersistentVolumeClaim(chart, 'huge', { metadata: { name: 'huge' }, spec: claim('0.5Ti') });
    const labels = { app: 'store' };
    new k8s.KubeStatefulSet(chart, 'store', {
      metadata: { name: 'store' },
      spec: {
        serviceName: 'store',
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'store', image }] } },
        volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claim('101Gi') }],
      },
    });
    for (const name of ['one', 'two'])
      new k8s.KubeService(chart, name, { metadata: { name }, spec: { type: 'LoadBalancer', ports: [{ port: 80 }] } });
    new k8s.KubeService(chart, 'store-service', { metadata: { name: 'store' }, spec: { clusterIp: 'None', selector: labels } });
  },
});

export default defineEnvironment({
  name: 'bounded',
  cluster: 'eu-1',
  kubernetes: '1.35',
  charts: { shop },
  external: [{ kind: 'Namespace', name: 'shop' }],
  policies: {
    cost: cost({
      container: { requests: { cpu: 2, memory: '4Gi' }, limits: { memory: '4Gi' } },
      workload: { cpu: '4', memory: '4Gi' },
      environment: { cpu: 8, memory: '1Ti' },
      volume: '100Gi',
      loadBalancers: 1,
    }),
    // Nothing is bounded that is not said.
    unbounded: cost({}),
  },
});
