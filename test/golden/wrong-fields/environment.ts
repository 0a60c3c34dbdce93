import { ApiObject } from 'cdk8s';
import { defineChart, defineEnvironment } from 'lockstep';

const shop = defineChart({
  namespace: 'shop',
  build(chart) {
    const make = (id: string, apiVersion: string, kind: string, rest: object): ApiObject =>
      new ApiObject(chart, id, { apiVersion, kind, ...rest });

    make('deployment', 'apps/v1', 'Deployment', {
      spec: {
        replicass: 3,
        minReadySeconds: '5',
        progressDeadlineSeconds: 1.5,
        paused: 'yes',
        strategy: { type: 'Rolling' },
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: {
            imagePullPolicy: 'Always',
            containers: [
              {
                name: 'web',
                image: 'nginx:1.27@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
                imagePullPolicy: 'always',
                resources: { requests: { cpu: '100 m', memory: '64MB' } },
                readinessProbe: { httpGet: { port: 80.5 } },
                env: [{ name: 'A', value: 1 }, { name: 'B', value: '1' }, { name: 'B' }, { value: 'nameless' }],
              },
              { name: 'web', image: 'nginx:1.27@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef' },
            ],
          },
        },
      },
    });
    make('service', 'v1', 'Service', {
      spec: {
        selector: { app: 'web' },
        ports: [{ port: 80 }, { port: 80, protocol: 'TCP', name: 'again' }, { port: 99_999_999_999 }, 'http'],
      },
    });
    make('account', 'v1', 'ServiceAccount', {
      metadata: { finalizers: ['a.example.com/a', 'a.example.com/a'] },
      automountServiceAccountToken: 'false',
    });
    make('config', 'v1', 'ConfigMap', { data: { port: 8080 }, binaryData: { logo: 'not base64' } });
    make('lease', 'coordination.k8s.io/v1', 'Lease', { spec: { renewTime: 'yesterday' } });
    make('volume', 'v1', 'PersistentVolumeClaim', { spec: { accessModes: 'ReadWriteOnce' }, status: { phase: 'Bound', fase: 'Bound' } });
  },
});

export default defineEnvironment({
  name: 'fields',
  cluster: 'eu-1',
  kubernetes: '1.35',
  charts: { shop },
  external: [{ kind: 'Namespace', name: 'shop' }],
});
